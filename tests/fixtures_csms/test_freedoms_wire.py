"""What a reference CSMS with a freedom does on the wire, and that one without does otherwise."""

from __future__ import annotations

import asyncio

import pytest
from ocpp_certs import Pki, make_request
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from .bench import asked, demand, running
from .free_csms import ID_TOKEN, MOMENT, QUIET, VERSIONS, of, started, told, unasked

pytestmark = pytest.mark.asyncio
PKI = Pki.create()

AFTER_A_BOOT = {
    "settings-read-after-a-boot": (["GetConfiguration"], ["GetVariables", "GetBaseReport"]),
    "settings-written-after-a-boot": (["ChangeConfiguration"] * 2, ["SetVariables"] * 2),
    "status-triggered-after-a-boot": (["TriggerMessage"], ["TriggerMessage"]),
    "local-list-sent-after-a-boot": (["GetLocalListVersion", "SendLocalList"],) * 2,
    "load-manager-limits-the-station": (["SetChargingProfile"], ["SetChargingProfile"]),
    "certificates-looked-at-after-a-boot": (["GetInstalledCertificateIds", "InstallCertificate"],) * 2,
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", AFTER_A_BOOT)
async def test_it_asks_after_a_boot(version, name):
    async with told(version, (), authority=PKI) as (_, cs):
        assert await unasked(cs) == []
    async with told(version, (name,), authority=PKI) as (_, cs):
        assert await unasked(cs) == AFTER_A_BOOT[name][version != "1.6"]


@of("load-manager-limits-each-transaction")
async def test_each_transaction_is_limited(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        await started(cs, version)
        assert await unasked(cs) == ["SetChargingProfile"] * len(freedoms)


@of("changes-read-back")
async def test_changes_are_read_back(version, freedoms):
    variable = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    value = {"setVariableData": [variable | {"attributeValue": "9"}]}
    change, read = ("ChangeConfiguration", "GetConfiguration") if version == "1.6" else ("SetVariables", "GetVariables")
    async with told(version, freedoms) as (csms, cs):
        await demand(csms, change, {"key": "HeartbeatInterval", "value": "9"} if version == "1.6" else value)
        assert await unasked(cs) == [change, *[read] * len(freedoms)]


@of("asks-on-a-timer")
async def test_it_asks_again_and_again(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        if freedoms:
            assert await asked(cs) == await asked(cs)
        else:
            assert await unasked(cs) == []


@of("asks-before-it-answers")
async def test_it_asks_before_it_answers(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        assert (await cs.authorize("GOOD"))["status"] == "Accepted"
        assert cs.asked.qsize() == len(freedoms)


@of("api-acts-later")
async def test_the_api_promises(version, freedoms):
    async with told(version, freedoms) as (csms, cs):
        assert (await demand(csms, "ClearCache"))[0] == 202
        assert (await unasked(cs) == []) is bool(freedoms)
        if freedoms:
            assert await asked(cs) == ("ClearCache", {})


@of("api-answers-after-it-acted")
async def test_the_api_takes_its_time(version, freedoms):
    async with told(version, freedoms) as (csms, cs):
        answer = asyncio.ensure_future(demand(csms, "ClearCache"))
        await asked(cs)
        await asyncio.wait([answer], timeout=QUIET)
        assert answer.done() is not bool(freedoms)
        assert (await answer)[0] == 202


@of("numbers-of-its-own")
async def test_it_counts_itself(version, freedoms):
    wish = {"reservationId": 4711, "idTag": "GOOD", "connectorId": 1} if version == "1.6" else {"id": 4711}
    async with told(version, freedoms) as (csms, cs):
        await demand(csms, "ReserveNow", wish if version == "1.6" else wish | {"idToken": ID_TOKEN})
        _, request = await asked(cs)
        assert ((request.get("reservationId") or request.get("id")) == 4711) is not bool(freedoms)


@of("list-versions-counted-by-itself")
async def test_it_counts_its_lists(version, freedoms):
    name = "listVersion" if version == "1.6" else "versionNumber"
    async with told(version, freedoms, answers={"GetLocalListVersion": {name: 50}}) as (csms, cs):
        await demand(csms, "GetLocalListVersion")
        await unasked(cs)
        await demand(csms, "SendLocalList")
        assert (await asked(cs))[1][name] == (1 if freedoms else 51)


@of("firmware-from-a-catalogue")
async def test_it_has_a_catalogue(version, freedoms):
    place = {"location": "https://a.example/b", "retrieveDate" if version == "1.6" else "retrieveDateTime": MOMENT}
    async with told(version, freedoms) as (csms, cs):
        await demand(csms, "UpdateFirmware", place if version == "1.6" else {"firmware": place})
        _, request = await asked(cs)
        location = request.get("firmware", request)["location"]
        assert (location == "https://a.example/b") is not bool(freedoms)


@of("logs-to-a-folder-of-its-own")
async def test_it_has_a_folder(version, freedoms):
    wish = {"logType": "SecurityLog", "log": {"remoteLocation": "https://a.example/b"}}
    async with told(version, freedoms) as (csms, cs):
        await demand(csms, "GetLog", wish)
        assert ((await asked(cs))[1]["log"] == wish["log"]) is not bool(freedoms)


@of("local-list-of-its-own")
async def test_it_has_a_list(version, freedoms):
    entry = {"idTag": "GOOD"} if version == "1.6" else {"idToken": ID_TOKEN}
    async with told(version, freedoms) as (csms, cs):
        await demand(csms, "SendLocalList", {"updateType": "Full", "localAuthorizationList": [entry]})
        assert len((await asked(cs))[1]["localAuthorizationList"]) == (3 if freedoms else 1)


@of("certificates-looked-into")
async def test_it_installs_no_nonsense(version, freedoms):
    kind = "CentralSystemRootCertificate" if version == "1.6" else "CSMSRootCertificate"
    async with told(version, freedoms) as (csms, _):
        status, _ = await demand(csms, "InstallCertificate", {"certificateType": kind, "certificate": "sample"})
        assert status == (400 if freedoms else 202)


@of("unsigned-firmware-refused")
async def test_it_updates_with_a_signature(version, freedoms):
    async with told(version, freedoms) as (csms, _):
        status, _ = await demand(csms, "UpdateFirmware", {"firmware": {"location": "https://a.example/b"}})
        assert status == (400 if freedoms else 202)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("name", "seconds"),
    [("heartbeats-once-a-day", 86400), ("heartbeats-once-a-minute", 60), ("heartbeats-at-will", 0)],
)
async def test_it_tells_an_interval(version, name, seconds):
    async with told(version, (name,), booted=False) as (_, cs):
        assert (await cs.boot())["interval"] == seconds


@of("first-boot-pending")
async def test_the_first_boot_is_pending(version, freedoms):
    async with told(version, freedoms, booted=False) as (_, cs):
        found = [(await cs.boot())["status"] for _ in range(2)]
        assert found == ["Pending" if freedoms else "Accepted", "Accepted"]


@of("pending-until-triggered")
async def test_a_pending_station_is_asked_to_boot(version, freedoms):
    async with told(version, freedoms, booted=False) as (_, cs):
        first = await cs.boot()
        assert (first["status"], first["interval"]) == (("Pending", 300) if freedoms else ("Accepted", 300))
        assert await unasked(cs) == (["TriggerMessage"] if freedoms else [])
        assert (await cs.boot())["status"] == "Accepted"
        assert await unasked(cs) == []


@of("passwords-stored-later")
async def test_a_password_is_stored_later(version, freedoms):
    variable = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
    accepted = {"setVariableResult": [variable | {"attributeStatus": "Accepted"}]}
    async with told(version, freedoms, answers={"SetVariables": accepted}) as (csms, cs):
        if version == "1.6":
            await demand(csms, "ChangeConfiguration", {"key": "AuthorizationKey", "value": "new-password-0815"})
        else:
            data = variable | {"attributeValue": "new-password-0815"}
            await demand(csms, "SetVariables", {"setVariableData": [data]})
        await unasked(cs)
        stored = csms.station("CS001").password
        assert stored == (None if freedoms else "new-password-0815")
        await asyncio.gather(*csms.station("CS001")._tasks)
        assert csms.station("CS001").password == "new-password-0815"


@of("certificates-signed-later")
async def test_a_certificate_is_signed_later(version, freedoms):
    csr, _ = make_request("CS001", PKI.organisation)
    async with told(version, freedoms, authority=PKI) as (_, cs):
        assert (await cs.call("SignCertificate", csr=csr.decode()))["status"] == "Accepted"
        assert (await unasked(cs) == []) is bool(freedoms)
        if freedoms:
            assert (await asked(cs))[0] == "CertificateSigned"


@of("pings-often")
async def test_it_pings(version, freedoms):
    async with told(version, freedoms) as (csms, cs):
        await unasked(cs)
        assert (csms.station("CS001").peer.websocket.latency > 0) is bool(freedoms)


@of("unknown-stations-forbidden")
async def test_a_stranger_is_forbidden(version, freedoms):
    async with running(version, freedoms=freedoms, stations=["CS001"]) as csms:
        with pytest.raises(InvalidStatus) as refusal:
            await connect(f"{csms.url}/CS002", subprotocols=[f"ocpp{version}"])
        assert refusal.value.response.status_code == (403 if freedoms else 404)
