#!/bin/sh
# Writes what the chart takes from config/ and its README, so that nothing is kept twice by hand.
# With a folder as argument it writes there instead.
set -eu
cd "$(dirname "$0")/.."
chart=${1:-charts/praxis}

rm -rf "$chart/files"
take() { # what kustomize reads beside them is of no use to the chart
	part=$1
	shift
	mkdir -p "$chart/files/$part"
	for file; do
		[ "${file##*/}" = kustomization.yaml ] || cp "$file" "$chart/files/$part/"
	done
}
take crd config/crd/bases/*.yaml
# Roles for metrics stand apart, and the account has values of its own.
take rbac config/rbac/[!m]*.yaml config/rbac/account/[lr]*.yaml
take metrics config/rbac/metrics_*.yaml config/rbac/account/metrics_*.yaml
take admission config/admission/*.yaml
take stamping config/admission/stamping/*.yaml
take prometheus config/prometheus/*.yaml
take grafana config/grafana/*.json
take dashboard config/dashboard/rbac/*.yaml
take dashboard-tokens config/dashboard/tokens/*.yaml
take dashboard-plain config/dashboard/plain/*.yaml
take samples config/samples/minimal.yaml

hack/tools/build.sh helm-docs
bin/tools/helm-docs --chart-search-root="$chart" --sort-values-order=file --log-level=warn
