# Every command a person needs. `make help` lists them.
PYTHON ?= python3
PORT ?= 8501
API_PORT ?= 8000
WORKERS ?= 1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Some images forbid Python to keep what it compiled: each of the hundred processes that tests start would compile it again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup lock app api test lint test-system test-newer bench pictures bench-models explore train promote rollback demo demo-again drift mlflow bom audit test-fast test-nightly test-attacks mutate coverage clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# One environment, three layers: serving, training, proving. A stamp per layer says what is installed.
$(VENV)/.serving: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements.txt
	@touch $@
$(VENV)/.training: $(VENV)/.serving training/requirements.txt
	$(PIP) -r training/requirements.txt
	@touch $@
$(VENV)/.tests: $(VENV)/.training tests/requirements.txt
	$(PIP) -r tests/requirements.txt
	@touch $@

setup: $(VENV)/.tests ## install everything into .venv

# The widest group first: the others take its versions. What is locked stays, unless pyproject.toml asks for another.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --no-emit-index-url \
	--no-annotate --custom-compile-command "make lock"
lock: $(VENV)/.tests ## pyproject.toml's groups -> the requirement files, every version pinned
	$(COMPILE) --group tests --output-file tests/requirements.txt
	$(COMPILE) --group training --constraint tests/requirements.txt --output-file training/requirements.txt
	$(COMPILE) --group spark --constraint tests/requirements.txt --output-file training/requirements-spark.txt
	echo "-e ." | $(COMPILE) --group serving --constraint tests/requirements.txt --output-file requirements.txt -
	$(COMPILE) --generate-hashes --group serving --constraint tests/requirements.txt --output-file requirements-hashed.txt
	$(COMPILE) --generate-hashes --group training --constraint tests/requirements.txt --output-file training/requirements-hashed.txt

app: $(VENV)/.serving ## start the dashboard on PORT (default 8501); the demonstration's empty store is told a past
	$(BIN)/python -m app.demonstration past --if-empty
	$(BIN)/streamlit run app/main.py --server.port $(PORT) --server.headless true

api: $(VENV)/.serving ## start the scoring API on API_PORT (default 8000) with WORKERS processes; see /docs there
	$(BIN)/python -m app.api --port $(API_PORT) --workers $(WORKERS)

lint: $(VENV)/.tests ## style, types, workflow and compose files; .pre-commit-config.yaml repeats it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
	$(BIN)/zizmor --offline --quiet .github/workflows

bom: $(VENV)/.tests ## what a release is made of, as CycloneDX: bom.cdx.json, from the locked files alone
	$(BIN)/cyclonedx-py requirements training/requirements-hashed.txt --pyproject pyproject.toml --spec-version 1.6 \
		--output-reproducible --validate --output-file bom.cdx.json

audit: $(VENV)/.tests ## known faults of the locked parts, where the list of them can be reached
	$(BIN)/python .github/audit.py training/requirements.txt tests/requirements.txt

# A module stays with one worker: what it trains or publishes once is not made twice.
TOGETHER = $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not system"
test: lint ## lint, types and every test that needs only Python packages
	$(TOGETHER)

test-fast: $(VENV)/.tests ## about a minute, while one edits: scoring, what pages show, language, the rules of the house
	HOME_CREDIT_DIR= $(TOGETHER) tests/scoring tests/ui tests/language tests/test_architecture.py

coverage: $(VENV)/.tests ## which branches no test of `make test` takes, file by file
	$(TOGETHER) --cov --cov-report=term-missing:skip-covered

test-system: $(VENV)/.tests ## tests in a real browser and with real servers; installs what they need
	sh tests/system/install.sh
	$(PIP) -r training/requirements-spark.txt
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "system and not alone"
	$(BIN)/pytest -m "system and alone"

test-nightly: $(VENV)/.tests ## what takes an hour: /score by every phase of schemathesis, ten minutes of readers, offers
	NIGHTLY=1 SOAK_SECONDS=600 $(BIN)/pytest -m system tests/system/test_api_contract.py tests/system/test_soak.py
	NIGHTLY=1 $(BIN)/pytest -s tests/scoring/what_if/test_counterfactual.py -k harms

