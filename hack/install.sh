#!/usr/bin/env bash
# Installs what the operator needs into the cluster that kubectl speaks to. Names are
# stamped by MutatingAdmissionPolicies where the server has them (Kubernetes 1.36 and
# later); on an older one people write their own names, and the policies of
# config/admission refuse any other.
set -euo pipefail
cd "$(dirname "$0")/.."

# The definitions are applied by the server: a control plane of this project has them already,
# without the annotation by which kubectl applies, and kubectl would warn of each.
kubectl apply --server-side --force-conflicts -k config/crd
for folder in rbac admission; do
	kubectl apply -k "config/$folder"
done
if kubectl get --raw /apis/admissionregistration.k8s.io/v1 | grep -q '"mutatingadmissionpolicies"'; then
	kubectl apply -k config/admission/stamping
else
	echo "This server stamps no names: write your own into spec.submittedBy, signOff.by and amendments[].by." >&2
fi
