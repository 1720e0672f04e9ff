# Everything happens in .venv; pip's own configuration decides where packages come from.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
JOBS   ?= auto
SECONDS ?= 10
FIGURE := us_russia_reset.png

# The install is editable, so a stamp grows stale with what is required, not with the code.
NEEDS  := pyproject.toml constraints.txt
USABLE := $(VENV)/.installed-library
READY  := $(VENV)/.installed-checks

.DEFAULT_GOAL := help
.PHONY: help demo test coverage lint browser fuzz gallery baselines docs deep bench package clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    install the library into $(VENV), run one scenario, draw $(FIGURE)"
	@echo "make test    install what the tests need, run them all, doctests and notebooks too"
	@echo "make coverage  the same, and which lines no test reaches"
	@echo "make lint    ruff check, ruff format --check, mypy --strict"
	@echo "make gallery, make baselines   draw the documentation's pictures, and those that tests compare with, anew"
	@echo "make docs    write the documentation to build/docs; a warning is an error"
	@echo "make browser install what the explorer's browser tests need; without it they are skipped"
	@echo "make fuzz    every reader of files under a coverage-guided fuzzer, SECONDS each (now: $(SECONDS))"
	@echo "make deep    the property tests again, with many more examples"
	@echo "make bench   time the kernel, the claims and the solvers, beside what a user would write"
	@echo "make package build sdist and wheel, try them in fresh environments, with every extra and the oldest releases"
	@echo "make clean   remove $(VENV) and all that is made here"
	@echo "JOBS=...     how many tests at a time (now: $(JOBS))"
	@echo "PYTHON=...   which interpreter to use, 3.11 or later (now: $(PYTHON))"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("triangle needs Python 3.11 or later; $(PYTHON) is %d.%d. Try: make PYTHON=python3.12" % v[:2])'
	$(PYTHON) -m venv $(VENV)

$(USABLE): $(NEEDS) | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(READY): $(NEEDS) | $(USABLE)
	$(PIP) --editable '.[dev,cluster,peers,teach,explore,proofs]'
	@touch $@

demo: $(USABLE)
	$(BIN)/triangle run us_russia_reset --figure $(FIGURE)

test: $(READY)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

coverage: $(READY)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --cov --cov-report=term

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fuzz: $(READY)
	$(PIP) atheris
	$(BIN)/python tests/fuzz/readers.py --seconds $(SECONDS)

gallery: $(READY)
	$(BIN)/python -m triangle.views.gallery

baselines: $(READY)
	$(BIN)/python -m pytest tests/views/test_images.py -n0 --mpl-generate-path=tests/views/baseline

browser: $(READY)
	PYTHON="$(CURDIR)/$(BIN)/python" tests/explorer/install_browser.sh

docs: $(READY)
	$(PIP) --editable '.[docs]'
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --builder html docs build/docs

deep: $(READY)
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -n $(JOBS) --dist worksteal tests

bench: $(READY)
	@for script in benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

package: $(READY)
	$(BIN)/python tests/packaging/check_packages.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* $(FIGURE)
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
