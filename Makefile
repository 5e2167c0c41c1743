# The commands of the book; `make help` lists them. Without make: the plain commands stand in README.md.
PROFILE = quick
CORPUS  = builtin
PYTHON  = python3
BIN     = .venv/bin

.PHONY: help book known test lab lock clean
help:
	@echo 'make book [PROFILE=quick|full|tiny] [CORPUS=builtin|gtzan-mini|FOLDER]'
	@echo '            execute what has changed, make the pages, look whether they are whole'
	@echo 'make test   all tests: genrelib, the notebooks, the pages, a browser'
	@echo 'make lab    JupyterLab on the notebooks'
	@echo 'make lock   requirements.txt anew from pyproject.toml (needs uv)'
	@echo 'make clean  remove build/ and caches; data/ stays'
	@echo 'PYTHON=python3.12 before or after any of them chooses the Python (3.11 to 3.13)'

book: known .venv/installed
	@$(BIN)/python book/build.py --profile '$(PROFILE)' --corpus '$(CORPUS)'

known:  # a wrong name is told before anything is installed
	@$(PYTHON) book/build.py --known --profile '$(PROFILE)' --corpus '$(CORPUS)'

test: .venv/installed
	$(BIN)/python -m pytest --durations=12

lab: .venv/installed
	$(BIN)/jupyter lab notebooks

.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) book/build.py --known
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock:
	@{ echo '# The one lock, made from pyproject.toml with: make lock'; \
	  echo '# Linux, Apple Silicon and Windows; Python 3.11 to 3.13.'; \
	  uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-annotate --no-header pyproject.toml; \
	} > requirements.new && mv requirements.new requirements.txt

clean:
	rm -rf build .pytest_cache .ruff_cache
	find . -path ./.venv -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
