# `make` alone tells what there is.
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast lint lock bench skew package clean

# The first Python on the PATH that is recent enough; with none, `python3` is asked and says why.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(shell $(p) -c '$(NEW_ENOUGH)' 2>/dev/null && echo $(p)))),python3)

BIN := .venv/bin
DONE := .venv/.done
DEMO := build/demo
SEED ?= 20220425
RESIDENTS ?= 100000
ROUNDS ?= 3
ON_SPARK ?= 0
PEER ?= ../shared/peers/splink_duckdb.py
EXPORT := build/uv/bin/uv export --quiet --format requirements-txt --no-header --no-annotate --no-emit-project
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## Show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Afterwards the command is $(BIN)/doichieu (try --help)."

setup: $(DONE)/code $(DONE)/jars $(DONE)/classes ## Virtual environment, locked dependencies, jars
	@echo "Ready: $(BIN)/doichieu --help"

$(DONE)/machine:
	@$(PYTHON) jobs/machine.py
	@$(PYTHON) -m venv .venv
	@mkdir -p $(DONE) && touch $@

$(DONE)/locked: requirements.lock | $(DONE)/machine
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(DONE)/code: pyproject.toml $(DONE)/locked
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(DONE)/jars: conf/jars.toml conf/ivysettings.xml | $(DONE)/code
	$(BIN)/python scripts/fetch_jars.py
	@touch $@

$(DONE)/classes: scripts/share_classes.py $(DONE)/jars
	$(BIN)/python scripts/share_classes.py
	@touch $@

demo: setup ## Reconcile a made-up nation of 98,000 residents (build/demo)
	@test -f $(DEMO)/input/.made-$(SEED) || { rm -rf $(DEMO)/input \
	  && $(BIN)/doichieu synthesise --scale demo --out $(DEMO)/input --seed $(SEED) \
	  && touch $(DEMO)/input/.made-$(SEED); }
	@$(BIN)/doichieu run --residents $(DEMO)/input/residents.parquet --doses $(DEMO)/input/doses.parquet \
	  --warehouse $(DEMO)/warehouse

lint: setup ## Lint, formatting, strict types, import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint ## All of `make lint` and every test, two at a time
	$(BIN)/pytest -n 2 --no-loadscope-reorder

test-fast: setup ## The tests that need no Spark: less than a minute together
	$(BIN)/pytest -q -n 2 -m "not slow and not spark"

lock: $(DONE)/machine ## Resolve the dependencies anew into requirements.lock and requirements-run.lock
	@test -x build/uv/bin/uv || { $(PYTHON) -m venv build/uv && build/uv/bin/pip install --quiet uv; }
	$(EXPORT) --all-groups --output-file requirements.lock
	$(EXPORT) --no-default-groups --output-file requirements-run.lock
	@rm -f uv.lock

bench: setup ## Ours and the peer in turns (RESIDENTS="100000", ROUNDS=3, ON_SPARK=0): docs/performance.md
	$(BIN)/python -m scripts.bench $(addprefix --residents ,$(RESIDENTS)) --rounds $(ROUNDS) \
	  --on-spark $(ON_SPARK) --peer $(PEER)

skew: setup ## A smooth and a hostile nation in turns (RESIDENTS=100000, ROUNDS=3): docs/skew.md
	$(BIN)/python -m scripts.skewed --residents $(RESIDENTS) --rounds $(ROUNDS)

package: setup ## What spark-submit needs, in dist/ (see docs/cluster.md)
	$(BIN)/python scripts/package.py dist
	@echo "dist/ is complete: see docs/cluster.md for the spark-submit lines"

clean: ## Remove what was made here, except the environment and the jars
	rm -rf build dist spark-warehouse metastore_db derby.log .pytest_cache .mypy_cache \
	  .ruff_cache .import_linter_cache .hypothesis
