#!/bin/sh
# Installs Prometheus and promtool from Debian's packages, where they are not there. Exits with 3
# where that is not possible here: without root, or without apt.
set -eu
if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
	exit 0
fi
if ! command -v apt-get >/dev/null; then
	echo "prometheus is not installed, and there is no apt-get to install it with" >&2
	exit 3
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "prometheus is not installed, and only root can install it: apt-get install prometheus" >&2
	exit 3
fi
# Tests of several packages ask for what they need at once, and apt-get serves one at a time.
exec 9>"${TMPDIR:-/tmp}/praxis-apt.lock"
flock 9
if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
	exit 0
fi
export DEBIAN_FRONTEND=noninteractive
echo "installing prometheus by apt-get" >&2
# The package would start a server of its own; what a policy forbids it does not.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod +x $policy
	trap 'rm -f $policy' EXIT
fi
apt-get update -qq >/dev/null || exit 3
apt-get install -y -qq --no-install-recommends prometheus >/dev/null || exit 3
