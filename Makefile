# Everything a fresh machine needs besides python3 (3.11+) with pip and venv, git and make is installed here, into .venv.
PYTHON ?= python3
BIN := .venv/bin
export NO_MKDOCS_2_WARNING = 1
WITH_CHROMIUM = CHROMIUM="$$($(BIN)/python tests/support/programs.py chromium)" && export CHROMIUM PYTHONPATH=tests/support && $(BIN)/python
# The HTML checker, where it can be had and run; elsewhere its tests are skipped.
CHECKER := $(and $(shell command -v java 2>/dev/null),$(shell command -v npm 2>/dev/null),.venv/.npm-vnu-jar)

.PHONY: site serve test test-all measure bench lighthouse clean

site: .venv/.site
	$(BIN)/briefs build

serve: .venv/.site
	$(BIN)/mkdocs serve

# The tests that measure go first, alone; then all others in two processes, a file at a time. $(1): which.
TESTS = $(WITH_CHROMIUM) -m pytest -m 'alone$(1)'; alone=$$?; \
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
	$(BIN)/python -m pip install --quiet --upgrade pip

.venv/.site: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/.test: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@ .venv/.site

# None of the packages' own scripts runs. What could not be fetched is said by those that need it, and tried again the next time.
.venv/.npm-%: tests/npm/%/package.json | .venv/bin/python
	mkdir -p .venv/npm/$* && cp $< .venv/npm/$*
	npm install --prefix .venv/npm/$* --ignore-scripts --no-package-lock --no-audit --no-fund --loglevel=error \
		&& touch $@ || echo "npm could not install $*" >&2

clean:
	rm -rf .venv site
