#!/bin/sh
# Says how much of each pure package its own tests run, and fails where a test fails or
# where that is less than nine statements in ten. Arguments go to go test.
set -eu
cd "$(dirname "$0")/.."
least=90

paths='' packages=0
for package in cadence chain evidence forecast plan reasons review standard status text view week; do
	paths="$paths ./internal/$package" packages=$((packages + 1))
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
		told++
	}
	END {
		if (told != packages) { printf "%d of %d packages say how much it is\n", told, packages; failed = 1 }
		exit failed
	}'
