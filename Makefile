# Each target does its own set-up: a machine needs only Python 3.11 or newer, and make.
PYTHON ?= python3
BIN := .venv/bin
# Stories wait for sockets a third of their time, so one more test than there are processors is at work.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() + 1)')

.PHONY: sandbox test check generated bench backtest peer-files

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

sandbox: .venv/installed  ## a local Slack workspace with the bot at work in it
	$(BIN)/quartermaster sandbox

test: .venv/installed  ## every test; those of the page need Chromium and say so where it is missing
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

check: .venv/installed  ## lint, format, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_architecture.py

generated: .venv/installed  ## README's tables and the manifest's usage hints, from the routes and settings
	$(BIN)/python -m tests.generated

bench: .venv/installed  ## the table of README's section on speed
	$(BIN)/python -m tests.benchmarks

backtest: .venv/installed  ## the table of docs/advice.md: how good reorder advice would have been
	$(BIN)/python -m tests.backtest

peer-files: .venv/installed  ## imports a peer's own sample files: make peer-files QUARTERMASTER_PEER_FILES=DIR
	QUARTERMASTER_PEER_FILES=$(QUARTERMASTER_PEER_FILES) $(BIN)/pytest -q tests/models/test_peer_files.py
