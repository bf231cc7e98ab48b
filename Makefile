# From a fresh clone: `make demo` ends in out/demo/comparison.png, `make test` runs the tests.
# Both make their own .venv first. Another interpreter: make PYTHON=/path/to/python3.11 demo
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PHOTO ?= $(firstword $(sort $(wildcard examples/*.jpg)))

.PHONY: demo test lint clean

demo: $(STAMP)
	$(BIN)/raw reconstruct $(PHOTO) --out out/demo
	@echo "See out/demo/comparison.png; open out/demo/scene.blend in Blender; edit out/demo/scene.scene and run:"
	@echo "  $(BIN)/raw render out/demo/scene.scene --out out/edited"

test: $(STAMP)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist loadfile

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

clean:
	rm -rf $(VENV) out build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis

$(STAMP): pyproject.toml .ci/make-venv .ci/system-libraries
	.ci/make-venv $(PYTHON) $(VENV) all,dev
	.ci/system-libraries $(BIN)/python
	@touch $@
