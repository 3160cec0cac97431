"""A CSMS of a few lines that a test holds in its hands: it answers soundly and lets the test wait for messages."""

from __future__ import annotations

import asyncio
import contextlib
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from ocpp_certs import Pki
from ocpp_certs.issue import distinguished_name, elliptic_key, issue
from ocpp_fixtures import payloads
from ocpp_fixtures.rpc import Peer
from ocpp_fixtures.station import ReferenceStation
from ocpp_fixtures.station.core.clock import time_text
from websockets.asyncio.server import serve

PATIENCE = 5.0


def signed(firmware):
    """Firmware with a certificate and a signature; from an imaginary server comes nothing to verify."""
    name = distinguished_name("Firmware signing", "tests")
    certificate = issue(name, issuer=Pki.create(None).manufacturer_root, key=elliptic_key()).certificate_pem.decode()
    return firmware | {"signingCertificate": certificate, "signature": "c2lnbmF0dXJl"}


def moment(**later: float) -> str:
    """A time that long after now (`days=-1` is yesterday), as OCPP writes it."""
    return time_text(datetime.now(UTC) + timedelta(**later))


class Bench:
    """Answers a station; `answers[action]` (a payload or a function of the request) overrides the sound answer."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.answers: dict[str, Any] = {}
        self.received: list[tuple[str, dict[str, Any]]] = []
        self.problems: list[str] = []
        self.peer: Peer | None = None
        self.connections = 0
        self._news = asyncio.Condition()
        self._number = 0

    async def __aenter__(self) -> Bench:
        protocol: Any = f"ocpp{self.version}"
        self._server = await serve(self._connected, "127.0.0.1", 0, subprotocols=[protocol])
        self.url = f"ws://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}/ocpp"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _connected(self, websocket: Any) -> None:
        self.request = websocket.request
        self.peer = Peer(websocket, self.version, "csms", self._answer)
        async with self._news:
            self.connections += 1
            self._news.notify_all()
        await self.peer.run()

    async def _answer(self, action: str, request: dict[str, Any]) -> dict[str, Any]:
        self.problems += [f"{action}: {p}" for p in payloads.problems(self.version, action, "request", request)]
        async with self._news:
            self.received.append((action, request))
            self._news.notify_all()
        if action in self.answers:
            made = self.answers[action]
            return made(request) if callable(made) else made
        info = {"status": "Accepted"}
        match action:
            case "BootNotification":
                return {"currentTime": moment(), "interval": 300, "status": "Accepted"}
            case "Heartbeat":
                return {"currentTime": moment()}
            case "Authorize":
                return {"idTagInfo": info} if self.version == "1.6" else {"idTokenInfo": info}
            case "StartTransaction":
                self._number += 1
                return {"transactionId": self._number, "idTagInfo": info}
            case "SignCertificate" | "DataTransfer":
                return info
        return {}

    async def wait(self, action: str, **fields: Any) -> dict[str, Any]:
        """The first message of that kind that has not been taken yet; earlier ones are dropped."""

        def taken() -> dict[str, Any] | None:
            for index, (name, request) in enumerate(self.received):
                if name == action and all(request.get(key) == value for key, value in fields.items()):
                    del self.received[: index + 1]
                    return request
            return None

        async with asyncio.timeout(PATIENCE):
            async with self._news:
                while (found := taken()) is None:
                    await self._news.wait()
                return found

    async def call(self, action: str, **payload: Any) -> dict[str, Any]:
        assert self.peer is not None
        answer = await self.peer.call(action, payload, PATIENCE)
        assert not payloads.problems(self.version, action, "response", answer)
        return answer

    async def reconnected(self, connections: int) -> None:
        """Returns when the station has connected that many times."""
        async with asyncio.timeout(PATIENCE), self._news:
            while self.connections < connections:
                await self._news.wait()

    async def booted(self) -> None:
        await self.wait("BootNotification")
        await self.wait("StatusNotification", **({"connectorId": 2} if self.version == "1.6" else {"evseId": 2}))


async def operate(station: ReferenceStation, operation: str) -> int:
    def post() -> int:
        request = urllib.request.Request(f"{station.api_url}/{operation}", data=b"", method="POST")
        try:
            with urllib.request.urlopen(request) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    return await asyncio.to_thread(post)


@contextlib.asynccontextmanager
async def bench(
    version: str,
    *defects: str,
    boot: bool = True,
    build: tuple[str, ...] = (),
    freedoms: tuple[str, ...] = (),
    **answers: Any,
):
    """A station that has booted at a bench (`boot`: wait for that; `build`: in what it differs from the fullest)."""
    async with Bench(version) as csms:
        csms.answers.update(answers)
        station = ReferenceStation(ocpp=version, csms_url=csms.url, defects=defects, build=build, freedoms=freedoms)
        await station.start()
        try:
            if boot:
                await csms.booted()
            yield csms, station
        finally:
            await station.stop()
        assert csms.problems == []
