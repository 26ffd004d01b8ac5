# Congye (从业档案). `make` lists what can be made; docs/commands.md tells the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo serve test bench bench-quick torture fuzz lint lock messages clean

UV := $(or $(shell command -v uv),.venv/bin/uv)
PIN = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## install what is missing, then run the demo with made-up people on http://127.0.0.1:8501
	@deploy/bootstrap.sh run
	@exec .venv/bin/python -m app demo

serve: ## install what is missing, then run the server with the settings of the environment
	@deploy/bootstrap.sh run
	@exec .venv/bin/python -m app serve

test: ## install what the tests need, then check everything and run the whole suite
	@deploy/bootstrap.sh test
	@$(MAKE) --no-print-directory lint
	@echo "» Running the tests"
	@.venv/bin/pytest -n 2 --dist loadgroup

torture: ## kill and starve server and database hundreds of times while people work, and look for anything lost (half an hour)
	@deploy/bootstrap.sh test
	@.venv/bin/python -m tests.torture $(TORTURE)

bench: ## install what the tests need, then run the benchmarks; BENCH_SIZE=10000, 100000 or 1000000 people
	@deploy/bootstrap.sh test
	@.venv/bin/python -m bench

bench-quick: ## the benchmarks that take minutes, at 100,000 people
	@deploy/bootstrap.sh test
	@BENCH_SIZE=100000 .venv/bin/python -m bench --quick

fuzz: ## a million mutated inputs for everything that reads what comes from outside (hours)
	@deploy/bootstrap.sh test
	@.venv/bin/python -m tests.fuzz $(FUZZ)

lint: ## check rules, format, types and layers, with what make test has installed
	@echo "» Checking rules, format, types and layers"
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy .
	@.venv/bin/lint-imports

lock: ## pin the packages of requirements*.in anew; UPGRADE=--upgrade takes the newest versions
	@echo "» Pinning requirements.txt, requirements-sms.txt and requirements-dev.txt"
	@$(PIN) --output-file requirements.txt requirements.in
	@$(PIN) --output-file requirements-sms.txt requirements-sms.in
	@$(PIN) --output-file requirements-dev.txt requirements-dev.in

messages: ## bring the catalogues of translations up to date with the source
	@echo "» Collecting messages into app/locale/en/messages.po"
	@mkdir -p var
	@.venv/bin/pybabel --quiet extract --no-location --sort-output --omit-header -k _ -k N_ -o var/messages.pot app
	@.venv/bin/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --omit-header \
		--no-wrap -l en -i var/messages.pot -o app/locale/en/messages.po

clean: ## remove the virtual environment and the tools' caches; var/ with its data stays
	@echo "» Removing .venv and caches"
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find app data devices pages tests -name __pycache__ -type d -prune -exec rm -rf {} +
