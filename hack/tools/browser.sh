#!/bin/sh
# Installs Chromium and a font with Chinese from Debian's packages, where there is no browser. Exits
# with 3 where that is not possible here: without root, or without apt.
set -eu
for browser in chromium chromium-browser google-chrome google-chrome-stable; do
	if command -v $browser >/dev/null; then
		exit 0
	fi
done
if ! command -v apt-get >/dev/null; then
	echo "chromium is not installed, and there is no apt-get to install it with" >&2
	exit 3
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "chromium is not installed, and only root can install it: apt-get install chromium" >&2
	exit 3
fi
export DEBIAN_FRONTEND=noninteractive
echo "installing chromium by apt-get" >&2
apt-get update -qq >/dev/null || exit 3
apt-get install -y -qq --no-install-recommends chromium fonts-wqy-zenhei >/dev/null || exit 3
