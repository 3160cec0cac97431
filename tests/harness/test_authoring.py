"""What somebody who writes a case is told when it cannot work, in a sentence that names what to change."""

import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from pytest_runs import here, of_files

PLAIN = """
from ocpp_proof import case, check

@case({id!r})
async def test_{name}(station):
    check("survival", station is not None, expected="a station", received="one")
"""


def run(tmp_path, *arguments):
    return here(of_files("--tb=no", "-qq", "--ocpp-live", *arguments), tmp_path)


def test_an_id_that_is_in_no_catalog(tmp_path):
    (tmp_path / "test_wrong.py").write_text(PLAIN.format(id="TC_G_5_CSMS", name="wrong"))
    done = run(tmp_path)
    assert done.returncode == 2
    assert "cannot read test_wrong.py" in done.stdout
    assert "TC_G_5_CSMS is not in catalog/cases.csv" in done.stdout


def test_the_same_case_twice(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"test_{name}.py").write_text(PLAIN.format(id="TC_G_03_CSMS", name=name))
    done = run(tmp_path)
    assert done.returncode == 4
    assert "TC_G_03_CSMS is there twice: test_one.py::test_one and test_two.py::test_two" in done.stderr + done.stdout


def test_nothing_to_run(tmp_path):
    (tmp_path / "test_one.py").write_text(PLAIN.format(id="TC_G_03_CSMS", name="one"))
    done = run(tmp_path, "--ocpp-select=TC_G_99_CSMS")
    assert done.returncode == 5
    assert "no case to run for TC_G_99_CSMS: 1 not selected" in done.stdout


def test_a_field_that_the_request_does_not_have(tmp_path):
    (tmp_path / "test_field.py").write_text(
        textwrap.dedent("""
        from ocpp_proof import case

        @case("TC_G_03_CSMS")
        async def test_field(station):
            await station.connect()
            await station.call("Heartbeat", moment="now")
    """)
    )
    done = run(tmp_path)
    assert done.returncode == 1
    assert "INCONCLUSIVE" in done.stdout
    assert "the case sends a wrong Heartbeat" in done.stdout
