"""What stays in a station's store of roots: what was there, and nothing that a case put there; or the run says so."""

import dataclasses

import pytest
import runner
from ocpp_certs import Pki
from ocpp_fixtures.station.v2.security import Security
from ocpp_proof.cases.declaration import case, case_of
from ocpp_proof.run.bench import Bench
from ocpp_testcases.ocpp2.station.states.m_certificates import certificate_installed
from survey import SHORT

SELECT = "X_TLS_13_CS"
KIND = "CSMSRootCertificate"
RULES = {"ocpp": ("2.0.1", "2.1"), "sut": "station", "title": "a case of this test"}


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


# --- CertificateInstalled of 2.x

ROOTS: dict[str, Pki] = {}
LISTED: list[int] = []


async def _count(csms):
    answer = await csms.call("GetInstalledCertificateIds", certificateType=[KIND])
    LISTED.append(len(answer.certificateHashDataChain or []))


@case("X_HAD_CS", **RULES)
async def had_before(csms):
    pem = ROOTS["one"].root.certificate_pem.decode()
    await csms.call("InstallCertificate", certificateType=KIND, certificate=pem)
    await _count(csms)


@case("X_INSTALLED_CS", **RULES)
async def installed(csms):
    await certificate_installed(csms, KIND, ROOTS["one"].root)
    await _count(csms)


@case("X_COUNTED_CS", **RULES)
async def counted(csms):
    await _count(csms)


async def run(config, *functions):
    """The problems of a run of these cases. `LISTED` holds the numbers of roots that they have counted."""
    ROOTS["one"] = Pki.create()
    LISTED.clear()
    bench = Bench(dataclasses.replace(config, timing=SHORT), ocpp="2.1", security_profile=1)
    await bench.start()
    try:
        for function in functions:
            found, arguments = case_of(function), function.__ocpp_arguments__
            result = bench.results.of(found, parameters={}, nodeid="")
            await bench.run(found, function, arguments, {}, result)
        await bench.finish()
    finally:
        await bench.stop()
    return bench.problems


@pytest.mark.asyncio
@pytest.mark.parametrize("freedoms", [(), ("certificates-named-by-sha384",)])
async def test_a_root_that_was_there_stays_and_another_one_goes(freedoms):
    config = runner.config("station", freedoms=freedoms)
    assert not await run(config, installed, counted, had_before, installed, counted)
    assert LISTED == [1, 0, 1, 1, 1]


@pytest.mark.asyncio
async def test_a_root_that_cannot_be_deleted_is_told(monkeypatch):
    async def refused(self, request):
        return {"status": "Failed"}

    monkeypatch.setattr(Security, "delete_certificate", refused)
    problems = await run(runner.config("station"), installed, counted)
    assert len(problems) == 1
    assert "could not take back: Delete the certificate: the station answers Failed" in problems[0]
