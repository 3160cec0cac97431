"""Our plugin beside pytest-asyncio (auto mode), anyio and pytest-trio in a user's project."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import ocpp_fixtures
import pytest

CSMS = Path(ocpp_fixtures.__file__).parent / "examples" / "reference-csms.toml"

CASES = """
    import threading
    from pathlib import Path

    import pytest
    from ocpp_proof import case, check, given
    from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

    async def judged(station, sut, name):
        with Path("runs.txt").open("a") as file:
            file.write(f"{name}\\n")
        await given(booted, station, sut)
        thread = threading.current_thread().name
        check("survival", thread == "ocpp-proof", expected="our loop's thread", received=thread)

    @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="runs ahead")
    async def test_runs_ahead(station, sut):
        await judged(station, sut, "ahead")

    @case("X_TEST_02", ocpp=("2.0.1",), sut="csms", title="runs in its turn", exclusive=True)
    async def test_runs_in_its_turn(station, sut):
        await judged(station, sut, "in its turn")

    @case("X_TEST_03", ocpp=("2.0.1",), sut="csms", title="has parameters")
    @pytest.mark.parametrize("word", ["one", "two"])
    async def test_has_parameters(station, sut, word):
        await judged(station, sut, word)
"""

OTHERS = {
    "asyncio": (
        "asyncio_mode = auto\nasyncio_default_fixture_loop_scope = function",
        """
        import asyncio, pytest

        @pytest.fixture
        async def two():
            await asyncio.sleep(0)
            return 2

        async def test_of_the_user(two):
            await asyncio.sleep(0)
            assert two == 2
        """,
    ),
    "anyio": (
        "anyio_mode = auto",
        """
        import anyio, pytest

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.fixture
        async def two():
            await anyio.sleep(0)
            return 2

        async def test_of_the_user(two):
            await anyio.sleep(0)
            assert two == 2
        """,
    ),
    "trio": (
        "trio_mode = true",
        """
        import trio

        async def test_of_the_user(nursery):
            done = trio.Event()
            nursery.start_soon(trio.sleep, 0)
            done.set()
            await done.wait()
        """,
    ),
}


SHARED_OUT = ("-n2", "--dist=loadfile")
"""What xdist changes is the same beside each of the others."""


@pytest.mark.parametrize(("name", "workers"), [*((name, ()) for name in OTHERS), ("asyncio", SHARED_OUT)])
def test_cases_run_once_on_our_loop_and_the_tests_of_the_user_run(tmp_path, name, workers):
    ini, test = OTHERS[name]
    (tmp_path / "pytest.ini").write_text(f"[pytest]\n{ini}\n")
    (tmp_path / "test_cases.py").write_text(textwrap.dedent(CASES))
    (tmp_path / "test_user.py").write_text(textwrap.dedent(test))
    others = [argument for other in OTHERS if other != name for argument in ("-p", f"no:{other}")]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *others, *workers),
            *(f"--ocpp-sut={CSMS}", "--ocpp-version=2.0.1", "--ocpp-report=out"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout
    assert sorted((tmp_path / "runs.txt").read_text().splitlines()) == ["ahead", "in its turn", "one", "two"]
    run = json.loads(next((tmp_path / "out").glob("*/run.json")).read_text())
    assert sorted(case["id"] for case in run["cases"]) == ["X_TEST_01", "X_TEST_02", "X_TEST_03", "X_TEST_03"]
    assert run["verdict"] == "pass"
