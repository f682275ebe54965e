#!/bin/sh
# Builds Argo CD from its Go module into bin/argocd, where that is not done yet, and installs
# the Redis that it keeps its cache in.
set -eu
cd "$(dirname "$0")/../.."

if ! command -v redis-server >/dev/null; then
	echo "installing redis-server"
	apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends redis-server >/dev/null
fi

folder=bin/argocd
version=$(sed -n 's,.*github.com/argoproj/argo-cd/v3 \(v[0-9.]*\).*,\1,p' hack/argocd/components/go.mod)
stamp=$(cat hack/argocd/components/go.mod hack/argocd/components/go.sum | sha256sum)
if [ "$(cat $folder/.stamp 2>/dev/null)" != "$stamp" ]; then
	echo "building Argo CD $version, which takes about five minutes the first time"
	mkdir -p $folder
	(cd hack/argocd/components && GOWORK=off GOFLAGS= CGO_ENABLED=0 go build -mod=readonly \
		-ldflags "-s -w -X github.com/argoproj/argo-cd/v3/common.version=${version#v}" \
		-o "../../../$folder/argocd" github.com/argoproj/argo-cd/v3/cmd)
	# One program is all of them, by the name that it is called by.
	for name in argocd-repo-server argocd-application-controller; do
		ln -sf argocd $folder/$name
	done
	manifests=$(cd hack/argocd/components && GOWORK=off GOFLAGS= go list -m -f '{{.Dir}}' github.com/argoproj/argo-cd/v3)/manifests/crds
	rm -rf $folder/crds && mkdir $folder/crds
	cp "$manifests"/*-crd.yaml $folder/crds/ && chmod -R u+w $folder/crds
	echo "$stamp" >$folder/.stamp
fi
