#!/bin/sh
# Runs every fuzz target for FUZZTIME (30s), one after the other, since go test takes one at a
# time. An input that fails is kept below testdata/fuzz of its package, and is a test from then on.
set -eu
cd "$(dirname "$0")/.."

found=0
for file in $(git grep -l --untracked "^func Fuzz" -- "*_test.go" ":!:test"); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\)(.*/\1/p' "$file"); do
		echo "$(dirname "$file") $target"
		# What is found is shrunk for as long as it takes to find it, and no longer than that.
		go test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-30s}" -fuzzminimizetime "${FUZZTIME:-30s}" "$@"
		found=$((found + 1))
	done
done
[ "$found" -gt 0 ] || { echo "there is no fuzz target" >&2; exit 1; }
