#!/bin/sh
# Runs every fuzz target for FUZZTIME (30s), one after the other, since go test takes one at a
# time. An input that fails is kept below testdata/fuzz of its package, and is a test from then on.
set -eu
cd "$(dirname "$0")/.."
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# fuzz runs one target. Go before 1.27 may take the end of the time for a failure on a busy machine
# (golang/go#75804): what says only that, and has no input that fails, has found nothing.
fuzz() {
	folder=$1 target=$2
	shift 2
	# What is found is shrunk for as long as it takes to find it, and no longer than that.
	failed=0
	go test "./$folder" -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-30s}" -fuzzminimizetime "${FUZZTIME:-30s}" "$@" >"$out" 2>&1 || failed=$?
	cat "$out"
	[ "$failed" -ne 0 ] || return 0
	if grep -q '^ *context deadline exceeded$' "$out" && ! grep -Eq 'Failing input written|panic|fuzzing process' "$out"; then
		echo "$folder $target: nothing was found; its time ended while an input was tried"
		return 0
	fi
	return "$failed"
}

found=0
for file in $(git grep -l --untracked "^func Fuzz" -- "*_test.go" ":!:test"); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\)(.*/\1/p' "$file"); do
		echo "$(dirname "$file") $target"
		fuzz "$(dirname "$file")" "$target" "$@"
		found=$((found + 1))
	done
done
[ "$found" -gt 0 ] || { echo "there is no fuzz target" >&2; exit 1; }
