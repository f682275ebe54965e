// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes an exclusive lock on the file and makes it if need be. Closing
// the file, or dying, gives the lock back. locked is false where somebody else
// has it.
func tryLock(path string) (file *os.File, locked bool, err error) {
	file, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, false, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case err == nil:
		return file, true, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, false, file.Close()
	default:
		file.Close()
		return nil, false, &os.PathError{Op: "lock", Path: path, Err: err}
	}
}
