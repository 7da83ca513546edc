# Rörlighet: from raw survey answers to evaluation reports. 'make help' lists everything.
# Works with GNU make 3.81. One stamp per study; what is up to date starts no Python.

# Studies, raw data and reports lie here, or in a folder of one's own: PROJECT=~/evaluations, made by 'make project DIR=~/evaluations'.
PROJECT :=
# Where the program lies, with a slash behind, when this file is read in such a folder; nobody but this file states it.
TOOL :=
DIR :=
PYTHON3 ?= python3
STUDY ?=
# On the command line only: systems set a variable of this name, to the languages of their own messages.
LANGUAGE :=
LEVELS ?=
# What 'make new' is told, on the command line only.
FROM :=
COMPARE :=
OUTCOMES :=
ID :=
# What 'make key' does but draw one.
CHANGE :=
FIND :=
# Format of an export: sav, dta, csv or parquet.
FORMAT :=
JOBS ?=
# Who works: local:4, or tcp://host:8786, where 'make scheduler' listens.
SCHEDULER :=
# What 'make setup' adds.
EXTRA :=
FAST ?=

# In a project the program is set up before this file is read.
VENV := $(if $(TOOL),,.venv/.installed)
DEVELOPERS := .venv/.developers
PYTHON := $(if $(TOOL),"$(TOOL).venv/bin/python",.venv/bin/python)
JUPYTER := $(if $(TOOL),"$(TOOL).venv/bin/jupyter",.venv/bin/jupyter)
# With uv where it is installed, else with pip.
PIP = $(if $(shell command -v uv 2>/dev/null),uv pip install --quiet --python $(PYTHON) --compile-bytecode,\
  $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-input)
LOCKED = $(PIP) --require-hashes --requirement
# The project itself, as it lies here, so that papermill finds its engine. What builds it is in requirements.lock: no network.
ITSELF = $(PIP) --no-index --no-deps --no-build-isolation --editable .
# What only some need is added to .venv when it is first asked for: $(call added,name,what it does).
added = test "$(TOOL).venv/.$(1)" -nt "$(TOOL)requirements-$(1).lock" || { echo "Adding what $(2) to .venv (once)"; \
  $(LOCKED) "$(TOOL)requirements-$(1).lock" && touch "$(TOOL).venv/.$(1)"; }
