# make repro   sets up .venv and rebuilds whatever is out of date; APP=motionsense: of one application alone
# make test    sets up .venv, checks the style and runs all tests but the long ones
# make soak    runs the long ones: docs/firmware.md
# make check, make pr-report, make verify: docs/pull-requests.md

PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
UV_VERSION := 0.13.9
PIP_AUDIT_VERSION := 2.10.1
LOCK := --quiet --universal --generate-hashes --no-annotate --python-version 3.11 --custom-compile-command 'make lock'
BASE ?= main
MODELS ?= ../shared/models
REPORT ?= tmp/pr-report.md
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: help repro crossval robustness sketch test soak soak-summary compare-kernels try release setup lint readme check \
    pr-report verify made-on latency clean lock audit
.DEFAULT_GOAL := help

help:  ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

repro: $(STAMP)  ## rebuild every model, table and page that is out of date; APP=motionsense those of one application
	@python -m stages.merged
	@python -m featherline repro $(APP)
	@python -m featherline made-on --note

sketch: $(STAMP)  ## write the Arduino sketches of a model to sketches/: APP=motionsense, and MODEL=reduced-int8
	python -m featherline sketch $(APP) $(if $(MODEL),--model $(MODEL))

test: lint  ## check the style and run all tests
	pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

soak: $(STAMP)  ## run the tests that take long or need Debian packages; PART=matrix those of that name; goes on
	pytest -p tests.soak.record -vv --numprocesses 2 --dist worksteal -m soak $(if $(PART),-k '$(PART)')

soak-summary: $(STAMP)  ## tell which long tests last ran on which commit, and how they ended
	@python -m tests.soak.record

lint: $(STAMP)
	ruff check .
	ruff format --check .
	mypy
	clang-format --dry-run --Werror $$(git ls-files '*.c' '*.h' '*.cpp' '*.ino' ':!models' ':!zoo')

compare-kernels: $(STAMP)  ## run the models of MODELS=folder as C and with CMSIS-NN; writes the tables of docs/compiler.md
	python benchmarks/compare_kernels.py $(MODELS) --out docs/compiler.md

readme: $(STAMP)  ## put the figures of zoo/ into the README and its picture, and all tables into docs/results.md
	python -m featherline.release.comparison
	python -m featherline.reports.readme docs/results.md simulated=reports/results.md \
	    recordings=docs/recordings-results.md

check: $(STAMP)  ## hold the metrics against those of BASE=main, by policy.yaml
	python -m featherline check --base $(BASE)

pr-report: $(STAMP)  ## write what changed since BASE=main, as a pull request's comment, to REPORT=tmp/pr-report.md
	python -m featherline pr-report --base $(BASE) --out $(REPORT)

verify: $(STAMP)  ## repeat the pipeline in a clean clone and compare every model, C file and metric to the byte
	python -m featherline verify

try: $(STAMP)  ## write the pages of docs/try: the models of zoo/ in a browser
	python -m featherline.export.web.gallery docs/try

release: $(STAMP)  ## write zoo/ from the archives in MIRROR=..., or from the finished clone RUN=...
	python -m featherline release $(if $(RUN),--run $(RUN),--mirror $(MIRROR))

crossval: $(STAMP)  ## repeat the search of APP=... in each fold of its groups and write crossval/; OPTIONS='--folds groups'
	python -m featherline crossval $(APP) $(OPTIONS)

robustness: $(STAMP)  ## measure the headline model of APP=... on disturbed recordings and write robustness/
	python -m featherline robustness $(APP) $(OPTIONS)

made-on: $(STAMP)  ## record that the files to be committed were made on this machine, in docs/made-on.json
	python -m featherline made-on

latency: $(STAMP)  ## measure the models on this host and write figures and a workbook to latency/
	python -m featherline latency

setup: $(STAMP)  ## install the pinned packages into .venv

lock: $(STAMP)  ## write the locks with their hashes anew, after a change of requirements.txt or constraints.txt
	uv pip compile $(LOCK) --constraint constraints.txt --output-file requirements.lock requirements.txt
	echo 'uv==$(UV_VERSION)' | uv pip compile $(LOCK) --output-file requirements-uv.lock -
	echo 'pip-audit==$(PIP_AUDIT_VERSION)' | uv pip compile $(LOCK) --output-file requirements-audit.lock -

audit: $(STAMP)  ## hold requirements.lock against the known vulnerabilities; a package that is skipped fails it
	uv venv --quiet --clear tmp/audit
	uv pip install --quiet --python tmp/audit/bin/python --require-hashes -r requirements-audit.lock
	tmp/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.lock

$(STAMP): requirements.lock requirements-uv.lock
	@$(PYTHON) -m featherline.core.support $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	$(VENV)/bin/uv pip install --quiet --compile-bytecode --python $(VENV)/bin/python --require-hashes -r requirements.lock
	touch $@

clean:  ## remove .venv; data and models stay
	rm -rf $(VENV)
