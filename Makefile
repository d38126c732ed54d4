# Everything is made under .dev/; `make setup` is quick when there is nothing to do.
PYTHON ?= python3
PORT ?= 8069
SIZE ?= small
VENV = .dev/venv/bin/python

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/'

setup: ## Odoo, Python environment, database server
	@$(PYTHON) dev/setup.py

demo: setup ## the main job on the demo company
	@$(VENV) dev/demo.py

serve: setup ## the demo database in a browser (PORT=8069)
	@$(VENV) dev/serve.py $(PORT)

test: setup ## every test; T="tests/test_x.py" or T="-k word" narrows
	@$(VENV) dev/test.py $(T)

bench: setup ## measures; SIZE=small|medium|large, T="engine peer" narrows, KEEP=1 keeps the databases
	@$(VENV) bench/bench.py --size $(SIZE) $(if $(KEEP),--keep) $(T)

torture: setup ## kills the office N times while it works (N=100, SEED=...)
	@N=$(or $(N),100) SEED=$(SEED) $(VENV) dev/test.py tests/test_torture.py -q -s

lint: setup ## ruff, pylint-odoo, XML and translations
	@$(VENV) dev/lint.py

format: setup ## formats the Python code
	@.dev/venv/bin/ruff format . && .dev/venv/bin/ruff check --fix -q .

pot: setup ## writes the translation template anew and brings ar.po and fr.po up to it
	@$(VENV) dev/translations.py update

lock: setup ## resolves dev/requirements.in anew
	@$(VENV) dev/lock.py

stop: ## stops the database server
	@$(PYTHON) dev/postgres.py stop

.PHONY: help setup demo serve test bench torture lint format pot lock stop
