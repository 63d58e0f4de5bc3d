# `make demo` and `make test` set everything up themselves; a second run starts within seconds.
.DEFAULT_GOAL := help
.PHONY: help demo test lint bench fuzz bounds audit wheel clean

bin := .venv/bin
installed := .venv/.installed

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(installed): pyproject.toml scripts/ensure-system-packages.sh scripts/debian.sh scripts/make-venv.sh
	@scripts/ensure-system-packages.sh
	@scripts/make-venv.sh

demo: $(installed) ## count one sample of each of the four exercises and compare with the truth
	@$(bin)/repose demo

test: $(installed) ## run the tests
	@scripts/ensure-browser.sh
	@scripts/ensure-postgresql.sh
	@scripts/ensure-strace.sh
	@$(bin)/python -c 'from repose.pose.bundle import ensure_bundle; ensure_bundle("full")'
	@$(bin)/pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(installed) ## check style and types
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .
	@$(bin)/mypy

bench: $(installed) ## measure the cost on top of the bare landmarker, re-counting, and memory
	@$(bin)/repose bench

fuzz: $(installed) ## try many more hostile files, messages and requests than the tests do, others each time
	@scripts/fuzz.sh

bounds: $(installed) ## run the fast tests with the lowest and the newest versions of what Repose needs
	@scripts/test-bounds.sh

audit: $(installed) ## look for published advisories about what is installed; needs the internet
	@scripts/audit.sh

wheel: $(installed) ## build the wheel into dist/
	@$(bin)/python -m build --wheel --no-isolation

clean: ## remove what was made: the environment, caches, builds, outputs
	rm -rf .venv .bounds dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
