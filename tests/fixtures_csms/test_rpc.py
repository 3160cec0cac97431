"""The reference systems' own OCPP-J: frames in, frames out."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from ocpp_fixtures import payloads
from ocpp_fixtures.background import Background
from ocpp_fixtures.rpc import CallFailed, Peer, PeerOptions
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

pytestmark = pytest.mark.asyncio


async def now(action, payload):
    return {"currentTime": "2026-11-20T10:00:00Z"}


@asynccontextmanager
async def talking(version, handler=now, **options):
    """A Peer behind a server; yields (client websocket, peer)."""
    peers: asyncio.Queue[Peer] = asyncio.Queue()

    async def connected(websocket):
        peer = Peer(websocket, version, "csms", handler, **options)
        peers.put_nowait(peer)
        await peer.run()

    async with (
        serve(connected, "127.0.0.1", 0) as server,
        connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}") as websocket,
    ):
        yield websocket, await peers.get()


async def ask(websocket, text):
    await websocket.send(text)
    return json.loads(await asyncio.wait_for(websocket.recv(), 2))


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
async def test_answers_a_call(version):
    async with talking(version) as (websocket, _):
        assert await ask(websocket, '[2,"a","Heartbeat",{}]') == [3, "a", {"currentTime": "2026-11-20T10:00:00Z"}]


@pytest.mark.parametrize(
    ("version", "text", "expected"),
    [
        ("2.0.1", "garbage", [4, "-1", "RpcFrameworkError"]),
        ("2.1", '{"a":1}', [4, "-1", "RpcFrameworkError"]),
        ("2.0.1", '[2,"x","Heartbeat"]', [4, "x", "RpcFrameworkError"]),
        ("1.6", '[2,"x","Heartbeat"]', [4, "x", "FormationViolation"]),
        ("1.6", '[2,"x","Nonsense",{}]', [4, "x", "NotImplemented"]),
        ("2.0.1", '[2,"x","Nonsense",{}]', [4, "x", "NotImplemented"]),
        ("2.0.1", '[2,"x","BootNotification",{}]', [4, "x", "OccurrenceConstraintViolation"]),
        ("1.6", '[2,"x","BootNotification",{}]', [4, "x", "OccurenceConstraintViolation"]),
        ("1.6", '[2,"x","Authorize",{"idTag":1}]', [4, "x", "TypeConstraintViolation"]),
        ("1.6", '[2,"x","Heartbeat",{"a":1}]', [4, "x", "FormationViolation"]),
        ("1.6", '[2,"x","Authorize",{"idTag":"%s"}]' % ("x" * 21), [4, "x", "PropertyConstraintViolation"]),
    ],
)
async def test_refuses(version, text, expected):
    async with talking(version) as (websocket, _):
        assert (await ask(websocket, text))[:3] == expected
        assert (await ask(websocket, '[2,"a","Heartbeat",{}]'))[0] == 3


@pytest.mark.parametrize("text", ["garbage", "[1]", '[9,"x",{}]', '[3,"unknown",{}]', '[4,"-1","InternalError","",{}]'])
async def test_1_6_stays_silent_where_nothing_can_be_answered(text):
    async with talking("1.6") as (websocket, _):
        await websocket.send(text)
        assert (await ask(websocket, '[2,"a","Heartbeat",{}]'))[:2] == [3, "a"]


async def test_calls_wait_for_each_other():
    async with talking("2.0.1") as (websocket, peer):
        first = asyncio.create_task(peer.call("ClearCache", {}))
        second = asyncio.create_task(peer.call("ClearCache", {}))
        one = json.loads(await websocket.recv())
        assert (await ask(websocket, '[2,"a","Heartbeat",{}]'))[:2] == [3, "a"]  # crossing calls are answered
        await websocket.send(json.dumps([3, one[1], {"status": "Accepted"}]))
        two = json.loads(await websocket.recv())
        await websocket.send(json.dumps([4, two[1], "InternalError", "no", {}]))
        assert await first == {"status": "Accepted"}
        with pytest.raises(CallFailed) as failed:
            await second
        assert failed.value.code == "InternalError"


async def test_2_1_refuses_a_bad_result():
    async with talking("2.1") as (websocket, peer):
        call = asyncio.create_task(peer.call("ClearCache", {}))
        sent = json.loads(await websocket.recv())
        assert (await ask(websocket, json.dumps([3, sent[1], {}])))[:3] == [5, sent[1], "OccurrenceConstraintViolation"]
        with pytest.raises(CallFailed):
            await call


async def test_an_open_call_fails_with_the_connection():
    async with talking("2.0.1") as (websocket, peer):
        call = asyncio.create_task(peer.call("ClearCache", {}))
        await websocket.recv()
        await websocket.close()
        with pytest.raises(CallFailed, match="Disconnected"):
            await call


async def test_a_habit_can_be_bad():
    async with talking("2.0.1", options=PeerOptions(one_call_at_a_time=False)) as (websocket, peer):
        calls = [asyncio.create_task(peer.call("ClearCache", {})) for _ in range(2)]
        for _ in calls:
            sent = json.loads(await websocket.recv())
            await websocket.send(json.dumps([3, sent[1], {"status": "Accepted"}]))
        await asyncio.gather(*calls)


async def test_payloads_know_tenths_and_dates():
    profile = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.1}]}
    request = {
        "connectorId": 1,
        "csChargingProfiles": {
            "chargingProfileId": 1,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Absolute",
            "chargingSchedule": profile,
        },
    }
    assert payloads.problems("1.6", "SetChargingProfile", "request", request) == []
    profile["chargingSchedulePeriod"][0]["limit"] = 8.15
    assert [p.keyword for p in payloads.problems("1.6", "SetChargingProfile", "request", request)] == ["multipleOf"]
    assert payloads.problems("1.6", "Heartbeat", "response", {"currentTime": "2026-11-20T10:00:00Z"}) == []
    for wrong in ("junk", "2026-11-20", "2026-13-20T10:00:00Z", "2026-11-20T10:00:00"):
        assert payloads.problems("1.6", "Heartbeat", "response", {"currentTime": wrong})


async def test_background_runs_a_program():
    with Background() as background:
        assert await asyncio.to_thread(background.start, now("", {})) == {"currentTime": "2026-11-20T10:00:00Z"}
