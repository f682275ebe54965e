// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"k8s.io/client-go/util/keyutil"
)

//go:embed launch.sh
var launchScript string

// dataDir is where a control plane keeps its files:
//
//	etcd/                 the data
//	service-account.key   signs tokens; kept, so that tokens outlive a restart
//	logs/                 one file a component, of the last start
//	lock                  held while a plane runs on this data
//	run/                  made anew by each start and removed by each stop
type dataDir struct {
	path, run  string
	disposable string // what the stop removes
	lock       *os.File
}

// openDataDir locks the folder and prepares it for a start. No path stands for
// a temporary folder.
func openDataDir(path string) (*dataDir, error) {
	temporary := path == ""
	var err error
	if temporary {
		path, err = os.MkdirTemp("", "praxis-control-plane-")
	} else if path, err = filepath.Abs(path); err == nil {
		err = os.MkdirAll(path, 0o755)
	}
	if err != nil {
		return nil, fmt.Errorf("no folder for the control plane's data: %w", err)
	}
	d := &dataDir{path: path, run: filepath.Join(path, "run")}
	if d.disposable = d.run; temporary {
		d.disposable = d.path
	}
	lock, locked, err := tryLock(filepath.Join(path, "lock"))
	if err != nil {
		return nil, fmt.Errorf("the control plane's data cannot be locked: %w", err)
	}
	if !locked {
		return nil, fmt.Errorf("another control plane runs on the data in %s: stop that one, or use another folder", path)
	}
	d.lock = lock
	return d, nil
}

// prepare fills the folders that a start needs.
func (d *dataDir) prepare(assetsDir string) error {
	assetsDir, err := filepath.Abs(assetsDir)
	if err != nil {
		return fmt.Errorf("the folder of the binaries is unknown: %w", err)
	}
	for _, dir := range []string{d.run, d.certs(), filepath.Join(d.path, "logs")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("the control plane's folders cannot be made: %w", err)
		}
	}
	// etcd warns about a data folder that others can read.
	if err := os.MkdirAll(d.etcd(), 0o700); err != nil {
		return fmt.Errorf("etcd's folder cannot be made: %w", err)
	}
	if err := os.Symlink(assetsDir, filepath.Join(d.run, "bin")); err != nil {
		return fmt.Errorf("the binaries cannot be linked to: %w", err)
	}
	for _, c := range []Component{Etcd, APIServer, ControllerManager} {
		if err := writeScript(d.launcher(c), launchScript); err != nil {
			return fmt.Errorf("the script that launches %s cannot be written: %w", c, err)
		}
	}
	if _, _, err := keyutil.LoadOrGenerateKeyFile(d.serviceAccountKey()); err != nil {
		return fmt.Errorf("no key to sign service account tokens with: %w", err)
	}
	return nil
}

func (d *dataDir) launcher(c Component) string { return filepath.Join(d.run, string(c)) }
func (d *dataDir) certs() string               { return filepath.Join(d.run, "certs") }
func (d *dataDir) etcd() string                { return filepath.Join(d.path, "etcd") }
func (d *dataDir) serviceAccountKey() string   { return filepath.Join(d.path, "service-account.key") }
func (d *dataDir) logFile(c Component) string {
	return filepath.Join(d.path, "logs", string(c)+".log")
}

// openLog empties the component's log for this start.
func (d *dataDir) openLog(c Component) (*os.File, error) {
	file, err := os.Create(d.logFile(c))
	if err != nil {
		return nil, fmt.Errorf("%s has nowhere to log to: %w", c, err)
	}
	return file, nil
}

// failed turns the failure of a component into an error that carries the end of
// its log: the file of a temporary plane is gone when the error is read.
func (d *dataDir) failed(c Component, err error) error {
	const last = 8
	text, readErr := os.ReadFile(d.logFile(c))
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if readErr != nil || lines[0] == "" {
		return fmt.Errorf("%s did not start and logged nothing: %w", c, err)
	}
	said := strings.Join(lines[max(0, len(lines)-last):], "\n")
	return fmt.Errorf("%s did not start: %w; it logged last:\n%s", c, err, said)
}

// writeScript writes an executable file. No fork may happen meanwhile: a child
// that inherits the open file makes running it fail with "text file busy".
func writeScript(path, text string) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return os.WriteFile(path, []byte(text), 0o755)
}

// forget removes what earlier starts kept.
func (d *dataDir) forget() error {
	for _, path := range []string{d.etcd(), d.serviceAccountKey()} {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("the data of an earlier control plane cannot be removed: %w", err)
		}
	}
	return nil
}

// close gives up the lock.
func (d *dataDir) close() error {
	if err := d.lock.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("the lock on %s: %w", d.path, err)
	}
	return nil
}
