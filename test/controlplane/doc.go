// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controlplane runs a real Kubernetes control plane on one machine, for
// the tests, the demo and daily work.
//
// Ensure builds etcd, kube-apiserver, kube-controller-manager and kubectl from
// the Go modules that the nested module components/ pins, so that a machine
// with Go needs nothing else. Start runs them on the loopback interface.
//
// Nothing outlives the process that called Start: a watchdog kills what is left
// and removes its files, even when that process is killed with SIGKILL. It is a
// few lines of POSIX shell, so the package works on Linux and macOS.
package controlplane
