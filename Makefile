# Two commands: `make demo` serves a demo county, `make test` passes the tests. Both set up what they need.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

SECONDS ?= 600
# Both cores, a file each, in the order they lie there: the long files of tests/ first, so that none is left for
# the end, when one core would wait for the other.
BOTH := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help demo test test-wide test-long fuzz check format bench screens docs messages lock clean

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.ready: requirements.lock
	@tools/ensure python
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.ready ## set up a demo county of 60,000 people and serve it
	@tools/ensure fonts
	@$(BIN)/tongchou demo $(DEMO)

test: $(VENV)/.ready-dev ## the quick tests: SQLite, PostgreSQL where there is one, browser journeys
	@tools/ensure fonts chromium postgresql
	$(BIN)/pytest $(BOTH) -m "not wide and not long"
	@tools/with-postgres $(BIN)/pytest $(BOTH) -m "not wide and not long and not journey"

test-wide: $(VENV)/.ready-dev ## what else a change must pass: every page, every journey
	@tools/ensure fonts chromium
	$(BIN)/pytest $(BOTH) -m "wide and not long"

test-long: test-wide ## all the rest: the wide tests, pages on PostgreSQL, more tries of each law, the slow ones
	@tools/ensure postgresql
	@tools/with-postgres $(BIN)/pytest $(BOTH) -m "wide and not long and not journey"
	TONGCHOU_EXAMPLES=300 $(BIN)/pytest $(BOTH) -m "not wide and not long" tests/domain tests/policy tests/rights
	$(BIN)/pytest -m long
	@tools/with-postgres $(BIN)/pytest -m "long and not journey"

fuzz: $(VENV)/.ready-dev ## spoiled workbooks and tables for SECONDS=600; what breaks the reader stays in build/fuzz
	$(BIN)/python tests/fuzz/importer.py --seconds $(SECONDS) --seed $$RANDOM

check: $(VENV)/.ready-dev ## lint, format, types, walls, catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/catalogues.py --check

format: $(VENV)/.ready-dev ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.ready-dev ## repeatable measurements, as ratios, into bench/RESULTS.md
	$(BIN)/python bench/run.py

screens: $(VENV)/.ready-dev ## pictures of every page into build/screens, those of the tutorial into docs
	@tools/ensure fonts chromium
	TONGCHOU_SCREENS=$(CURDIR)/build/screens TONGCHOU_TUTORIAL=$(CURDIR)/docs/tutorial/pictures \
		$(BIN)/pytest -q -m journey tests/journeys
	$(BIN)/python tools/contact_sheet.py build/screens

docs: $(VENV)/.ready-dev ## write the generated reference pages
	$(BIN)/python tools/reference.py

messages: $(VENV)/.ready-dev ## collect and compile the catalogues
	$(BIN)/python tools/catalogues.py

lock: ## resolve the dependencies anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra build --extra dev --extra bench -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove what was built (the demo county too)
	rm -rf $(VENV) var build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
