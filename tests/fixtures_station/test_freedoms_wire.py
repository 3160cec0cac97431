"""What the freedoms of connections and credentials look like on the wire."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from ocpp_fixtures.rpc import Peer
from ocpp_fixtures.station import ReferenceStation, serial_number_of

from .bench import Bench, bench

pytestmark = pytest.mark.asyncio
VERSIONS = ["1.6", "2.0.1"]


class Listening:
    """A websocket whose texts are kept; `deaf_to`: actions of which the first message is not heard."""

    def __init__(self, websocket, texts, deaf_to):
        self._websocket, self._texts, self._deaf_to = websocket, texts, deaf_to

    async def recv(self):
        while True:
            text = await self._websocket.recv()
            self._texts.append(text)
            frame = json.loads(text)
            if frame[0] != 2 or frame[2] not in self._deaf_to:
                return text
            self._deaf_to.remove(frame[2])
            await self._websocket.close()

    async def send(self, message):
        await self._websocket.send(message)

    async def close(self, code=1000, reason=""):
        await self._websocket.close(code, reason)


class Recorder(Bench):
    """A bench that keeps what the station says as it says it."""

    def __init__(self, version, deaf_to=()):
        super().__init__(version)
        self.texts, self.deaf_to, self.offered = [], list(deaf_to), ""

    async def _connected(self, websocket):
        self.offered = websocket.request.headers["Sec-WebSocket-Protocol"]
        self.compressed = "Sec-WebSocket-Extensions" in websocket.request.headers
        self.peer = Peer(Listening(websocket, self.texts, self.deaf_to), self.version, "csms", self._answer)
        async with self._news:
            self.connections += 1
            self._news.notify_all()
        await self.peer.run()


@contextlib.asynccontextmanager
async def recorded(version, *freedoms, deaf_to=()):
    async with Recorder(version, deaf_to) as csms:
        station = ReferenceStation(ocpp=version, csms_url=csms.url, freedoms=freedoms)
        await station.start()
        try:
            await csms.booted()
            yield csms, station
        finally:
            await station.stop()


def ids(csms, action):
    return [frame[1] for frame in map(json.loads, csms.texts) if frame[0] == 2 and frame[2] == action]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_retry_keeps_its_id(version):
    action = "StartTransaction" if version == "1.6" else "TransactionEvent"
    for freedoms, same in (((), False), (("retries-keep-their-id",), True)):
        async with recorded(version, *freedoms, deaf_to=[action]) as (csms, station):
            station.station.plug_in(1, 1)
            await station.station.present_token("A", "ISO14443", 1)
            await csms.wait(action)
            first, second = ids(csms, action)[:2]
            assert (first == second) is same


@pytest.mark.parametrize("version", VERSIONS)
async def test_ids_count(version):
    async with recorded(version, "message-ids-count") as (csms, _):
        found = [int(json.loads(text)[1]) for text in csms.texts]
        assert found == list(range(found[0], found[0] + len(found)))


@pytest.mark.parametrize("version", VERSIONS)
async def test_three_versions_are_offered_and_no_compression(version):
    async with recorded(version, "several-subprotocols", "no-compression-offered") as (csms, _):
        assert [name.strip() for name in csms.offered.split(",")] == ["ocpp2.1", "ocpp2.0.1", "ocpp1.6"]
        assert not csms.compressed


@pytest.mark.parametrize("version", VERSIONS)
async def test_json_has_line_breaks(version):
    async with recorded(version, "white-space-in-messages") as (csms, _):
        assert all("\n" in text for text in csms.texts)


@pytest.mark.parametrize("version", VERSIONS)
async def test_it_boots_at_a_new_connection(version):
    async with recorded(version, "boots-at-every-connection") as (csms, _):
        await csms.peer.close()
        await csms.reconnected(2)
        await csms.booted()


@pytest.mark.parametrize("version", VERSIONS)
async def test_its_serial_number_is_told_and_named_by_its_requests(version):
    freedoms = ("serial-number-of-its-own", "rsa-key-of-its-own")
    serial = serial_number_of("CS001", version, freedoms)
    assert serial not in ("", "CS001")
    async with Bench(version) as csms:
        station = ReferenceStation(ocpp=version, csms_url=csms.url, freedoms=freedoms)
        await station.start()
        try:
            boot = await csms.wait("BootNotification")
            told = boot["chargePointSerialNumber"] if version == "1.6" else boot["chargingStation"]["serialNumber"]
            assert told == serial
        finally:
            await station.stop()
        csr = x509.load_pem_x509_csr(station.station.certificates.request("client", "o").encode())
        assert f"CN={serial}" in csr.subject.rfc4514_string()
        assert isinstance(csr.public_key(), rsa.RSAPublicKey)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("freedom", ["messages-in-fragments", "pings-and-pongs-between", "leaves-without-close-frame"])
async def test_what_stands_below_the_messages_changes_none(version, freedom):
    async with bench(version, freedoms=(freedom,)) as (csms, _):
        assert (await csms.call("ClearCache"))["status"] == "Accepted"


@pytest.mark.parametrize("version", VERSIONS)
async def test_it_takes_its_time(version):
    async with bench(version, freedoms=("answers-after-a-while",)) as (csms, _):
        asked = asyncio.get_running_loop().time()
        await csms.call("ClearCache")
        assert asyncio.get_running_loop().time() - asked >= 0.29
