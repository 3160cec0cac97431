"""Whoever tries to connect and brings no WebSocket handshake is seen, counted and named."""

import argparse
import asyncio
import socket

import pytest
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.timing import Timing
from ocpp_proof.commands.doctor import doctor
from ocpp_proof.net.endpoint import Accept, listen
from ocpp_proof.roles.csms import Csms, HandshakePolicy
from ocpp_proof.roles.station_connects import wait_for_station
from ocpp_proof.run.findings import Findings
from ocpp_reports.model import CaseResult, Verdict

KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
VERSION = b"Sec-WebSocket-Version: 13\r\n"
UPGRADE = b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
REST = b"Host: 127.0.0.1\r\nSec-WebSocket-Protocol: ocpp1.6\r\n" + KEY
LINE = b"GET /ocpp/CS001 HTTP/1.1\r\n"
WRONG = {
    "no connection header": (LINE + b"Upgrade: websocket\r\n" + VERSION + REST + b"\r\n", "missing Connection header"),
    "keep-alive": (
        LINE + b"Upgrade: websocket\r\nConnection: keep-alive\r\n" + VERSION + REST + b"\r\n",
        "Connection header: keep-alive",
    ),
    "no version": (LINE + UPGRADE + REST + b"\r\n", "missing Sec-WebSocket-Version header"),
    "http 1.0": (LINE.replace(b"1.1", b"1.0") + UPGRADE + VERSION + REST + b"\r\n", "HTTP/1.0"),
    "lf": ((LINE + UPGRADE + VERSION + REST + b"\r\n").replace(b"\r\n", b"\n"), "end with LF alone"),
    "space": (LINE.replace(b"CS001", b"CS 001") + UPGRADE + VERSION + REST + b"\r\n", "a space"),
    "utf-8": (
        LINE.replace(b"CS001", "S\u00e4ule".encode()) + UPGRADE + VERSION + REST + b"\r\n",
        "not percent-encoded",
    ),
    "tls": (
        bytes.fromhex("1603010200010001fc0303") + bytes(range(64)),
        "TLS ClientHello came to an address without TLS",
    ),
    "nothing": (b"", "a TCP connection on which nothing came"),
    "cut short": (LINE[:15], "cannot be read"),
    "no end": (LINE, "an HTTP request whose end has not come: 'GET /ocpp/CS001 HTTP/1.1'"),
    "empty line": (b"\r\n" + LINE + b"\r\n", "an empty line came before"),
    "not http": (b"SSH-2.0-x\r\n", "no HTTP request: 'SSH-2.0-x'"),
}


def bench():
    timing = Timing(message=1, event=1, long=0.5, quiet=0.1, case=5)
    return Csms(ocpp="1.6", timing=timing, policy=HandshakePolicy("CS001", 0))


async def told(wrong, *, times=1):
    """What those who wait for a station say after so many attempts of this kind, of which the last is still open."""
    csms = bench()
    port = await csms.listen("127.0.0.1", 0)
    writers = []
    try:
        for _ in range(times):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writers.append(writer)
            writer.write(wrong)
            if wrong == LINE[:15]:
                writer.write_eof()
            elif wrong and wrong != LINE:
                await asyncio.wait_for(reader.read(), 5)  # the answer, or the end
        with pytest.raises(Inconclusive) as waited:
            await wait_for_station(csms, 0.5)
        return csms.refusals(), str(waited.value), csms
    finally:
        csms.stop()
        for writer in writers:
            writer.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", WRONG)
async def test_it_is_named(kind):
    wrong, words = WRONG[kind]
    seen, waited, csms = await told(wrong)
    assert words in seen
    assert "is it pointed at this address" not in waited
    assert not any(attempt.accepted for attempt in csms.handshakes)


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["keep-alive", "lf", "nothing"])
async def test_it_is_counted(kind):
    seen, _, _ = await told(WRONG[kind][0], times=3)
    assert seen.endswith("(3 times)")
    assert WRONG[kind][1] in seen


