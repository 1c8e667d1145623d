# make            what there is
# make run        makes .venv, installs the pinned packages, starts campagne
# make test lint  what a change must pass
#
# Plain pip, so that Python and make are enough. Who has uv can fill the same .venv with it:
#   uv venv && uv pip install --require-hashes -r requirements-dev.txt && uv pip install --no-deps -e .
#
# var/ holds the data of a running campagne; nothing here touches it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
JOBS ?= 2

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
# The project itself: the build backend lies in .venv already, so nothing is fetched for it.
INSTALL_PROJECT := $(PIP) install --no-index --no-deps --no-build-isolation --editable .

.PHONY: help
help:
	@echo "make run           start campagne; the address is printed"
	@echo "make test          run the tests (JOBS=4 for more at a time, ARGS='-k rota' for a few)"
	@echo "make e2e           the tests with real processes, Chromium and programs of others (make clients first)"
	@echo "make postgres      the tests that run on PostgreSQL too"
	@echo "make soak          workers killed 750 times on each database, 40 minutes or more"
	@echo "make clients       fetch those programs: two calendars, and three more where npm is"
	@echo "make lint          ruff, mypy and the import rules"
	@echo "make format        let ruff lay out the code"
	@echo "make coverage      the tests, with the lines they miss"
	@echo "make bench         how fast a year is planned, pages and feeds are answered and mail is sent, in ratios"
	@echo "make requirements  write the requirement files anew (ARGS=--upgrade for newer versions)"
	@echo "make clean         remove .venv and every cache; your data in var/ stays"

# --- what is installed ------------------------------------------------------------------------

$(PY):
	@command -v $(PYTHON) >/dev/null || { \
	    echo "There is no '$(PYTHON)'. Install Python 3.11 or newer, or name one: make run PYTHON=python3.12" >&2; \
	    exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "campagne needs Python 3.11 or newer; '$(PYTHON)' is `$(PYTHON) --version 2>&1`. Name another: make run PYTHON=python3.12" >&2; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; \
	    exit 1; }
	$(PYTHON) -m venv $(VENV)

# Each stamp is newer than what it was installed from, so that a second `make run` starts at once.
$(VENV)/runtime.stamp: requirements.txt requirements-build.txt pyproject.toml | $(PY)
	@echo "Installing what campagne needs; the first time this takes about half a minute."
	$(PIP) install --require-hashes -r requirements.txt -r requirements-build.txt
	$(INSTALL_PROJECT)
	@touch $@

# requirements-dev.txt holds the other two as well.
$(VENV)/dev.stamp: requirements-dev.txt pyproject.toml | $(PY)
	@echo "Installing what the tests need; the first time this takes about a minute."
	$(PIP) install --require-hashes -r requirements-dev.txt
	$(INSTALL_PROJECT)
	@touch $@

# Programs of others, in a venv of their own; `make e2e` and the tests leave out what is not there.
CLIENTS := $(VENV)/clients
$(CLIENTS)/stamp: requirements-clients.txt | $(PY)
	$(PYTHON) -m venv $(CLIENTS)
	$(CLIENTS)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@

# What the benchmark is held against, in a venv of its own as well.
PEERS := $(VENV)/bench
$(PEERS)/stamp: requirements-bench.txt | $(PY)
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@

# Without scripts of packages, which could run anything.
node_modules/.package-lock.json: package-lock.json package.json .npmrc
	npm ci --ignore-scripts --loglevel=error
	@touch $@

# --- what you can do --------------------------------------------------------------------------

.PHONY: run
run: $(VENV)/runtime.stamp
	@exec $(PY) -m campagne serve $(ARGS)

# Each on SQLite; what differs between the engines runs once more with `make postgres`.
.PHONY: test
test: $(VENV)/dev.stamp
	$(PY) -m pytest -n $(JOBS) -m "not postgres" $(ARGS)

# The tests with a browser share one browser and one service, so they run one after another.
.PHONY: e2e
e2e: $(VENV)/dev.stamp
	$(PY) -m pytest tests/e2e -n $(JOBS) --dist=loadgroup $(ARGS)

.PHONY: postgres
postgres: $(VENV)/dev.stamp
	$(PY) -m pytest -n $(JOBS) -m postgres $(ARGS)

.PHONY: soak
soak: $(VENV)/dev.stamp
	$(PY) -m pytest tests/soak/test_soak.py tests/soak/test_faults.py -s $(ARGS)

.PHONY: clients
clients: $(CLIENTS)/stamp $(if $(shell command -v npm),node_modules/.package-lock.json)

.PHONY: lint
lint: $(VENV)/dev.stamp
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo

.PHONY: format
format: $(VENV)/dev.stamp
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

.PHONY: coverage
coverage: $(VENV)/dev.stamp
	$(PY) -m coverage erase
	$(PY) -m coverage run -m pytest -n $(JOBS) -m "not browser" $(ARGS)
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

.PHONY: bench
bench: $(VENV)/dev.stamp $(PEERS)/stamp
	$(PY) -m bench.planning
	$(PY) -m bench.pages
	$(PY) -m bench.feeds
	$(PY) -m bench.toolkit
	$(PY) -m bench.start
	$(PY) -m bench.broadcast
	$(PY) -m bench.delivery $(ARGS)

.PHONY: requirements
requirements:
	scripts/requirements.sh $(ARGS)

.PHONY: clean
clean:
	rm -rf $(VENV) node_modules build dist htmlcov .coverage .coverage.* .*_cache .hypothesis
	find campagne tests -name __pycache__ -type d -prune -exec rm -rf {} +
