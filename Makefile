# Newsvane: `make demo` shows the main job, `make test` checks everything. `make help` lists the rest.
PYTHON ?= python3
VENV   := .venv
STAMP  := $(VENV)/.installed
# Test files side by side; each process that needs it starts a Kafka of its own.
JOBS   ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test test-long bench evals check format clean

help:  ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(STAMP): pyproject.toml constraints.txt
	@echo "newsvane: setting up $(VENV) ($$($(PYTHON) --version)); this takes a minute the first time"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "newsvane: Python 3.11 or newer is needed; name it with 'make PYTHON=python3.11 …'"; exit 1; }
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --progress-bar on -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP)  ## Run the bundled sample stream through the real agents and print the alerts
	@$(VENV)/bin/newsvane demo

test: $(STAMP)  ## Lint, type-check and run every test (real Kafka where Java and Maven are)
	@echo "newsvane: ruff, mypy, then the tests"
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/pytest -m 'not long' -n $(JOBS) --dist loadfile --no-loadscope-reorder

test-long: $(STAMP)  ## The long soaks: 20 kills on each log
	@$(VENV)/bin/pytest -m long --timeout 3600

bench: $(STAMP)  ## Print the speed figures
	@$(VENV)/bin/python -m tests.benchmarks

evals: $(STAMP)  ## Print the quality figures
	@$(VENV)/bin/pytest -m evals -s

check: $(STAMP)  ## Lint and type-check alone
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy

format: $(STAMP)  ## Format the code
	@$(VENV)/bin/ruff format . && $(VENV)/bin/ruff check --fix .

clean:  ## Remove the virtual environment and the data of the demo
	@rm -rf $(VENV) var