SECRET = b"Basic Q1MwMDE6c2VjcmV0"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"Authorization " + SECRET, "invalid HTTP header line: Authorization: 'GET /ocpp/CS001 HTTP/1.1'"),
        (b"Authorization: " + SECRET + b"\x01", "invalid HTTP header value: 'GET /ocpp/CS001 HTTP/1.1'"),
        (b"Host: x\rAuthorization: " + SECRET, "invalid HTTP header value: 'GET /ocpp/CS001 HTTP/1.1'"),
    ],
)
async def test_it_is_named_without_what_is_secret(header, words):
    """A header may be what is wrong, and credentials may be its value."""
    seen, waited, _ = await told(LINE + header + b"\r\n\r\n")
    assert words in seen
    assert "Q1Mw" not in seen + waited


@pytest.mark.asyncio
async def test_a_request_of_one_line_has_no_credentials():
    """Where its lines end with CR alone the credentials stand in the first one."""
    request = LINE + b"Authorization: " + SECRET + b"\r\n\r\n"
    seen, _, _ = await told(request.replace(b"\r\n", b"\r") + b"\n")
    assert "GET /ocpp/CS001" in seen
    assert "Q1Mw" not in seen


@pytest.mark.asyncio
async def test_what_comes_after_it_is_not_kept():
    """A connection that brought no handshake is told of once, however much more comes before it ends."""
    kept, told_of = [], []
    listener = await listen(
        "127.0.0.1",
        0,
        tls=None,
        accept=lambda *_: Accept(),
        record_for=lambda _: lambda direction, kind, data: kept.append((kind, data)),
        on_no_handshake=lambda found, _: told_of.append(found.why),
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(b"SSH-2.0-x\r\n")
    await asyncio.wait_for(reader.read(), 5)
    (endpoint,) = listener.endpoints
    for _ in range(3):
        writer.write(b"x" * 1000)
        await writer.drain()
    writer.close()
    await asyncio.wait_for(endpoint.closed, 5)
    listener.close()
    assert [data for kind, data in kept if kind == "bytes-bad"] == [b"SSH-2.0-x\r\n"]
    assert told_of == ["what came is no HTTP request: 'SSH-2.0-x'"]


@pytest.mark.asyncio
async def test_nobody_came():
    csms = bench()
    await csms.listen("127.0.0.1", 0)
    with pytest.raises(Inconclusive, match="nothing tried to connect: is it pointed at this address"):
        await wait_for_station(csms, 0.1)
    csms.stop()


@pytest.mark.asyncio
async def test_a_station_without_subprotocol_breaks_a_rule_once():
    """OCPP-J 3.1.2 is a MUST: it must not end in cases that could not judge and nothing else."""
    csms = bench()
    port = await csms.listen("127.0.0.1", 0)
    request = LINE + UPGRADE + VERSION + b"Host: 127.0.0.1\r\n" + KEY + b"\r\n"
    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        await asyncio.wait_for(reader.read(), 5)
        writer.close()
    csms.stop()
    found = Findings("1.6", "station")
    for finding in csms.end():
        found.add(CaseResult("TC_1", "t", "1.6", 0, "station", "s"), finding)
    broken = [rule for rule in found.results() if rule.findings]
    assert [(rule.id, rule.verdict, len(rule.findings)) for rule in broken] == [("RULE_HANDSHAKE", Verdict.FAIL, 1)]
    assert "no subprotocol" in csms.refusals()


@pytest.mark.asyncio
async def test_the_doctor_names_it(tmp_path, capsys):
    """Whoever never gets to a handshake is told so before a run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    file = tmp_path / "sut.toml"
    file.write_text(
        f"""[sut]
role = "station"
ocpp = ["1.6"]
[connection]
listen = "ws://127.0.0.1:{port}/ocpp"
[values]
long_timeout = 1
""",
        encoding="utf-8",
    )

    def knock():
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port), 5) as station:
                    station.sendall(WRONG["keep-alive"][0])
                    return station.recv(1000)
            except ConnectionRefusedError:
                continue

    station = asyncio.to_thread(knock)
    options = argparse.Namespace(sut=file, ocpp=None, security_profile=None, wait=None)
    code, _ = await asyncio.gather(asyncio.to_thread(doctor, options), station)
    assert code == 1
    assert "invalid Connection header: keep-alive" in capsys.readouterr().out
