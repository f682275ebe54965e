#!/bin/sh
# Has the code of releases of Kubernetes validate our definitions and admission policies: of the
# oldest that Praxis runs on, of the first that stamps names and of the newest; with -all of each
# one since the oldest. Cold, a release takes about a minute on two cores; warm, two seconds.
set -eu
cd "$(dirname "$0")/../test/releases"

older='1.32 1.36'
if [ "${1-}" = -all ]; then
	older=$(ls 1.*.mod | sed 's/\.mod$//')
	shift
fi
failed=0
for release in $older newest; do
	pins=$release.mod
	[ $release != newest ] || pins=go.mod
	sed -n '1s,^// ,,p' "$pins"
	# Never from the cache: it does not see that a file outside of this module has changed.
	go test -modfile="$pins" -count=1 . "$@" || failed=1
done
exit $failed
