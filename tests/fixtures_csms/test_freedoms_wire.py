"""What the freedoms of the reference CSMS look like on the wire, and that a sound CSMS without them does otherwise."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from ocpp_certs import Pki, make_request
from ocpp_fixtures.csms import FREEDOMS
from ocpp_fixtures.rpc import CallFailed, Peer
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from .bench import Bench, asked, demand, running, station

pytestmark = pytest.mark.asyncio
VERSIONS = ["1.6", "2.1"]
QUIET = 0.15
"""Seconds in which a CSMS that says nothing says nothing."""
ID_TOKEN = {"idToken": "GOOD", "type": "ISO14443"}
MOMENT = "2036-11-20T10:00:00Z"
PKI = Pki.create()


def of(name):
    """A freedom at each version that it exists in (2.0.1 shares every line with 2.1), and without it."""
    found = [(version, freedoms) for version in VERSIONS for freedoms in ((), (name,))]
    rows = [(v, f) for v, f in found if v in FREEDOMS[name].versions]
    return pytest.mark.parametrize(("version", "freedoms"), rows)


@asynccontextmanager
async def told(version, freedoms, *, answers=None, booted=True, **options):
    async with (
        running(version, freedoms=freedoms, **options) as csms,
        station(csms, version, answers=answers, booted=booted) as cs,
    ):
        yield csms, cs


async def unasked(cs):
    """The actions that came until nothing comes any more."""
    found = []
    while True:
        try:
            action, _ = await asyncio.wait_for(cs.asked.get(), QUIET)
        except TimeoutError:
            return found
        found.append(action)


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


async def started(cs, version):
    if version == "1.6":
        return await cs.call("StartTransaction", connectorId=1, idTag="GOOD", meterStart=0, timestamp=MOMENT)
    return await cs.event("Started", 0, evse={"id": 1, "connectorId": 1}, idToken=ID_TOKEN)


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


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("name", "length"), [("times-in-whole-seconds", 20), ("times-in-microseconds", 27)])
async def test_it_writes_times(version, name, length):
    if version not in FREEDOMS[name].versions:
        return
    async with told(version, (name,), booted=False) as (_, cs):
        moment = (await cs.boot())["currentTime"]
        assert len(moment) == length
        assert datetime.fromisoformat(moment).tzinfo


class Listening:
    """A websocket whose texts are kept."""

    def __init__(self, websocket):
        self._websocket, self.texts = websocket, []
        self.send, self.close = websocket.send, websocket.close

    async def recv(self):
        self.texts.append(await self._websocket.recv())
        return self.texts[-1]


async def texts(version, freedoms):
    """What a CSMS says as it says it: its answer to a boot, and a request with a letter beyond ASCII."""
    async with (
        running(version, freedoms=freedoms) as csms,
        connect(f"{csms.url}/CS001", subprotocols=[f"ocpp{version}"]) as websocket,
    ):
        cs = Bench(websocket, version)
        listening = Listening(websocket)
        cs.peer = Peer(listening, version, "station", cs.answer)
        serving = asyncio.create_task(cs.peer.run())
        await cs.boot()
        await demand(csms, "DataTransfer", {"vendorId": "München"})
        await asked(cs)
        await websocket.close()
        await serving
    return listening.texts


@pytest.mark.parametrize("version", VERSIONS)
async def test_it_writes_as_json_allows(version):
    answer, request = await texts(version, ())
    assert "\n" not in answer
    assert "München" in request
    assert not json.loads(request)[1].isdigit()
    names = list(json.loads(answer)[2])

    assert "\n" in (await texts(version, ("white-space-in-messages",)))[0]
    assert "M\\u00fcnchen" in (await texts(version, ("letters-escaped",)))[1]
    assert list(json.loads((await texts(version, ("members-in-another-order",)))[0])[2]) != names
    assert json.loads((await texts(version, ("message-ids-count",)))[1])[1].isdigit()
    if version != "1.6":
        assert "customData" in json.loads((await texts(version, ("custom-data-everywhere",)))[0])[2]


@of("status-info-in-answers")
async def test_it_tells_why(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        assert ("statusInfo" in await cs.call("DataTransfer", vendorId="org.example")) is bool(freedoms)


@of("errors-without-words")
async def test_errors_have_no_words(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        with pytest.raises(CallFailed) as refused:
            await cs.peer.call("Reset", {}, 2)
        assert (refused.value.description == "") is bool(freedoms)


@of("times-of-requests-in-local-time")
async def test_requests_tell_local_time(version, freedoms):
    place = {"location": "https://a.example/b", "retrieveDate" if version == "1.6" else "retrieveDateTime": MOMENT}
    async with told(version, freedoms) as (csms, cs):
        await demand(csms, "UpdateFirmware", place if version == "1.6" else {"firmware": place})
        assert ("+01:00" in json.dumps(await asked(cs))) is bool(freedoms)


@of("optional-fields-of-requests-given")
async def test_requests_tell_all(version, freedoms):
    async with told(version, freedoms) as (csms, cs):
        await demand(csms, "GetLog", {"logType": "SecurityLog"})
        _, request = await asked(cs)
        assert ("retries" in request and "oldestTimestamp" in request["log"]) is bool(freedoms)


@of("tokens-in-small-letters")
async def test_tokens_are_small(version, freedoms):
    action = "RemoteStartTransaction" if version == "1.6" else "RequestStartTransaction"
    async with told(version, freedoms) as (csms, cs):
        await demand(csms, action, {"idTag": "GOOD"} if version == "1.6" else {"idToken": ID_TOKEN})
        assert ('"good"' in json.dumps(await asked(cs))) is bool(freedoms)


@of("remote-start-without-connector")
async def test_a_remote_start_names_no_connector(version, freedoms):
    async with told(version, freedoms) as (csms, cs):
        await demand(csms, "RemoteStartTransaction", {"idTag": "GOOD", "connectorId": 1})
        assert ("connectorId" in (await asked(cs))[1]) is not bool(freedoms)


@of("empty-lists-left-out")
async def test_no_list_is_empty(version, freedoms):
    async with told(version, freedoms, tokens={}) as (csms, cs):
        await demand(csms, "SendLocalList", {"updateType": "Full"})
        assert ("localAuthorizationList" in (await asked(cs))[1]) is not bool(freedoms)


@of("tokens-told-in-full")
async def test_tokens_are_told_in_full(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        info = await cs.authorize("GOOD")
        name = "expiryDate" if version == "1.6" else "cacheExpiryDateTime"
        assert (name in info) is bool(freedoms)
        assert name not in await cs.authorize("NOBODY")


@of("tokens-refused-by-form")
async def test_a_token_fits_its_type(version, freedoms):
    async with told(version, freedoms, tokens={}) as (_, cs):
        assert (await cs.authorize("04A1B2C3D4E5F6"))["status"] == "Unknown"
        if freedoms:
            with pytest.raises(CallFailed, match="PropertyConstraintViolation"):
                await cs.authorize("GOOD")


@of("transaction-ids-are-large")
async def test_ids_are_large(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        assert ((await started(cs, version))["transactionId"] > 2 * 10**9) is bool(freedoms)


@of("cost-by-cost-updated")
async def test_the_cost_follows(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        await started(cs, version)
        assert ("totalCost" in await cs.event("Updated", 1)) is not bool(freedoms)
        assert await unasked(cs) == ["CostUpdated"] * len(freedoms)
        assert "totalCost" in await cs.event("Ended", 2)


@of("driver-told-what-it-costs")
async def test_the_driver_is_told(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        assert ("updatedPersonalMessage" in await started(cs, version)) is bool(freedoms)
