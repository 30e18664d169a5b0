# Styringsbok. `make` alone lists the targets. Needs Python 3.11 or newer with venv; uses uv where it is installed.

PORT ?= 8000
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

# A stamp carries the checksum of what it was made from, and of where, in its name. So what is set up already is
# not set up again, and what has changed (a lock, the project's entry points, the folder's place) is.
checksum = $(shell { pwd; cat $(1); } 2>/dev/null | cksum | tr ' ' -)
RUNTIME := $(VENV)/runtime-$(call checksum,requirements.lock)
PROJECT := $(VENV)/project-$(call checksum,requirements.lock pyproject.toml)
DEV := $(VENV)/dev-$(call checksum,requirements.lock requirements-dev.lock)

# Everything with Python in it; a room that is still empty is left out, as mypy refuses those.
ROOMS = $(sort $(patsubst %/,%,$(dir $(wildcard */*.py))))

ifneq ($(UV),)
install = "$(UV)" pip install --quiet --python $(BIN)/python
else
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
endif

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check format bench lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(RUNTIME) $(PROJECT)  ## load real histories and a fictitious one, and serve them on http://127.0.0.1:8000 (PORT=8123: there)
	$(BIN)/styringsbok demo --port $(PORT) $(ARGS)

# All tests go over all cores, each file on one of them; a few are done sooner without starting more processes.
test: $(RUNTIME) $(PROJECT) $(DEV)  ## run every test (ARGS="-k budget": some); says what was skipped, and for want of what
	$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),--numprocesses auto --dist loadfile --no-loadscope-reorder)

check: $(RUNTIME) $(PROJECT) $(DEV)  ## format, lint, types and import directions, in seconds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(ROOMS)
	$(BIN)/lint-imports

format: $(RUNTIME) $(PROJECT) $(DEV)  ## format the code and repair what ruff can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(RUNTIME) $(PROJECT) $(DEV)  ## measure, a quarter of an hour (ARGS=--large: up to a million entries, an hour more; ARGS=cold: that part)
	$(BIN)/python -m bench $(ARGS)

# The two lock files are plain pip requirements: exact versions and hashes for every platform, the first for running,
# the second for working on it as well. They are the lock, rather than uv.lock, for two reasons: pip and uv install
# the same versions from them, and they name no package host, so each machine may use the mirror it is given.
# Versions already locked are kept; `make lock ARGS=--upgrade` raises them. This target alone needs uv.
compile = "$(UV)" pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet
lock:  ## write both lock files anew from pyproject.toml (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv; nothing else does." >&2; exit 1; }
	$(compile) --group build --group dev $(ARGS) --output-file requirements-dev.lock >/dev/null
	$(compile) --group build --constraints requirements-dev.lock $(ARGS) --output-file requirements.lock >/dev/null

clean:  ## remove the environment, caches and builds; demo-data/ stays
	rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Setting up --------------------------------------------------------------------------------------

# Finds a Python that is new enough in $$python, or says what is missing and stops.
define find_python
for python in "$(PYTHON)" python3 python3.14 python3.13 python3.12 python3.11 python; do \
  command -v "$$python" >/dev/null 2>&1 || continue; \
  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' </dev/null 2>/dev/null && found=1 && break; \
done; \
test -n "$$found" || { echo "Styringsbok needs Python 3.11 or newer; none was found. Name one: make PYTHON=/path/to/python" >&2; exit 1; }
endef

ifneq ($(UV),)
make_venv = "$(UV)" venv --quiet --python "$$python" $(VENV)
else
define make_venv
"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
  echo "$$python has no venv. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }; \
"$$python" -m venv $(VENV)
endef
endif

# uv makes environments without pip; where uv has gone since, pip is put in.
ifeq ($(UV),)
have_pip = $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
else
have_pip = :
endif

$(RUNTIME):
	@$(find_python); echo "Setting up $(VENV) with $$("$$python" --version 2>&1) (once)"; rm -rf $(VENV); $(make_venv)
	@$(install) --require-hashes --requirement requirements.lock
	@touch $@

$(PROJECT): $(RUNTIME)
	@$(have_pip)
	@$(install) --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/project-* && touch $@

$(DEV): $(RUNTIME)
	@echo "Adding the tools for tests and checks (once)"
	@$(have_pip)
	@$(install) --require-hashes --requirement requirements-dev.lock
	@rm -f $(VENV)/dev-* && touch $@
