# The commands of the book; `make help` lists them. Without make: the plain commands stand in README.md.
PROFILE ?= quick
CORPUS  ?= builtin
PYTHON   = python3
BIN      = .venv/bin

# book/build.py reads these from its environment: the name of a folder may hold blanks, quotes and dollar signs.
override CORPUS := $(value CORPUS)
override SUBMISSIONS := $(value SUBMISSIONS)
override ROSTER := $(value ROSTER)
override MASTERS := $(value MASTERS)
override KEY := $(value KEY)
export CORPUS PROFILE SUBMISSIONS ROSTER MASTERS KEY

.PHONY: help book known test fuzz campaign lab assignments grade pdf lock links clean
help:
	@echo 'make book [PROFILE=quick|full|tiny] [CORPUS=builtin|gtzan-mini|FOLDER]'
	@echo '            execute what has changed, make the pages, check that they are whole'
	@echo 'make pdf    the same book as one PDF, printed by a Chromium'
	@echo 'make test   all tests: genrelib, the notebooks, the pages, a browser'
	@echo 'make fuzz   thousands of damaged files, strange names and torn tables (SEEDS=25)'
	@echo 'make lab    JupyterLab on the notebooks'
	@echo 'make assignments [MASTERS=FOLDER] [KEY=words]'
	@echo '            what students get, solutions, and files for Gradescope, in build/assignments'
	@echo 'make grade SUBMISSIONS=FOLDER [ROSTER=class.csv]'
	@echo '            grade a class, into build/grades'
	@echo 'make campaign  the tests that take minutes: each release, Gradescope'
	@echo 'make links  ask for every address in the chapters, the pages and the references'
	@echo 'make lock   the lock files anew from pyproject.toml; UPGRADE=1 for newer versions'
	@echo 'make clean  remove build/ and caches; data/ stays'
	@echo 'PYTHON=python3.12 before or after any of them chooses the Python (3.11 to 3.13)'

book: known .venv/installed
	@$(BIN)/python book/build.py

pdf: book .venv/installed-dev
	@$(BIN)/python book/pdf.py

known:  # a wrong name is reported before anything is installed
	@$(PYTHON) book/build.py --known

test: .venv/installed-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0 --durations=12

campaign: .venv/installed-dev
	$(BIN)/python -m pytest -m campaign --durations=12

fuzz: .venv/installed-dev
	FUZZ_SEEDS=$(or $(SEEDS),25) $(BIN)/python -m pytest tests/test_fuzz.py

lab: .venv/installed
	$(BIN)/jupyter lab notebooks

assignments: .venv/installed-dev
	@$(BIN)/python -m assignments release

grade: .venv/installed-dev
	@$(BIN)/python -m assignments grade

links: .venv/installed
	@$(BIN)/python book/links.py

.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) book/build.py --known
	$(PYTHON) -m venv .venv
	$(call install,requirements.txt)
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(call install,requirements-dev.txt)
	@touch $@

# uv where it is or can be had, for it takes half the time; pip everywhere else.
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
define install
@echo 'Installing $(1) into .venv'
@uv=$$(command -v uv) || { $(PIP) "$$(grep '^uv==' requirements-dev.txt)" && uv=$(BIN)/uv; }; \
$${uv:-false} pip install --quiet --compile-bytecode --python $(BIN)/python -r $(1) || \
{ echo 'Not with uv: now with pip'; $(PIP) -r $(1); }
endef

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate \
       --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade) pyproject.toml
lock: .venv/installed-dev
	$(LOCK) --extra book --output-file requirements.txt
	$(LOCK) $(addprefix --extra ,book listen teach scale dev) --constraint requirements.txt \
	  --output-file requirements-dev.txt

clean:
	rm -rf build .pytest_cache .ruff_cache
	find . -path ./.venv -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
