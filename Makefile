# Everything from a bare clone: each target makes its own .venv, installs what it needs, and runs.
# Needs python3 (3.11 or newer) and a network to install from. Another Python: make test PYTHON=python3.13

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: help demo test rules model browser faults check clean

help:
	@echo "make demo      a living town on this machine: install, sample cases, serve, print address and sign-ins"
	@echo "make test      all tests, on SQLite and on a real PostgreSQL 18, and in Chromium where there is one"
	@echo "make rules     the tests of rules and wire formats alone: pure, seconds"
	@echo "make model     the model check alone: every state of every shipped procedure, in under five seconds"
	@echo "make browser   the browser tests alone"
	@echo "make faults    20,000 filings under SIGKILL, power cuts and a full disk, on both databases; minutes"
	@echo "make check     style, types, layers, migrations"
	@echo "make clean     delete .venv and what tools left behind"

demo: .venv/.installed
	$(BIN)/gongshi demo $(ARGS)

test: .venv/.installed-dev
	$(BIN)/python -m tests.run

rules: .venv/.installed-dev
	$(BIN)/pytest -q tests/rules tests/formats

model: .venv/.installed-dev
	$(BIN)/pytest -q -p no:randomly tests/rules/test_every_state.py

browser: .venv/.installed-dev
	$(BIN)/python -m tests.run browser

faults: .venv/.installed-dev
	$(BIN)/python -m tests.faults $(ARGS)

check: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.migrations

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info screenshots

# The stamp is written last, so an interrupted install is done again.
.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is missing or older than 3.11. Install Python 3.11 or newer, or name one:" >&2; \
	  echo "  make $(or $(MAKECMDGOALS),test) PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: pyproject.toml | .venv/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.installed-dev: pyproject.toml | .venv/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@ .venv/.installed
