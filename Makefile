# Everything a fresh machine needs besides python3 (3.11+) with pip and venv, git and make is installed here, into .venv.
PYTHON ?= python3
BIN := .venv/bin
export NO_MKDOCS_2_WARNING = 1

.PHONY: site serve test measure clean

site: .venv/.site
	$(BIN)/briefs build

serve: .venv/.site
	$(BIN)/mkdocs serve

test: .venv/.test
	CHROMIUM="$$($(BIN)/python tests/chromium.py)" && export CHROMIUM && $(BIN)/python -m pytest

measure: .venv/.test
	CHROMIUM="$$($(BIN)/python tests/chromium.py)" && export CHROMIUM && $(BIN)/python tests/measure_search.py

.venv/bin/python:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

.venv/.site: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/.test: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@ .venv/.site

clean:
	rm -rf .venv site
