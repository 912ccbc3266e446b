# Everything a fresh machine needs besides python3 (3.11+) with pip and venv, git and make is installed here, into .venv.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export NO_MKDOCS_2_WARNING = 1
# What pip says goes into a file; of that only warnings and errors are shown and, where it fails, the file's end, which says why.
pip = @echo "pip install $(1)"; \
	$(BIN)/python -m pip install --progress-bar off $(1) >.venv/pip.log || { tail -n 15 .venv/pip.log >&2; exit 1; }
WITH_CHROMIUM = CHROMIUM="$$($(BIN)/python tests/support/programs.py chromium)" && export CHROMIUM PYTHONPATH=$(CURDIR)/tests/support && $(BIN)/python
# The HTML checker, where it can be had and run; elsewhere its tests are skipped.
CHECKER := $(and $(shell command -v java 2>/dev/null),$(shell command -v npm 2>/dev/null),.venv/.npm-vnu-jar)

.PHONY: site serve check test test-all measure bench lighthouse clean

site: .venv/.site
	$(BIN)/briefs build
	@echo "To look at it: make serve, then open http://127.0.0.1:$(PORT)/ (make serve PORT=… takes another port)."

serve: .venv/.site
	$(BIN)/mkdocs serve --dev-addr 127.0.0.1:$(PORT)

# What takes a moment: before a commit, and in CI before the tests.
check: .venv/.test
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	$(BIN)/briefs convert --check
	$(BIN)/briefs check

# Chromium is installed where that is allowed; elsewhere its tests are skipped. What measures goes first, alone; then all
# others in two processes, a file at a time. $(1): which.
TESTS = $(BIN)/python tests/support/programs.py chromium >/dev/null; \
	$(BIN)/python -m pytest -m 'alone$(1)'; alone=$$?; \
	$(BIN)/python -m pytest -m 'not alone$(1)' --numprocesses 2 --dist loadfile --no-loadscope-reorder && \
	{ test $$alone = 0 || { echo 'One that ran alone has failed: see above.' >&2; exit 1; }; }

test: .venv/.test $(CHECKER)
	@$(call TESTS, and not slow)

# With those that take long: before a release, and every night.
test-all: .venv/.test $(CHECKER)
	@$(call TESTS,)

measure: .venv/.test
	$(WITH_CHROMIUM) tests/bench/measure_search.py

# Less than an hour; `make bench BENCH="--sizes 100,1000"` takes less, and BENCH="--write" puts what it finds into docs/scaling.md.
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

# None of the packages' own scripts runs. What could not be fetched is said by those that need it, and tried again the next time.
.venv/.npm-%: tests/npm/%/package.json | .venv/bin/python
	mkdir -p .venv/npm/$* && cp $< .venv/npm/$*
	npm install --prefix .venv/npm/$* --ignore-scripts --no-package-lock --no-audit --no-fund --loglevel=error \
		&& touch $@ || echo "npm could not install $*" >&2

clean:
	rm -rf .venv site
