"""What the tests of the reference CSMS have in common: a CSMS that runs, and a station that talks to it."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from contextlib import asynccontextmanager

from ocpp_fixtures import payloads
from ocpp_fixtures.csms import ReferenceCsms, Token
from ocpp_fixtures.null_csms import agreeable
from ocpp_fixtures.rpc import Peer, RpcError
from websockets.asyncio.client import connect

VERSIONS = ["1.6", "2.0.1", "2.1"]
TOKENS = {
    "good": Token("GOOD", group="FAMILY"),
    "blocked": Token("BLOCKED", status="Blocked"),
    "once": Token("ONCE", concurrent=False),
}
BOOKS = {token.idToken: token for token in TOKENS.values()}
PASSWORD = "0123456789abcdef0123"


@asynccontextmanager
async def running(version, kind=ReferenceCsms, **options):
    csms = kind(ocpp=version, **({"tokens": BOOKS} | options))
    await csms.start()
    try:
        yield csms
    finally:
        await csms.stop()


class Bench:
    """A station of the test: calls, and keeps what the CSMS asks for."""

    def __init__(self, websocket, version, answers=None):
        self.asked: asyncio.Queue = asyncio.Queue()
        self.answers = {} if answers is None else answers
        self.version = version
        self.peer = Peer(websocket, version, "station", self.answer)

    async def answer(self, action, payload):
        self.asked.put_nowait((action, payload))
        schema = payloads.schema(self.version, action, "response")
        found = self.answers.get(action, agreeable(schema, schema.get("definitions", {})))
        if isinstance(found, RpcError):
            raise found
        return found

    async def call(self, action, /, **payload):
        answer = await self.peer.call(action, payload, 2)
        assert payloads.problems(self.version, action, "response", answer) == []
        return answer

    async def boot(self, reason="PowerUp", **more):
        if self.version == "1.6":
            return await self.call("BootNotification", chargePointVendor="V", chargePointModel="M")
        station = {"vendorName": "V", "model": "M"} | more
        return await self.call("BootNotification", reason=reason, chargingStation=station)

    async def authorize(self, token):
        if self.version == "1.6":
            return (await self.call("Authorize", idTag=token))["idTagInfo"]
        return (await self.call("Authorize", idToken={"idToken": token, "type": "ISO14443"}))["idTokenInfo"]

    async def event(self, kind, number, transaction="T1", trigger="Authorized", **more):
        more.setdefault("transactionInfo", {"transactionId": transaction})
        return await self.call(
            "TransactionEvent",
            eventType=kind,
            timestamp="2026-11-20T10:00:00Z",
            triggerReason=trigger,
            seqNo=number,
            **more,
        )


@asynccontextmanager
async def station(csms, version, identity="CS001", answers=None, booted=True, **options):
    protocols = [f"ocpp{version}"]
    async with connect(f"{csms.url}/{identity}", subprotocols=protocols, **options) as websocket:
        bench = Bench(websocket, version, answers)
        serving = asyncio.create_task(bench.peer.run())
        if booted:
            assert (await bench.boot())["status"] == "Accepted"
        yield bench
        await websocket.close()
        await serving


async def http(method, url, value=None):
    def ask():
        body = None if value is None else json.dumps(value).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, method=method)) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"null")

    return await asyncio.to_thread(ask)


async def demand(csms, action, payload=None, identity="CS001"):
    return await http("POST", f"{csms.api_url}/stations/{identity}/requests/{action}", payload or {})


async def asked(bench):
    return await asyncio.wait_for(bench.asked.get(), 2)
