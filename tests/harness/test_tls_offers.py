"""What a station offers in TLS is judged in every attempt to connect, whatever becomes of it."""

import asyncio
import os
import struct

import pytest
from ocpp_certs import Pki
from ocpp_proof.cases.timing import Timing
from ocpp_proof.net import tls
from ocpp_proof.roles.csms import Csms, HandshakePolicy
from ocpp_proof.roles.station import Credentials, Station
from ocpp_proof.rules.protocol import Finding
from ocpp_proof.run.findings import Findings
from ocpp_reports.model import CaseResult

OLD = {2: "A00.FR.313", 3: "A00.FR.416"}
COMPRESSION = {("1.6", 2): "1.6S A00.FR.320", ("2.0.1", 2): "A00.FR.321", ("2.1", 3): "A00.FR.424"}


@pytest.fixture(scope="module")
def pki():
    return Pki.create()


async def listening(pki, ocpp="2.0.1", profile=2):
    server = tls.server_context(pki.csms, client_trust=pki.root_pem if profile == 3 else None)
    csms = Csms(ocpp=ocpp, timing=Timing(), policy=HandshakePolicy("CS1", profile, "a-password-of-16", server))
    return csms, await csms.listen("127.0.0.1", 0)


def hello(version, compression):
    """A ClientHello without extensions (RFC 5246, 7.4.1.2)."""
    suites, methods = struct.pack("!2H", 0xC02B, 0x009C), b"\x01\x00" if compression else b"\x00"
    body = struct.pack("!H", version) + os.urandom(32) + b"\x00" + struct.pack("!H", len(suites)) + suites
    body += bytes([len(methods)]) + methods
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return struct.pack("!BHH", 22, 0x0301, len(message)) + message


async def offered(csms, port, data, times=2):
    """What is found when a station that says this first has come so often."""
    for _ in range(times):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        await asyncio.wait_for(reader.read(7), 5)
        writer.close()
    await csms.wait_until(lambda: len(csms.handshakes) == times, 5, "the attempts")
    return [(finding.rule, finding.requirement, finding.should) for finding in csms.end()]


@pytest.mark.asyncio
@pytest.mark.parametrize("profile", [2, 3])
@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize("version", [0x0301, 0x0302])
async def test_nothing_but_an_old_version(pki, ocpp, profile, version):
    csms, port = await listening(pki, ocpp, profile)
    try:
        found = await offered(csms, port, hello(version, compression=False))
        assert found == ([] if ocpp == "1.6" else [("TLS_OFFER", OLD[profile], False)])
    finally:
        csms.stop()


@pytest.mark.asyncio
@pytest.mark.parametrize(("ocpp", "profile"), COMPRESSION)
async def test_compression(pki, ocpp, profile):
    csms, port = await listening(pki, ocpp, profile)
    try:
        # it goes on after a ServerHello, and then the peer is gone
        found = await offered(csms, port, hello(0x0303, compression=True))
        assert found == [("TLS_OFFER", COMPRESSION[ocpp, profile], True)]
    finally:
        csms.stop()


@pytest.mark.asyncio
async def test_a_sound_station_and_what_is_no_tls(pki):
    csms, port = await listening(pki)
    credentials = Credentials("CS1", "CS1", "a-password-of-16", tls.client_context(trust=pki.root_pem))
    station = Station(ocpp="2.0.1", timing=Timing(), url=f"wss://localhost:{port}/ocpp", credentials=credentials)
    try:
        assert await offered(csms, port, b"\x16\x03\x01\x00\x05hello", times=1) == []
        await station.dial()
        assert len(csms.handshakes) == 2
        assert csms.end() == []
    finally:
        await station.close()
        csms.stop()


@pytest.mark.parametrize(
    ("sut", "over_tls", "listed"), [("station", True, 2), ("station", False, 1), ("csms", True, 0)]
)
def test_rules_stand_where_they_are_looked_at(sut, over_tls, listed):
    ids = {result.id for result in Findings("2.0.1", sut, tls=over_tls).results()}
    assert len(ids & {"RULE_HANDSHAKE", "RULE_TLS_OFFER"}) == listed


def test_what_is_found_stands_anyhow():
    findings = Findings("2.0.1", "station")  # an upgrade of the security profile begins without TLS
    case = CaseResult("TC_1", "t", "2.0.1", 1, "station", "s")
    findings.add(case, Finding("TLS_OFFER", "A00.FR.313", "TLS 1.2 or newer", "a ClientHello with TLSv1"))
    assert "RULE_TLS_OFFER" in {result.id for result in findings.results() if result.count}
