"""`pytest --alluredir DIR`: our results for our cases, allure-pytest's own for every other test of the same run."""

import json
import signal
import sys
import textwrap
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from pytest_runs import here, of_files, process

OURS = """
    import os, signal
    from ocpp_proof import case, check, given, step
    from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

    @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="passes", requirements=("B01.FR.02",))
    async def test_passes(station, sut):
        await given(booted, station, sut)
        with step("It sends a heartbeat"):
            answer = await station.call("Heartbeat")
            check("survival", "currentTime" in answer, expected="currentTime", received=dict(answer))

    @case("X_TEST_02", ocpp=("2.0.1",), sut="csms", title="fails")
    async def test_fails(station, sut):
        await booted(station, sut)
        check("survival", False, expected="the impossible", received="nothing")

    @case("X_TEST_03", ocpp=("2.0.1",), sut="csms", title="does not apply", security_profiles=(3,))
    async def test_does_not_apply(station):
        pass
"""
FOREIGN = """
    import allure, pytest

    @pytest.fixture(scope="module", autouse=True)
    def around_the_module():
        yield

    @pytest.fixture
    def ground():
        yield 1

    def test_foreign_passes(ground):
        with allure.step("a step of its own"):
            allure.attach("seen", "note")

    def test_foreign_fails():
        assert 1 == 2
"""
CUT_OFF = """
    @case("X_TEST_04", ocpp=("2.0.1",), sut="csms", title="is cut off", exclusive=True)
    async def test_is_cut_off(station, sut):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def run(folder, *arguments, where=here):
    return where(of_files("--alluredir=results", *arguments), folder)


def write(folder, **files):
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(textwrap.dedent(text))


def read(folder, kind="result"):
    return [json.loads(file.read_text()) for file in folder.glob(f"*-{kind}.json")]


def labels(result, name):
    return [label["value"] for label in result["labels"] if label["name"] == name]


@pytest.mark.parametrize(("where", "workers"), [(here, ()), (process, ("-n2",))], ids=["serial", "xdist"])
def test_one_result_for_each_case_and_each_other_test(tmp_path, where, workers):
    write(tmp_path, a_foreign=FOREIGN, ours=OURS, z_foreign=FOREIGN.replace("test_foreign", "test_last"))
    done = run(tmp_path, *workers, where=where)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "INTERNALERROR" not in done.stdout + done.stderr
    results = tmp_path / "results"
    found = read(results)
    statuses = sorted((result["name"], result["status"]) for result in found)
    assert statuses == [
        ("X_TEST_01 passes", "passed"),
        ("X_TEST_02 fails", "failed"),
        ("X_TEST_03 does not apply", "skipped"),
        ("test_foreign_fails", "failed"),
        ("test_foreign_passes", "passed"),
        ("test_last_fails", "failed"),
        ("test_last_passes", "passed"),
    ]
    ours = {labels(result, "ocpp_case")[0]: result for result in found if labels(result, "ocpp_case")}
    assert set(ours) == {"X_TEST_01", "X_TEST_02", "X_TEST_03"}
    _is_what_the_reports_write(results, ours, next((tmp_path / "out").iterdir()))
    _foreign_ones_are_allure_pytests(results, [result for result in found if result not in ours.values()])
    for name in ("environment.properties", "categories.json", "executor.json"):
        assert (results / name).exists()
    assert "Seed=" in (results / "environment.properties").read_text()


def without_wire(results):
    return {one["uuid"]: {k: v for k, v in one.items() if k not in ("attachments", "links")} for one in results}


def _is_what_the_reports_write(folder, ours, bundle):
    passed = ours["X_TEST_01"]
    assert labels(passed, "framework") == ["ocpp-proof"]
    assert labels(passed, "verdict") == ["pass"]
    given, step = passed["steps"]
    assert given["name"].startswith("Given: ")
    assert step["name"] == "It sends a heartbeat"
    assert passed["start"] <= given["start"] <= given["stop"] <= step["start"] <= step["stop"] <= passed["stop"]
    assert {attached["name"] for attached in passed["attachments"]} == {"wire log", "sequence diagram"}
    for attached in passed["attachments"]:
        text = (folder / attached["source"]).read_text()
        assert "BootNotification" in text
    assert ours["X_TEST_02"]["statusDetails"]["message"].startswith("survival (MUST)")
    own = read(bundle / "allure-results")  # which link to what stands beside them instead of writing it once more
    assert without_wire(ours.values()) == without_wire(own)
    [linked] = [result for result in own if result["uuid"] == passed["uuid"]]
    for link in linked["links"]:
        assert (bundle / "allure-report" / link["url"].partition("#")[0]).resolve().is_file()


def _foreign_ones_are_allure_pytests(folder, foreign):
    assert {labels(result, "framework")[0] for result in foreign} == {"pytest"}
    passed = next(result for result in foreign if result["name"] == "test_foreign_passes")
    assert passed["steps"][0]["name"] == "a step of its own"
    assert passed["steps"][0]["attachments"][0]["name"] == "note"
    containers = read(folder, "container")
    known = {result["uuid"] for result in foreign}
    children = {child for container in containers for child in container.get("children", ())}
    assert children == known
    names = [fixture["name"] for container in containers for fixture in container["befores"]]
    assert sorted(set(names)) == ["around_the_module", "ground"]


def test_results_of_finished_cases_survive(tmp_path):
    write(tmp_path, ours=OURS + CUT_OFF)
    done = run(tmp_path, where=process)
    assert done.returncode == -signal.SIGKILL
    assert {result["testCaseId"] for result in read(tmp_path / "results")} == {"X_TEST_01", "X_TEST_02", "X_TEST_03"}


def test_what_is_there_of_the_run_is_kept(tmp_path):
    write(tmp_path, ours=OURS)
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "environment.properties").write_text("Site=Laboratory\nSUT=an older one\n")
    (tmp_path / "results" / "executor.json").write_text('{"type": "jenkins"}')
    run(tmp_path)
    lines = (tmp_path / "results" / "environment.properties").read_text().splitlines()
    assert "Site=Laboratory" in lines
    assert len([line for line in lines if line.startswith("SUT=")]) == 1
    assert json.loads((tmp_path / "results" / "executor.json").read_text()) == {"type": "jenkins"}


def test_without_alluredir_nothing_of_allure_is_loaded_or_written(tmp_path):
    write(tmp_path, ours=OURS)
    (tmp_path / "conftest.py").write_text(
        "import sys\ndef pytest_runtest_teardown(item):\n    assert 'ocpp_reports.allure' not in sys.modules\n"
    )
    done = run(tmp_path, "--alluredir=", "-k", "test_passes", where=process)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / "results").exists()


def test_allure_s_own_words_in_a_case_mean_nothing(tmp_path):
    case = """
        import allure
        from ocpp_proof import case, check

        @case("X_TEST_05", ocpp=("2.0.1",), sut="csms", title="speaks to allure")
        async def test_speaks_to_allure(station):
            with allure.step("not one of our words"):
                allure.attach("body", "name")
                allure.dynamic.title("another")
                allure.dynamic.label("color", "red")
                allure.dynamic.parameter("size", 1)
            check("survival", True, expected="nothing", received="nothing")
    """
    write(tmp_path, a_foreign=FOREIGN, ours=case)
    done = run(tmp_path)
    assert "INTERNALERROR" not in done.stdout + done.stderr
    found = {result["name"]: result for result in read(tmp_path / "results")}
    assert set(found) == {"test_foreign_passes", "test_foreign_fails", "X_TEST_05 speaks to allure"}
    assert found["X_TEST_05 speaks to allure"]["status"] == "passed"
    assert [step["name"] for step in found["test_foreign_passes"]["steps"]] == ["a step of its own"]
    attached = [file.read_text() for file in (tmp_path / "results").glob("*-attachment.attach")]
    assert attached == ["seen"]  # of the foreign test
