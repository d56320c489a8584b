# Everything is set up in .venv, again whenever the dependencies in setup.cfg change.
# PYTHON=/path/to/python chooses the interpreter; otherwise .ci/preflight finds one.

PORT ?= 8080
PYTEST_ARGS ?= -n 2
BIN := .venv/bin
FULLY_COVERED := rules/*,contingency_plans/*,service/operations/*

.DEFAULT_GOAL := help
.PHONY: help run test lint coverage coverage-floors bench docs clean
# A target half made by a failing command is removed, so that the next run makes it again.
.DELETE_ON_ERROR:

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 24

run: .venv/installed ## Start the product with an example estate on PORT (8080)
	$(BIN)/opq up --example --port $(PORT)

test: .venv/installed-dev ## Run the tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: .venv/installed-dev ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports

coverage: .venv/installed-dev ## Run the tests and check that they reach every branch they must
	$(MAKE) test PYTEST_ARGS="$(PYTEST_ARGS) --cov --cov-report="
	$(MAKE) coverage-floors

coverage-floors:
	$(BIN)/coverage report --fail-under=100 --include='$(FULLY_COVERED)'
	$(BIN)/coverage report --fail-under=95 --omit='$(FULLY_COVERED)'

bench: .venv/installed-dev ## Run every benchmark
	$(BIN)/python -m benchmarks

docs: .venv/installed ## Write docs/settings.md anew
	$(BIN)/python -c "from service.config import settings_page; print(settings_page(), end='')" > docs/settings.md

clean: ## Remove all that the other targets made, except the data in var/
	rm -rf .venv build dist *.egg-info .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache \
		.hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	python=$$(.ci/preflight) && $$python -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip

.venv/installed: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/pip install --quiet --editable '.[test,dev]'
	@touch $@