CLUSTER = $(call added,cluster,works on several machines)
HANDOVER = $(call added,handover,writes Word and PDF files)
STUDIES := $(if $(STUDY),$(STUDY),$(patsubst studies/%/study.toml,%,$(wildcard studies/*/study.toml)))
ifneq ($(LANGUAGE),$(firstword $(filter sv en,$(LANGUAGE))))
$(error LANGUAGE=$(LANGUAGE) is not one language of reports; allowed: sv or en, or nothing for both)
endif
# A run in one language leaves the stamp of that language only, so that a plain make still makes the others.
STAMP := data/processed/%$(LANGUAGE:%=/%)/.stamp
STAMPS := $(patsubst %,$(STAMP),$(STUDIES))
# What makes tables and reports. Blanks in names travel as '|', and become prerequisites by 'spaced'.
PROGRAM := $(filter-out notebooks/explore.ipynb,$(wildcard notebooks/*.ipynb))
ifeq ($(TOOL),)
PROGRAM += requirements.lock \
  $(wildcard pipeline/*.py pipeline/*/*.py pipeline/*/*/*.py pipeline/*/*/*.po pipeline/*/*.toml pipeline/*/*.css pipeline/*/*.html pipeline/*/*.csv)
else
PROGRAM += $(shell find "$(TOOL)pipeline" "$(TOOL)notebooks" "$(TOOL)requirements.lock" -type f \
  \( -name '*.py' -o -name '*.po' -o -name '*.toml' -o -name '*.css' -o -name '*.html' -o -name '*.csv' -o -name '*.ipynb' ! -name explore.ipynb -o -name '*.lock' \) | tr ' ' '|')
export RORLIGHET_ROOT := $(CURDIR)
# What lies in a project is never taken for a module.
export PYTHONSAFEPATH := 1
endif
spaced = $(subst |,\ ,$(1))
# One look at the disk for all studies. Folders are listed too, so that a file taken away counts; blanks in names travel as '|'.
LISTED := $(shell find studies data/raw ! -name '*[|:;$$\#]*' 2>/dev/null | tr ' ' '|')
contents = $(call spaced,$(filter $(1) $(1)/%,$(LISTED)))
# A stamp lists, as cksum prints them, the files it was made from and those it made; here are the stamps of which some are
# no longer so, or that are not whole. Times alone do not tell a flipped bit, an old file put back, a report taken away.
DAMAGED = $(eval DAMAGED := $(shell sed -n 's/^[0-9]* [0-9]* //p' /dev/null $(SEALED) | sort -u | tr '\n' '\0' | xargs -0 cksum 2>/dev/null | \
  awk 'FILENAME == "/dev/stdin" {so[$$0]; next} {last[FILENAME] = $$0} !($$0 in so) && $$0 != "whole" {print FILENAME} \
  END {for (i = 2; i < ARGC; i++) if (last[ARGV[i]] != "whole") print ARGV[i]}' /dev/stdin $(SEALED) | sort -u))$(DAMAGED)
SEALED = $(wildcard $(STAMPS) reports/.stamp)
again_unless_whole = $(if $(filter-out $(DAMAGED),$(wildcard $(1))),,FORCE)

# A file of tests is one unit, so that what its tests share is made once.
AT_ONCE := --numprocesses auto --dist loadfile
# Compiled code is kept also where the environment forbids it: tests are compiled in every process, and start many.
KEPT := PYTHONDONTWRITEBYTECODE=

# make's built-in rules would be tried for every file of the code.
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := all
.SECONDEXPANSION:
.DELETE_ON_ERROR:
.PRECIOUS: reports/index.html
.PHONY: FORCE all help setup scheduler worker project new databook export check instruments receive key lock simulate validate trials responses scores estimates release reports publish handover archive test lint lab bench docs distclean requirements

ifneq ($(PROJECT),)
# Everything is done in the project's folder, by the program that lies here.
GOALS := $(or $(MAKECMDGOALS),all)
THERE := $(if $(filter ~/%,$(firstword $(PROJECT))),$(subst ~/,$(HOME)/,$(PROJECT)),$(PROJECT))
.PHONY: $(GOALS)
$(GOALS): $(VENV)
	@test -d "$(THERE)/studies" || { echo "PROJECT=$(PROJECT) is no folder with studies. This makes one: make project DIR=\"$(PROJECT)\"" >&2; exit 2; }
	@$(MAKE) --no-print-directory -C "$(THERE)" -f "$(CURDIR)/Makefile" PROJECT= TOOL="$(CURDIR)/" $@
else

all: reports ## build every study's reports, then say where to look
	@echo "Reports: open reports/index.html"

$(STAMP): $(VENV) $$(call spaced,$$(PROGRAM)) $$(call contents,studies/$$*) $$(call contents,data/raw/$$*) \
  $$(wildcard releases/$$*/*/publication.json) $$(call again_unless_whole,$$@)
	$(eval STALE += $*)@rm -f $@

# All stale studies in one run, so that what makes the reports is loaded once. Their stamps go first: a target that
# stays as it was would count as up to date.
reports/index.html: $(STAMPS) $$(call again_unless_whole,reports/.stamp) | $(VENV)
	@$(if $(SCHEDULER),$(CLUSTER))
	@$(PYTHON) -m pipeline $(if $(STALE),build $(STALE)$(LANGUAGE:%= --language %)$(JOBS:%= --jobs %)$(SCHEDULER:%= --scheduler %) --index,index)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' "$(TOOL)Makefile"
	@echo "  STUDY=<name> limits a target to one study, LANGUAGE=sv or en all that makes reports to one language."
	@echo "  SCHEDULER=local:4 or tcp://host:8786 lets workers make tables and reports, on this machine or on others."
	@echo "  JOBS=<number> is how many reports are made at the same time (default: one per core)."
	@echo "  LEVELS=<variable> with STUDY makes the reports per level of it, such as one per workplace."

setup: $(VENV) ## set up .venv and nothing else; EXTRA=handover or EXTRA=cluster adds what these need
	@$(if $(filter handover,$(EXTRA)),$(HANDOVER))
	@$(if $(filter cluster,$(EXTRA)),$(CLUSTER))

doctor: $(VENV) ## look at the machine and at all studies: what is wrong, and how to mend it
	@$(PYTHON) -m pipeline doctor

instruments: $(VENV) ## list the instruments, their measures, and what was published of them
	@$(PYTHON) -m pipeline instruments

new: $(VENV) ## draft STUDY from exports: FROM="before.csv after.sav" COMPARE=group OUTCOMES="q1 q2" ID=nr
	@$(PYTHON) -m pipeline new $(STUDY) --from $(FROM) $(if $(COMPARE),--compare "$(COMPARE)") $(if $(OUTCOMES),--outcomes $(OUTCOMES)) $(if $(ID),--id "$(ID)")

export: $(VENV) ## responses and scores of STUDY for another tool: FORMAT=sav, dta, csv or parquet -> data/processed/<study>/export/ (micro-data)
	@$(PYTHON) -m pipeline export $(STUDY) --format "$(FORMAT)" $(LANGUAGE:%=--language %)

check: $(VENV) ## check what studies/ declares, and the raw files that are there
	@$(PYTHON) -m pipeline check $(STUDY)

databook: $(VENV) ## look before you declare: every question as answered -> data/processed/<study>/databook/ (micro-data)
	@$(PYTHON) -m pipeline databook $(STUDY)

responses: $(VENV) ## clean raw exports -> data/processed/<study>/responses/
	@$(PYTHON) -m pipeline build $(STUDY) --until responses

scores: $(VENV) ## score measures -> data/processed/<study>/scores/
	@$(PYTHON) -m pipeline build $(STUDY) --until scores

estimates: $(VENV) ## compare groups -> data/processed/<study>/estimates.csv
	@$(PYTHON) -m pipeline build $(STUDY) --until estimates

release: $(VENV) ## apply disclosure control -> data/processed/<study>/release/
	@$(PYTHON) -m pipeline build $(STUDY) --until release

ifeq ($(LEVELS),)
reports: reports/index.html ## render reports -> reports/<study>/<language>/
else
reports: $(VENV)
	@$(PYTHON) -m pipeline build $(STUDY) $(LANGUAGE:%=--language %) --levels $(LEVELS) $(JOBS:%=--jobs %) --index
endif

publish: $(VENV) ## freeze STUDY's release and reports into releases/<study>/<number>/
	@$(PYTHON) -m pipeline publish $(STUDY)

# What writes Word and PDF is heavy, and added on first use.
handover: reports/index.html ## STUDY's reports as Word, Excel, PDF, leaflet and figures -> reports/<study>/handover/<language>/
	@$(HANDOVER)
	@$(PYTHON) -m pipeline handover $(STUDY) $(LANGUAGE:%=--language %)

archive: reports/index.html ## STUDY's release, plan and codebook for a data archive -> reports/<study>/archive/ (no micro-data)
	@$(PYTHON) -m pipeline archive $(STUDY)

receive: $(VENV) ## write the sha256 of STUDY's raw files, as they are, into its study.toml
	@$(PYTHON) -m pipeline receive $(STUDY)

key: $(VENV) ## draw the key of STUDY's pseudonyms, outside the project; CHANGE=1 another one, FIND=1 the pseudonym of an id
	@$(PYTHON) -m pipeline key $(STUDY) $(if $(CHANGE),--change) $(if $(FIND),--find)

lock: $(VENV) ## write studies/<study>/plan.lock: lock the analysis plan of STUDY
	@$(PYTHON) -m pipeline lock $(STUDY)

simulate: $(VENV) ## fill STUDY, which has no raw files yet, with made-up answers
	@$(PYTHON) -m pipeline simulate $(STUDY) --write-hashes

lab: $(VENV) ## open JupyterLab: templates in notebooks/, what was made of them in reports/
	@PYTHONPATH="$(or $(TOOL),$(CURDIR))" $(JUPYTER) lab $(if $(TOOL),,--LabApp.default_url=/lab/tree/notebooks)

distclean: ## remove all that can be rebuilt; never data/raw, releases/ and the fingerprints of what was published
	@find data/processed reports -depth -mindepth 1 ! -path data/processed/README.md ! -path reports/README.md \
	  ! -path 'data/processed/*/published' ! -path 'data/processed/*/published/*' ! \( -type d ! -empty \) -delete
	@$(if $(TOOL),true,rm -rf .venv .coverage.json .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis)
	@$(if $(TOOL),true,find pipeline tests -name __pycache__ -type d -prune -exec rm -rf {} +)

endif

ifneq ($(TOOL),)
project validate trials test lint bench docs requirements:
	@echo "make $@ belongs to the program: type it in $(TOOL)" >&2; exit 2
else ifeq ($(PROJECT),)

project: $(VENV) ## make a folder of your own for studies, raw data and reports: DIR=~/evaluations; then work there, or say PROJECT=
	@$(PYTHON) -m pipeline project "$(DIR)"

scheduler: $(VENV) ## hand out work to workers on several machines; they and this one must see one folder, see docs/scale.md
	@$(CLUSTER)
	@$(PYTHON) -m pipeline scheduler

worker: $(VENV) ## do what a scheduler hands out: SCHEDULER=tcp://host:8786, JOBS=<number> of workers
	@$(CLUSTER)
	@$(PYTHON) -m pipeline worker $(SCHEDULER) $(JOBS:%=--jobs %)

validate: $(DEVELOPERS) ## recover the planted effects in 2,000 draws per study -> docs/validation.md
	@$(PYTHON) -m tests.validate $(STUDY)

trials: $(DEVELOPERS) ## kill, damage, fill up and mutate by the thousand; print tried and failed (RORLIGHET_TRIALS=100 tries fewer)
	@$(PYTHON) -m tests.trials

ifeq ($(FAST),)
test: $(DEVELOPERS) ## run the tests and say how much of pipeline/ they run; FAST=1 leaves out the slow ones
	@$(KEPT) $(PYTHON) -m slipcover --source pipeline --json --out .coverage.json -m pytest $(AT_ONCE)
	@$(PYTHON) -c 'import json; print("Coverage:", json.load(open(".coverage.json"))["summary"]["percent_covered_display"], "% of the lines of pipeline/")'
else
test: $(DEVELOPERS)
	@$(KEPT) $(PYTHON) -m pytest $(AT_ONCE) -m "not slow" --hypothesis-profile fast
endif

lint: $(DEVELOPERS) ## check format, style, types and architecture
	@.venv/bin/ruff format --check --quiet . && .venv/bin/ruff check --quiet . && $(PYTHON) -m mypy && .venv/bin/lint-imports --no-cache --no-logo && $(PYTHON) -m tests.reached

bench: $(DEVELOPERS) ## measure CPU seconds of everything -> docs/benchmarks.md
	@$(PYTHON) -m tests.bench.bench

docs: $(DEVELOPERS) ## write the generated pages: columns, estimators, messages, keys of study.toml
	@$(PYTHON) -m tests.documents

COMPILE := uv pip compile pyproject.toml --group setup --generate-hashes --no-header --no-annotate \
  --universal --fork-strategy fewest --python-version 3.11 --quiet

requirements: ## renew all lock files from pyproject.toml (needs uv)
	@$(COMPILE) --upgrade --output-file requirements.lock
	@$(COMPILE) --upgrade --extra handover --constraint requirements.lock --output-file requirements-handover.lock
	@$(COMPILE) --upgrade --extra cluster --constraint requirements.lock --output-file requirements-cluster.lock
	@$(COMPILE) --upgrade --extra handover --extra cluster --group dev --constraint requirements-handover.lock --constraint requirements-cluster.lock --output-file requirements-dev.lock

endif

ifeq ($(TOOL),)
$(VENV): requirements.lock
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON3) is older than Python 3.11. Install a newer one, or name it: make PYTHON3=python3.12"; exit 1; }
	@echo "Setting up .venv (once; one to three minutes)"
	@$(PYTHON3) -m venv --clear .venv
	@$(LOCKED) requirements.lock && $(ITSELF)
	@touch $@

$(DEVELOPERS): $(VENV) requirements-dev.lock
	@echo "Adding what tests and linters need to .venv (once)"
	@$(LOCKED) requirements-dev.lock
	@touch $@

endif
