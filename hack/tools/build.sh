#!/bin/sh
# Builds the tools of this module by name into bin/tools, as far as they are not there, such as
# hack/tools/build.sh helm kustomize; without a name all of them. Cold, helm takes minutes, and so
# does golangci-lint, which has a module of its own in lint.
set -eu
cd "$(dirname "$0")"
mkdir -p ../../bin/tools
bin=$(cd ../../bin/tools && pwd)

build() {
	target=$bin/$1
	module=. package=$(sed -n "s,^$tab\(.*/$1\)\$,\1,p; s,^$tab\(.*/$1/v[0-9]*\)\$,\1,p" go.mod)
	if [ "$1" = golangci-lint ]; then
		module=lint package=.
	fi
	# Built from these very pins?
	if [ -x "$target" ] && [ "$target" -nt "$module/go.mod" ] && [ "$target" -nt "$module/go.sum" ]; then
		return
	fi
	if [ -z "$package" ]; then
		echo "$1 is no tool of hack/tools/go.mod; there are: $all" >&2
		exit 1
	fi
	echo "building $1 into bin/tools" >&2
	# Aside and renamed, so that a running tool keeps its binary and nobody sees half of one. The
	# tool runs here, whatever is cross-compiled.
	GOOS='' GOARCH='' GOFLAGS='' GOWORK=off CGO_ENABLED=0 go build -C "$module" -trimpath -o "$target.$$" "$package"
	mv "$target.$$" "$target"
}

tab=$(printf '\t')
all=$(sed -n '/^tool (/,/^)/s,^'"$tab"'\([^ ]*\)$,\1,p' go.mod | sed 's,/v[0-9]*$,,; s,.*/,,' | tr '\n' ' ')golangci-lint
for tool in ${*:-$all}; do
	build "$tool"
done
