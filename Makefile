# All work is done by stc/bootstrap.py, which needs nothing but Python 3.11 and pip.
# Without make (Windows): py -m stc.bootstrap demo | test | env

PYTHON ?= python3

.PHONY: env demo test docs clean

env:  ## make .venv and install stc into it, for development
	$(PYTHON) -m stc.bootstrap env

demo:  ## compile a data set from the example code base into build/demo, and verify it
	$(PYTHON) -m stc.bootstrap demo

test:  ## ruff, mypy --strict, pytest
	$(PYTHON) -m stc.bootstrap test

docs:  ## write the generated pages in docs/
	$(PYTHON) -m stc.bootstrap docs

clean:  ## remove what was built; .venv stays
	$(PYTHON) -m stc.bootstrap clean