test-attacks: $(VENV)/.tests ## what was done to the running system to break it, done again; writes docs/attacks.md
	sh tests/system/install.sh
	ATTACKS_PAGE=docs/attacks.md $(BIN)/pytest tests/system/attacks

mutate: $(VENV)/.tests ## change one place at a time of what decides: do its tests notice? MOST=12 a module; writes docs/mutation.md
	$(BIN)/python -m tests.mutation $(if $(MOST),--most "$(MOST)")

test-newer: ## FOLDER=where: the tests on the Python of Debian SUITE (default trixie: 3.13), unpacked there; wants root
	@test -n "$(FOLDER)" || { echo "Say where Debian may be unpacked: make test-newer FOLDER=folder" >&2; exit 2; }
	sh tests/system/newer_python.sh "$(FOLDER)"

bench: $(VENV)/.tests ## benchmarks, each beside its baseline; writes tests/bench/README.md
	$(BIN)/python -m tests.bench

pictures: $(VENV)/.tests ## the pictures of README and docs, taken anew of the demonstration
	sh tests/system/install.sh
	$(BIN)/python -m tests.pictures

explore: $(VENV)/.training ## DATA=folder: what the raw tables hold, one HTML page in model_store, also in MLflow
	@test -n "$(DATA)" || { echo "Say where the tables are: make explore DATA=folder" >&2; exit 2; }
	$(BIN)/python -m training explore --data "$(DATA)"

bench-models: $(VENV)/.training ## DATA=folder: every candidate under every imbalance strategy, ranked by cost; QUICK=1, WEIGHT=10
	@test -n "$(DATA)" || { echo "Say where the tables are: make bench-models DATA=folder" >&2; exit 2; }
	$(BIN)/python -m training bench-models --data "$(DATA)" $(if $(QUICK),--quick) $(if $(WEIGHT),--weight "$(WEIGHT)")

train: $(VENV)/.training ## DATA=folder: tables -> features -> model -> registry -> gate -> portfolio; CHALLENGER=1 only registers, WEIGHT=10, REPEATS=7
	@test -n "$(DATA)" || { echo "Say where the tables are: make train DATA=folder" >&2; exit 2; }
	$(BIN)/python -m training train --data "$(DATA)" $(if $(WEIGHT),--weight "$(WEIGHT)") $(if $(REPEATS),--repeats "$(REPEATS)") $(if $(SYNTHETIC),--synthetic) $(if $(CHALLENGER),--challenger) $(if $(OVERRIDE),--override "$(OVERRIDE)")

promote: $(VENV)/.training ## VERSION=n DATA=folder: judge a registered version beside the champion, serve it; OVERRIDE="reason"
	@test -n "$(VERSION)" -a -n "$(DATA)" || { echo "Say what and on what: make promote VERSION=n DATA=folder" >&2; exit 2; }
	$(BIN)/python -m training promote --version "$(VERSION)" --data "$(DATA)" $(if $(OVERRIDE),--override "$(OVERRIDE)")

rollback: $(VENV)/.training ## serve the champion before this one again; DATA=folder when its release is gone
	$(BIN)/python -m training rollback $(if $(DATA),--data "$(DATA)")

demo: $(VENV)/.training ## generate the synthetic demo, train its champion, publish it
	$(BIN)/python -m training demo
	$(BIN)/python -m app.demonstration past --if-empty

demo-again: $(VENV)/.serving ## empty the demonstration's store, then tell it its past; stop the desk before
	$(BIN)/python -m app.demonstration start-again

# make leaves with 2 whatever the verb leaves with: a schedule calls the verb itself.
drift: $(VENV)/.training ## CURRENT=folder: is today's population still the one the model learnt? LABELS=file once known
	@test -n "$(CURRENT)" || { echo "Say where today's tables are: make drift CURRENT=folder" >&2; exit 2; }
	$(BIN)/python -m training drift --current "$(CURRENT)" $(if $(LABELS),--labels "$(LABELS)")

mlflow: $(VENV)/.training ## open MLflow's UI on the local store
	MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false $(BIN)/mlflow ui --workers 1 --backend-store-uri sqlite:///model_store/mlflow.db

clean: ## forget the environment and caches, never data
	rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
