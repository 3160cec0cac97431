"""A certificate that a station wrongly takes for a root does not stay in it, or the run says so."""

import pytest
import runner

SELECT = "X_TLS_13_CS"


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
def test_it_is_deleted_by_the_hashes_that_the_station_knows(ocpp):
    config = runner.config("station", defects=("invalid-root-installed",))
    _, _, problems = runner.run(config, ocpp, 2, select=SELECT)
    assert not problems


def test_what_stays_is_told():
    config = runner.config("station", defects=("invalid-root-installed", "root-not-deletable"))
    _, _, problems = runner.run(config, "1.6", 2, select=SELECT)
    assert len(problems) == 2
    assert all("could not take back: Delete the certificate: the station answers" in problem for problem in problems)
