# Praxis. `make` alone lists the targets; Go is all that they need.

KUBECONFIG_FILE ?= bin/control-plane/kubeconfig
ARGS ?=
VERSION ?=
FUZZTIME ?= 30s

controller_gen = go tool controller-gen
crd_and_rbac   = rbac:roleName=praxis-operator crd paths=./api/... paths=./controllers/...

api_reference  = bin/tools/crd-ref-docs --config=hack/api-reference.yaml --source-path=api/v1alpha1 --renderer=markdown --log-level=ERROR

.DEFAULT_GOAL := help

##@ Look

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*##/ {printf "  %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Live a week of the sample goals in two minutes, on a control plane of their own; ARGS=--once ends after it
	go build -o bin/demo/demo ./hack/demo
	bin/demo/demo $(ARGS)

.PHONY: demo-clean
demo-clean: ## Remove what the demo left
	rm -rf bin/demo

##@ Develop

.PHONY: generate
generate: ## Write deep copies, CustomResourceDefinitions, the operator's role, the reference, and what Argo CD takes
	$(controller_gen) object:headerFile=hack/boilerplate.go.txt paths=./api/...
	$(controller_gen) $(crd_and_rbac) output:crd:artifacts:config=config/crd/bases output:rbac:artifacts:config=config/rbac
	go run ./hack/docs
	hack/tools/build.sh crd-ref-docs
	$(api_reference) --output-path=docs/api.md
	go run ./hack/argocd

.PHONY: manifests
manifests: generate ## The same, by the name that kubebuilder users know

.PHONY: chart
chart: ## Write what the Helm chart takes from config, and its README
	hack/chart.sh

.PHONY: fmt
fmt: ## Format the code
	gofmt -w api cmd config controllers hack internal test main.go

.PHONY: vet
vet: ## Run go vet
	go vet ./...

.PHONY: lint
lint: ## Run staticcheck
	go tool staticcheck ./...

.PHONY: verify
verify: ## Check that generated files and formatting are current, go.mod is tidy, go vet and the linters are clean
	hack/verify.sh
	go mod tidy -diff
	go vet ./...
	go tool staticcheck ./...
	hack/tools/build.sh golangci-lint
	bin/tools/golangci-lint run

.PHONY: build
build: ## Build the operator, the dashboard and the kubectl plugin into bin
	CGO_ENABLED=0 go build -trimpath -o bin/ . ./cmd/praxis-dashboard ./cmd/kubectl-praxis

.PHONY: control-plane
control-plane: ## Run a real control plane for daily work, until Ctrl-C; ARGS=-fresh begins without its earlier data
	go build -o bin/control-plane/run ./hack/controlplane
	bin/control-plane/run -kubeconfig $(KUBECONFIG_FILE) $(ARGS)

.PHONY: run
run: ## Run the operator against that control plane
	KUBECONFIG=$(KUBECONFIG_FILE) go run . $(ARGS)

##@ Install

.PHONY: install
install: ## Install all but the operator itself into the cluster that kubectl speaks to, by what its server knows
	hack/install.sh

.PHONY: uninstall
uninstall: ## Remove what install made; the goals go with their definitions
	for folder in admission/stamping admission rbac crd; do kubectl delete --ignore-not-found -k config/$$folder; done

.PHONY: deploy
deploy: ## Install everything and the operator itself by kustomize, by what the server knows
	kubectl apply -k config/default$$(kubectl get --raw /apis/admissionregistration.k8s.io/v1 | grep -q '"mutatingadmissionpolicies"' || echo -unstamped)

.PHONY: undeploy
undeploy: ## Remove what deploy made but the definitions, which every goal would go with
	for folder in admission/stamping admission rbac/account rbac; do kubectl delete --ignore-not-found -k config/$$folder; done
	kubectl delete --ignore-not-found namespace praxis-system

##@ Release

IMG ?= ghcr.io/praxis-dev/praxis:$(VERSION)

.PHONY: release
release: ## Make every artefact of a release, the same bytes each time; VERSION=v0.1.0, ARGS=-dirty where not all is committed
	go run ./hack/release -version "$(VERSION)" $(ARGS)

.PHONY: docker-build
docker-build: ## Build an image IMG of the same operator with docker, whose builder image a registry has; VERSION=v0.1.0
	docker build --build-arg VERSION="$(VERSION)" -f hack/Dockerfile -t $(IMG) .

##@ Prove

