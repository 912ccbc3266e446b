# A fresh machine needs python3 (3.11+) with pip and venv, git and make. Everything else is
# installed into .venv.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export NO_MKDOCS_2_WARNING = 1
# The output of pip goes into a file, so only its warnings and errors are shown. If pip fails, the
# end of the file gives the reason.
pip = @echo "pip install $(1)"; \
	$(BIN)/python -m pip install --progress-bar off $(1) >.venv/pip.log \
	|| { tail -n 15 .venv/pip.log >&2; exit 1; }
WITH_CHROMIUM = CHROMIUM="$$($(BIN)/python tests/support/programs.py chromium)" && \
	export CHROMIUM PYTHONPATH=$(CURDIR)/tests/support && $(BIN)/python
# The HTML checker is installed if Java and npm are there; otherwise its tests are skipped.
CHECKER := $(and $(shell command -v java 2>/dev/null),$(shell command -v npm 2>/dev/null),\
	.venv/.npm-vnu-jar)

.PHONY: site serve check test test-all measure bench lighthouse clean

site: .venv/.site
	$(BIN)/briefs build
	@echo "To view it, run make serve and open http://127.0.0.1:$(PORT)/ (another port: PORT=…)."

serve: .venv/.site
	$(BIN)/mkdocs serve --dev-addr 127.0.0.1:$(PORT)

# Quick checks, which run before each commit and before the tests in CI.
check: .venv/.test
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	$(BIN)/briefs convert --check
	$(BIN)/briefs check

# Run the tests whose marks fit the rest of a pytest expression, $(1). Chromium is installed if this
# user may install packages; otherwise its tests are skipped. Tests that measure processor time or
# memory run first, with nothing beside them but each other. Then the others run in two processes,
# file by file.
TESTS = $(BIN)/python tests/support/programs.py chromium >/dev/null; \
	$(BIN)/python -m pytest -m 'alone$(1)' --numprocesses 2 --dist load; alone=$$?; \
	$(BIN)/python -m pytest -m 'not alone$(1)' --numprocesses 2 --dist loadfile \
		--no-loadscope-reorder && \
	{ test $$alone = 0 || { echo 'A test of time or memory has failed: see above.' >&2; exit 1; }; }

test: .venv/.test $(CHECKER)
	@$(call TESTS, and not slow)

# All tests, also the slow ones: before a release, and every night.
test-all: .venv/.test $(CHECKER)
	@$(call TESTS,)

measure: .venv/.test
	$(WITH_CHROMIUM) tests/bench/measure_search.py
	$(WITH_CHROMIUM) tests/bench/search_speed.py

# Takes up to an hour; BENCH="--sizes 100,1000" takes less. BENCH="--write" writes the results into
# docs/scaling.md.
bench: .venv/.test
	$(WITH_CHROMIUM) tests/bench/bench.py $(BENCH)

lighthouse: .venv/.test .venv/.npm-lighthouse
	$(WITH_CHROMIUM) tests/bench/lighthouse.py

.venv/bin/python:
	$(PYTHON) -m venv .venv
	$(call pip,--upgrade pip)

.venv/.site: pyproject.toml constraints.txt | .venv/bin/python
	$(call pip,--constraint constraints.txt --editable .)
	touch $@

.venv/.test: pyproject.toml constraints.txt | .venv/bin/python
	$(call pip,--constraint constraints.txt --editable '.[test]')
	touch $@ .venv/.site

# The packages' install scripts do not run. If npm fails, make tries again next time; until then,
# whatever needs the package reports that it is missing.
.venv/.npm-%: tests/npm/%/package.json | .venv/bin/python
	mkdir -p .venv/npm/$* && cp $< .venv/npm/$*
	npm install --prefix .venv/npm/$* --ignore-scripts --no-package-lock --no-audit \
		--no-fund --loglevel=error && touch $@ || echo "npm could not install $*" >&2

clean:
	rm -rf .venv site
