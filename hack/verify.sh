#!/bin/sh
# Says which generated or unformatted files are not what the code makes of them.
set -eu
cd "$(dirname "$0")/.."

# A merge that was committed before it was done: Go files would not build with it, others say nothing.
if git grep -nE '^(<{7} |={7}$|>{7} )'; then
	echo "these lines are left of a merge; keep what both sides say and remove them"
	exit 1
fi

unformatted=$(gofmt -l api cmd config controllers hack internal test main.go)
if [ -n "$unformatted" ]; then
	echo "not formatted; run: make fmt"
	echo "$unformatted"
	exit 1
fi

for room in internal/*/ internal/dashboard/identity/ internal/dashboard/access/; do
	if [ "$(grep -c "^| \`${room%/}\` |" CONTRIBUTING.md)" -ne 1 ]; then
		echo "CONTRIBUTING.md does not say once which question ${room%/} answers"
		exit 1
	fi
done

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
go tool controller-gen object:headerFile=hack/boilerplate.go.txt paths=./api/... output:object:dir="$fresh/api"
go tool controller-gen rbac:roleName=praxis-operator crd paths=./api/... paths=./controllers/... \
	output:crd:artifacts:config="$fresh/crd" output:rbac:artifacts:config="$fresh/rbac"
stale=0
diff -u api/v1alpha1/zz_generated.deepcopy.go "$fresh/api/zz_generated.deepcopy.go" || stale=1
diff -ru config/crd/bases "$fresh/crd" || stale=1
diff -u config/rbac/role.yaml "$fresh/rbac/role.yaml" || stale=1
cp -r charts/praxis "$fresh/praxis"
hack/chart.sh "$fresh/praxis"
diff -ru charts/praxis "$fresh/praxis" || stale=1
mkdir "$fresh/docs"
go run ./hack/docs "$fresh/docs" "$fresh/schemas"
diff -ru config/crd/schemas "$fresh/schemas" || stale=1
hack/tools/build.sh crd-ref-docs
bin/tools/crd-ref-docs --config=hack/api-reference.yaml --source-path=api/v1alpha1 --renderer=markdown --log-level=ERROR --output-path="$fresh/docs/api.md"
for page in cli reference api; do
	diff -u docs/$page.md "$fresh/docs/$page.md" || stale=1
done
cp -r config/argocd "$fresh/argocd"
go run ./hack/argocd "$fresh/argocd"
diff -ru config/argocd "$fresh/argocd" || stale=1
if [ $stale -ne 0 ]; then
	echo "generated files are not current; run: make generate chart"
	exit 1
fi
