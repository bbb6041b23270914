# Every command a person needs. `make help` lists them.
PYTHON ?= python3
PORT ?= 8501
API_PORT ?= 8000
WORKERS ?= 1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup app api test lint test-system bench train demo mlflow clean

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

app: $(VENV)/.serving ## start the dashboard on PORT (default 8501)
	$(BIN)/streamlit run app/main.py --server.port $(PORT) --server.headless true

api: $(VENV)/.serving ## start the scoring API on API_PORT (default 8000) with WORKERS processes; see /docs there
	$(BIN)/python -m app.serving --port $(API_PORT) --workers $(WORKERS)

lint: $(VENV)/.tests ## style, types, workflow files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/zizmor --offline --quiet .github/workflows

test: lint ## lint, types and every test that needs only Python packages
	$(BIN)/pytest -n 2 -m "not system"

test-system: $(VENV)/.tests ## tests in a real browser and with real servers; installs what they need
	sh tests/system/install.sh
	$(BIN)/pytest -m system

bench: $(VENV)/.tests ## benchmarks, each beside its baseline; writes tests/bench/README.md
	$(BIN)/python -m tests.bench

train: $(VENV)/.training ## DATA=folder: tables -> features -> model -> registry -> champion -> portfolio
	@test -n "$(DATA)" || { echo "Say where the tables are: make train DATA=folder" >&2; exit 2; }
	$(BIN)/python -m training --data "$(DATA)"

demo: $(VENV)/.training ## generate the synthetic demo, train its champion, publish it
	$(BIN)/python -m training.demo

mlflow: $(VENV)/.training ## open MLflow's UI on the local store
	MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false $(BIN)/mlflow ui --workers 1 --backend-store-uri sqlite:///model_store/mlflow.db

clean: ## forget the environment and caches, never data
	rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