.PHONY: test
test: ## Run all tests, against a real API server that is built first
	go run ./hack/controlplane -build-only
	hack/tools/build.sh helm kustomize
	go test -timeout 40m ./... $(ARGS)

.PHONY: truth
truth: ## Measure how often the first gap is what is wrong, on made-up weeks (minutes); ARGS="-seed 7 -weeks 500 -worlds sloppy -json out.json"
	go run ./test/truth $(ARGS)

.PHONY: cover
cover: ## Say how much of each package below internal its own tests run, and fail below 90 % (about a minute; no control plane)
	hack/cover.sh $(ARGS)

.PHONY: test-releases
test-releases: ## Have the code of older and newer releases of Kubernetes validate definitions and policies; ARGS=-all of each
	hack/releases.sh $(ARGS)
.PHONY: fuzz
fuzz: ## Give every reader of outside input what it does not expect, each for FUZZTIME=30s (no control plane)
	FUZZTIME=$(FUZZTIME) GOMEMLIMIT=2GiB hack/fuzz.sh $(ARGS)

.PHONY: test-crash
test-crash: ## Stop the operator at every single write of three workloads and compare how each run ends (well over half an hour)
	go run ./hack/controlplane -build-only
	go test ./controllers -run CrashAtAnyWrite -v -parallel 6 -timeout 90m -crash-every 1 $(ARGS)

.PHONY: test-watches
test-watches: ## Leave out each watch of the operator once, and overwrite every field of every status (about ten minutes)
	go run ./hack/controlplane -build-only
	go test ./controllers -run "EachWatchIsMissed|SomebodyOverwrote" -v -count=1 -timeout 30m -exhaustive $(ARGS)

.PHONY: test-misuse
test-misuse: ## Misuse every field that people write in every way, and take it back (about a quarter of an hour); ARGS=-misuse-only=WORDS some
	go run ./hack/controlplane -build-only
	go test ./controllers -run 'Misused|MisuseIs' -v -parallel 4 -timeout 90m -misuse-all $(ARGS)
	go test ./test/misuse -v -count=1

.PHONY: test-quarter
test-quarter: ## Live a whole quarter, both changes of the clock and a week 53 against a ledger (about twenty minutes)
	go run ./hack/controlplane -build-only
	go test ./test/simulation -v -timeout 60m -whole $(ARGS)

.PHONY: test-argocd
test-argocd: ## Install the chart and live a month under a real Argo CD, which is built first (about three minutes after that)
	go run ./hack/controlplane -build-only
	hack/argocd/prepare.sh
	hack/tools/build.sh helm
	go test ./test/argocd -v -timeout 30m -argocd $(CURDIR)/bin/argocd $(ARGS)

.PHONY: test-observability
test-observability: ## Have a real Prometheus read the operator, and try every dashboard and alert (about a minute; installs Prometheus from Debian)
	go run ./hack/controlplane -build-only
	PRAXIS_CI=1 go test ./test/observability -v -count=1 $(ARGS)

.PHONY: test-dashboard
test-dashboard: ## Have a browser look at every page in every size, colour and language, and use it by keyboard (about two minutes; installs Chromium from Debian); ARGS=-docs also takes the pictures of the docs
	go run ./hack/controlplane -build-only
	PRAXIS_CI=1 go test ./test/dashboard -v -count=1 -full -shots $(CURDIR)/bin/shots $(ARGS)

.PHONY: test-ha
test-ha: ## Kill and pause the leader of three replicas again and again for a week (about three minutes)
	go run ./hack/controlplane -build-only
	go test ./test/ha -v -count=1 -timeout 30m -weeks=2 -speed=5040 -pauses=8 $(ARGS)

.PHONY: test-ha-short
test-ha-short: ## The same week without the undisturbed one that it is compared with (about two minutes and a half)
	go run ./hack/controlplane -build-only
	go test ./test/ha -v -count=1 -timeout 10m -weeks=1 -speed=5040 -pauses=2 $(ARGS)

.PHONY: bench
bench: ## Print what a week of 1,000 Actions costs, beside a bare client and the Job controller, and what floods of evidence and of deliveries do to it and to others
	go run ./hack/bench/receiver
	go run ./hack/bench $(ARGS)
	go test ./test/simulation -run 'ThatComeInAsFastAsTheyCan|NeighboursOfAFlood' -measure -v -count=1
	go test ./test/measures -run AtRest -measure -v -count=1

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf bin
