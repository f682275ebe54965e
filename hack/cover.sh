#!/bin/sh
# Says how much of each package below internal its own tests run, and fails where a test fails or
# where that is less than nine statements in ten. A new package is among them from its first commit.
# Not held to it are those whose code asks a server or a browser for nearly all that it does, so that
# the tests which run it are elsewhere. Arguments go to go test.
set -eu
cd "$(dirname "$0")/.."
least=90

elsewhere='
act              writes to an API server: test/cli and internal/dashboard
gather           reads an API server: test/cli and internal/dashboard
measuring        asks an API server and Prometheus: test/measures
receiver         serves HTTP, and asks who issues tokens: controllers and test/simulation
cli              golden files over a directory of goals, and test/cli for the rest
cli/term         what a terminal can do: internal/cli
dashboard        serves pages, as do all packages below it: test/dashboard
view/page        templates, for what internal/cli and internal/dashboard show
'

paths='' packages=0
for package in $(go list -f '{{.ImportPath}}' ./internal/...); do
	name=${package#*/internal/}
	case $name in dashboard/*) continue ;; esac
	if printf '%s' "$elsewhere" | grep -q "^$name "; then continue; fi
	paths="$paths $package" packages=$((packages + 1))
done
for name in $(printf '%s' "$elsewhere" | cut -d' ' -f1); do
	if [ ! -d "internal/$name" ]; then
		echo "hack/cover.sh makes an exception of internal/$name, which is not there: take it out"
		exit 1
	fi
done

# shellcheck disable=SC2086 # one argument a path
if ! said=$(go test -cover $paths "$@" 2>&1); then
	printf '%s\n' "$said"
	exit 1
fi
printf '%s\n' "$said" | awk -v least=$least -v packages=$packages '
	match($0, /coverage: [0-9.]+%/) {
		percent = substr($0, RSTART + 10, RLENGTH - 11) + 0
		name = $0
		sub(/.*\/internal\//, "internal/", name)
		sub(/[ \t].*/, "", name)
		note = ""
		if (percent < least) { note = "   less than " least " %"; failed = 1 }
		printf "%5.1f %%  %s%s\n", percent, name, note
		counted++
	}
	END {
		if (counted != packages) { printf "%d of %d packages say how much it is\n", counted, packages; failed = 1 }
		exit failed
	}'
