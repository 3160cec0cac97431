PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
# compiled once, not by each of the many processes that the tests and the demo start: containers often forbid it
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check setup bench docs fuzz mutants null-score lowest matrix clock clean

setup: $(STAMP)

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "ocpp-proof needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

demo: $(STAMP)
	$(BIN)/ocpp-proof demo $(if $(DEFECT),--defect $(DEFECT)) $(if $(FREEDOM),--freedom $(FREEDOM))

# the first time one process compiles what ten would else compile each
test: $(STAMP)
	test -d tests/matrix/__pycache__ || $(BIN)/python -m pytest -q --collect-only tests >/dev/null
	$(BIN)/python -m pytest -q -n 10 --dist worksteal tests

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p ocpp_proof -p ocpp_testcases -p ocpp_reports -p ocpp_certs
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python tests/bench/bench.py

docs: $(STAMP)
	$(BIN)/ocpp-proof docs docs/cases --bench docs/bench.md

# a million generated frames against the harness itself: about three minutes on two cores
fuzz: $(STAMP)
	$(BIN)/python tests/fuzz/fuzz.py --frames $(or $(FRAMES),1000000) $(if $(SEED),--seed $(SEED))

null-score: $(STAMP)
	$(BIN)/python tests/matrix/null_score.py

# changes each field of each message of the reference systems, and tells what no case and no rule notices
mutants: $(STAMP)
	$(BIN)/python tests/mutants/mutants.py --jobs $(or $(WORKERS),6) $(if $(CASE),--case "$(CASE)") $(if $(BLOCK),--block $(BLOCK)) $(if $(ROLE),--role $(ROLE)) $(if $(OCPP),--ocpp $(OCPP)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

# the fast tests and a short run a year ahead, on a leap day and while daylight saving ends: needs libfaketime
clock: $(STAMP)
	$(BIN)/python tests/clock/fake_clock.py

# the lower end of the version ranges in pyproject.toml: a venv of its own, the fast tests and a demo there
lowest: $(STAMP)
	$(BIN)/python tests/lowest.py

# every defect, every freedom, every system at every version: most of it waits, so many at once; about two hours
matrix: $(STAMP) clock lowest
	OCPP_PROOF_WHOLE_MATRIX=1 $(BIN)/python -m pytest -q -n $(or $(WORKERS),8) --dist worksteal tests/ocppj tests/edge tests/harness/test_edge_sim.py tests/harness/test_init_runs.py tests/harness/test_ci_files.py tests/fixtures_csms/test_defects_show.py tests/matrix tests/interop

clean:
	rm -rf $(VENV) .venv-lowest .pytest_cache .mypy_cache .ruff_cache
