#!/bin/sh
# Becomes the component whose name this file has, after writing down its process
# id for the watchdog. (--help is how envtest asks which flags there are.)
run=${0%/*}
name=${0##*/}
[ "$1" = --help ] || echo $$ >"$run/$name.pid"
exec "$run/bin/$name" "$@"
