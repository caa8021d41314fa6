# Each target is one command of scripts/setup.py, which sets up .venv first: `make lab`, `make test` ...
# `make lesson P136` and `make lesson ARGS=P136` are the same.
# Without make (Windows): python scripts/setup.py lab
# PYTHON=python3.12 names the interpreter, GPU=1 adds the GPU libraries (Linux).

export PYTHON GPU
COMMANDS := install lab test test-fast lesson coverage lint results weights site lock
LESSONS := $(filter P1%,$(MAKECMDGOALS))

help:
	@"$(or $(PYTHON),python3)" scripts/setup.py --help

$(COMMANDS):
	@exec "$(or $(PYTHON),python3)" scripts/setup.py $@ $(LESSONS) $(ARGS)

# The lessons that a command is about are no targets of their own.
P1%:
	$(if $(filter $(COMMANDS),$(MAKECMDGOALS)),@:,$(error Say what to do with it: make lesson $@))

.PHONY: help $(COMMANDS)
