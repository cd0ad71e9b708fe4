# Hue & Cry: `make run` serves the dashboard, `make test` proves it. Both need only Python 3.11.

SHELL := /bin/bash
.DEFAULT_GOAL := run
.PHONY: run test test-long bench lock boundaries setup bundle chromium

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HUE_HOME ?= .hue
PORT ?= 8050
export HUE_HOME PORT
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Stamps stand for steps that are done, so that a second start takes seconds.
STAMP_VENV := $(VENV)/.made
STAMP_DEPS := $(VENV)/.dependencies
STAMP_SELF := $(VENV)/.installed

run: setup bundle ## Serve the dashboard on 127.0.0.1 (PORT changes the port).
	@$(BIN)/hue secret --if-missing
	@$(BIN)/hue publish --if-changed
	@exec $(BIN)/hue serve

# Tests start the program some two hundred times: they keep what Python compiles, whatever the surroundings say.
test: setup bundle chromium ## Set up what the tests need and run them.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long"

test-long: setup bundle chromium ## All tests, the long ones included.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

bench: setup bundle ## Measure what readers and publishers wait for, beside the usual way.
	$(BIN)/python -m tests.bench

lock: $(STAMP_SELF) ## Write the lock files anew from pyproject.toml and package.json.
	$(BIN)/uv pip compile pyproject.toml --all-extras --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --allow-unsafe --quiet --upgrade -o requirements.lock
	$(BIN)/python -m dashboard.bundle --lock

boundaries: setup ## Write the boundaries of the areas anew.
	$(BIN)/python -m data.build_boundaries
	$(BIN)/python -m data.neighbours

setup: $(STAMP_SELF)

bundle: $(STAMP_SELF)
	@$(BIN)/python -m dashboard.bundle

# A venv without pip is what Debian makes where python3-venv is missing.
$(STAMP_VENV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed."; exit 1; }
	@if ! $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq python3-venv; \
	  else echo "python3-venv is missing. Install it with: sudo apt-get install python3-venv"; exit 1; fi; \
	fi
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(STAMP_DEPS): requirements.lock $(STAMP_VENV)
	@echo "Installing what requirements.lock names ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(STAMP_SELF): pyproject.toml $(STAMP_DEPS)
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

chromium:
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium; \
	  else echo "Chromium is missing, its tests are skipped. Install it with: sudo apt-get install chromium"; fi; \
	}
