"""What the messages of a reference CSMS with a freedom look like, and that those of one without are others."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

import pytest
from ocpp_fixtures.csms import FREEDOMS
from ocpp_fixtures.rpc import CallFailed, Peer
from websockets.asyncio.client import connect

from .bench import Bench, asked, demand, running
from .free_csms import ID_TOKEN, MOMENT, VERSIONS, of, started, told, unasked

pytestmark = pytest.mark.asyncio


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
