#!/usr/bin/env bash
# What the browser tests of the explorer need: Debian's Chromium, Playwright's client for Python, and axe-core.
# Run it from the root of the repository; PYTHON names the interpreter that runs the tests.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
PYTHON=${PYTHON:-../../.venv/bin/python}
SUDO=$([ "$(id -u)" = 0 ] || echo sudo)

if [ ! -x "${CHROMIUM:-/usr/bin/chromium}" ]; then
    $SUDO apt-get update
    $SUDO apt-get install --yes --no-install-recommends chromium fonts-dejavu-core
fi

"$PYTHON" -m pip install --quiet --constraint ../../constraints.txt playwright

command -v npm >/dev/null || $SUDO apt-get install --yes --no-install-recommends npm
npm install --no-save --no-audit --no-fund --no-package-lock --prefix . axe-core@4
