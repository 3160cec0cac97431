"""Short dialogues with a CSMS, each with an outcome that can be compared between a sound CSMS and one with a defect."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

PROBES: dict[str, tuple[tuple[str, ...], Callable[[Probe], Awaitable[Any]]]] = {}
ALL, V16, V2 = ("1.6", "2.0.1", "2.1"), ("1.6",), ("2.0.1", "2.1")
TOKEN = {"idToken": "GOOD", "type": "ISO14443"}
TIME = "2036-11-20T10:00:00Z"
QUIET = 0.06
"""Seconds of silence where a sound CSMS says nothing; answers have a second. Idle ones: see `idle_clock`."""


def probe(*versions: str) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        PROBES[function.__name__] = (versions, function)
        return function

    return register


class Line:
    """One connection, frame by frame."""

    def __init__(self, websocket: Any) -> None:
        self.websocket = websocket
        self.count = 0

    async def receive(self, timeout: float = 1) -> Any:
        try:
            return json.loads(await asyncio.wait_for(self.websocket.recv(), timeout))
        except TimeoutError:
            return "silence"
        except ConnectionClosed:
            return "closed"

    async def raw(self, text: str) -> Any:
        await self.websocket.send(text)
        return await self.receive()

    async def call(self, action: str, **payload: Any) -> Any:
        """The payload of the answer, or the code of the CALLERROR; requests of the CSMS are kept waiting."""
        self.count += 1
        answer = await self.raw(json.dumps([2, f"id{self.count}", action, payload]))
        return answer[2] if isinstance(answer, list) else answer

    async def answer(self, payload: dict[str, Any], timeout: float = 1) -> Any:
        """Take the next request, answer it, give (action, payload)."""
        request = await self.receive(timeout)
        if not isinstance(request, list):
            return request
        await self.websocket.send(json.dumps([3, request[1], payload]))
        return request[2], request[3]


class Probe:
    """One CSMS, a station identity of its own for each dialogue."""

    def __init__(self, csms: Any, version: str) -> None:
        self.csms, self.version, self.first = csms, version, version == "1.6"
        self.identity = "CS"

    @contextlib.asynccontextmanager
    async def line(self, *, boot: bool = True, subprotocols: list[str] | None = None) -> Any:
        names: Any = subprotocols or [f"ocpp{self.version}"]
        options: Any = {"close_timeout": 0.2, "proxy": None, "compression": None}
        async with connect(f"{self.csms.url}/{self.identity}", subprotocols=names, **options) as websocket:
            line = Line(websocket)
            if boot:
                await self.boot(line)
            yield line

    async def boot(self, line: Line, reason: str = "PowerUp") -> Any:
        if self.first:
            return await line.call("BootNotification", chargePointVendor="V", chargePointModel="M")
        return await line.call("BootNotification", reason=reason, chargingStation={"vendorName": "V", "model": "M"})

    async def status(self, line: Line, status: str) -> Any:
        if self.first:
            return await line.call("StatusNotification", connectorId=1, errorCode="NoError", status=status)
        return await line.call("StatusNotification", timestamp=TIME, connectorStatus=status, evseId=1, connectorId=1)

    async def authorize(self, line: Line, token: str) -> Any:
        if self.first:
            return await line.call("Authorize", idTag=token)
        return await line.call("Authorize", idToken={"idToken": token, "type": "ISO14443"})

    async def start(self, line: Line, **more: Any) -> Any:
        request = {"connectorId": 1, "idTag": "GOOD", "meterStart": 0, "timestamp": TIME} | more
        return await line.call("StartTransaction", **request)

    async def event(self, line: Line, kind: str, number: int, trigger: str = "Authorized", **more: Any) -> Any:
        info = {"transactionId": more.pop("transaction", "T1")} | more.pop("info", {})
        request = {"eventType": kind, "timestamp": TIME, "triggerReason": trigger, "seqNo": number}
        return await line.call("TransactionEvent", **request, transactionInfo=info, **more)

    async def http(self, method: str, path: str, value: Any = None) -> Any:
        """The value that the API gives, or the status of its refusal; asked in this loop, so that its clock sees it."""
        url = urlsplit(self.csms.api_url)
        body = b"" if value is None else json.dumps(value).encode()
        head = f"{method} {url.path}{path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        writer.write(head.encode() + body)
        answer, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        status = int(answer.split()[1])
        return status if status >= 400 else json.loads(body or b"null")

    async def demand(self, action: str, **payload: Any) -> Any:
        return await self.http("POST", f"/stations/{self.identity}/requests/{action}", payload)

    async def variable(self, name: str) -> Any:
        """The value that the CSMS knows, once it has taken in the station's answer."""
        for _ in range(20):
            found = await self.http("GET", f"/stations/{self.identity}/variables/{name}")
            if found != 404:
                return found
            await asyncio.sleep(QUIET / 10)
        return found

    async def sends(self, action: str, response: dict[str, Any] | None = None, /, **payload: Any) -> Any:
        """What the CSMS puts on the wire for a demand."""
        async with self.line() as line:
            refused = await self.demand(action, **payload)
            return refused if isinstance(refused, int) else await line.answer(response or {"status": "Accepted"})


def still(value: Any) -> str:
    """An outcome without what differs from run to run: times, ids, ports, certificates."""
    text = json.dumps(value, sort_keys=True, default=str)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(?=Z?)", "TIME", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "HOST", text)
    text = re.sub(r'"(id|transactionId|reservationId|signature)": ("[^"]{30,}"|\d+)', r'"\1": N', text)
    return re.sub(r"-----BEGIN.*?END CERTIFICATE-----", "PEM", text)
