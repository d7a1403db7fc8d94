# The commands of a day with Takeback. `make setup PYTHON=python3.12 CC=clang` chooses tools, and
# VENV another folder than `.venv`: `make test VENV=.venv-3.13 PYTHON=python3.13`.
VENV ?= .venv
export VENV
# Whatever the environment says: each of many processes would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE
BIN := $(VENV)/bin
CODE := engine adapters services graphql/returns_api dashboard takeback web bench
WEB := $(wildcard web/*.py web/*.json web/src/* web/src/policy/*) docs/policy.schema.json

.PHONY: help setup run test check lint format bench named

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

setup: $(VENV)/ready ## make .venv ready; instant when it already is

# A Python that is named is compared with the one that is there.
$(VENV)/ready: pyproject.toml scripts/setup hatch_build.py $(WEB) $(if $(PYTHON),named)
	@scripts/setup
	@touch $@

run: setup ## serve a demo with data on SQLite
	@$(BIN)/takeback demo

test: setup ## run every test, on all processors; ARGS="-k window" chooses
	@$(BIN)/pytest -n auto --maxprocesses 8 --dist loadfile $(ARGS)

check: lint ## run what must hold before a commit, in some minutes
	@$(BIN)/pytest --quiet -n auto --maxprocesses 8 --dist loadfile $(wildcard tests/unit tests/architecture)

lint: setup ## check format, style, types and import directions
	@$(BIN)/ruff format --check --quiet --output-format concise . || { echo 'format: run `make format`'; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(BIN)/mypy --no-error-summary $(CODE)
	@$(BIN)/lint-imports --no-logo

format: setup ## format the code and sort its imports
	@$(BIN)/ruff check --quiet --select I --fix .
	@$(BIN)/ruff format --quiet .

bench: ## say how to run the benchmarks
	@echo 'Benchmarks need more packages:  $(BIN)/pip install --editable ".[bench]"'
	@echo 'Each says in its first lines how to run it:  bench/README.md lists them.'
