# Each target is one command of scripts/setup.py, which sets up .venv first: `make lab`, `make test` ...
# Without make (Windows): python scripts/setup.py lab
# PYTHON=python3.12 names the interpreter, GPU=1 adds the GPU libraries (Linux).

export PYTHON GPU
COMMANDS := install lab test test-fast coverage lint results lock

help:
	@"$(or $(PYTHON),python3)" scripts/setup.py --help

$(COMMANDS):
	@"$(or $(PYTHON),python3)" scripts/setup.py $@ $(ARGS)

.PHONY: help $(COMMANDS)
