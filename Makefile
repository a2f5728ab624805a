# `make` alone lists what there is.
PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin
export UV_PYTHON_DOWNLOADS = never
export HANHLANG_HOME ?= $(CURDIR)/var
export NUMBA_CACHE_DIR ?= $(HANHLANG_HOME)/numba

.DEFAULT_GOAL := help
.PHONY: help soak run setup fresh check test pictures lock bench bench-b2b bench-travel bench-week bench-replan bench-limits bench-desk

help:  ## list the targets
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F '\t' '{ printf "make %-13s %s\n", $$1, $$2 }'

run:  ## the example week, loaded, planned and served on http://127.0.0.1:8000 (PORT=… for another port)
	@$(PYTHON) tools/setup.py --quick
	@$(BIN)/hanhlang demo --port "$(PORT)"

setup:  ## install everything this project needs into .venv; needs python3, pip and make only
	@$(PYTHON) tools/setup.py

fresh:  ## throw the example week's data away and start over (asks first; YES=1 does not ask)
	@[ "$(YES)" = 1 ] || { printf 'Delete all data in %s? Type yes: ' "$(HANHLANG_HOME)"; read answer; [ "$$answer" = yes ]; }
	@rm -rf "$(HANHLANG_HOME)"
	@$(MAKE) --no-print-directory run

check: setup  ## the quick loop: lint, types, import rules, and the tests without browser and PostgreSQL
	@$(BIN)/python tools/test.py quick

test: setup  ## everything: lint, types, guards, tests on SQLite and PostgreSQL, browser journeys
	@$(BIN)/python tools/test.py full

bench: bench-b2b bench-travel bench-week bench-replan bench-limits  ## every table of docs/reference/benchmarks.md that is about the engine (hours)

bench-b2b: setup  ## published business-to-business events, three seeds, RC2 beside
	@$(BIN)/python benchmarks/b2b.py --seeds 3 --peer

bench-travel: setup  ## meetings with travel, CSPLib 046
	@$(BIN)/python benchmarks/travel.py

bench-week: setup  ## weeks of 500 to 10,000 people, and the 800-person editions with CP-SAT beside
	@$(BIN)/python benchmarks/week.py --seeds 3 --peer

bench-replan: setup  ## changes on the day: published pairs and the week of 800
	@$(BIN)/python benchmarks/replan.py

bench-limits: setup  ## how exactly time limits are kept, and how soon Ctrl-C is answered
	@$(BIN)/python benchmarks/limits.py

bench-desk: setup  ## 500 random drags on the day board of 800 people: milliseconds and SQL of each verdict
	@$(BIN)/python benchmarks/desk.py

soak: setup  ## the long counts: 1,000 races, 50 kills of each kind, on SQLite and PostgreSQL
	@$(BIN)/python tools/soak.py

pictures: setup  ## make the README's pictures anew (needs Chromium)
	@$(BIN)/python tools/pictures.py

lock:  ## choose versions anew and write requirements.lock
	@$(PYTHON) -m pip install --quiet --target .tools uv
	@.tools/bin/uv pip compile pyproject.toml --group dev --group build --generate-hashes --no-emit-index-url \
		--no-header --upgrade --python-version 3.11 --quiet --output-file requirements.lock
