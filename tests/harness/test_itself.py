"""The harness against itself: its station against its CSMS, every version, every security profile, every action."""

import asyncio
from contextlib import nullcontext

import pytest
from ocpp_certs import Pki
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.cases.timing import Timing
from ocpp_proof.net import tls
from ocpp_proof.net.endpoint import ConnectionRefused
from ocpp_proof.net.raw_frames import CONTINUATION, TEXT
from ocpp_proof.ocppj.actions import actions
from ocpp_proof.ocppj.frames import Call, encode
from ocpp_proof.ocppj.samples import build
from ocpp_proof.roles.csms import Csms, HandshakePolicy
from ocpp_proof.roles.station import Credentials, Station
from ocpp_proof.rules.protocol import RULES
from ocpp_reports.model import CaseResult, Verdict

TIMING = Timing(message=5, event=5, long=5, quiet=0.05, transaction=0.05)
PASSWORD = "a-password-of-the-bench"


@pytest.fixture(scope="module")
def pki():
    return Pki.create()


def case(role):
    return CaseRun(CaseResult("SELF", "the harness against itself", "", 0, role, "harness"))


async def pair(ocpp, profile, pki, *, credentials=None):
    """A connected CSMS and station, each in a case of its own."""
    server = tls.server_context(pki.csms, client_trust=pki.root_pem if profile == 3 else None) if profile >= 2 else None
    csms = Csms(ocpp=ocpp, timing=TIMING, policy=HandshakePolicy("CS1", profile, PASSWORD, server))
    port = await csms.listen("127.0.0.1", 0)
    identity = pki.station("CS1") if profile == 3 else None
    client = tls.client_context(trust=pki.root_pem, identity=identity) if profile >= 2 else None
    basic = ("CS1", PASSWORD) if profile in (1, 2) else (None, None)
    station = Station(
        ocpp=ocpp,
        timing=TIMING,
        url=f"{'wss' if profile >= 2 else 'ws'}://localhost:{port}/ocpp",
        credentials=credentials or Credentials("CS1", *basic, tls=client),
    )
    return csms, station


@pytest.mark.asyncio
@pytest.mark.parametrize("profile", [0, 1, 2, 3])
@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
async def test_every_call_of_both_roles(ocpp, profile, pki):
    csms, station = await pair(ocpp, profile, pki)
    of_csms, of_station = case("station"), case("csms")
    csms.begin(of_csms)
    station.begin(of_station)
    try:
        with running(of_station):
            await station.connect()
            await csms.wait_until(lambda: csms.connected, 5, "the station")
            for full in (False, True):
                for action in actions(ocpp):
                    if action.kind != "call":
                        continue
                    payload = build(ocpp, action.name, "request", full=full)
                    if action.sender in ("station", "both"):
                        await station.call(action.name, **payload)
                    if action.sender in ("csms", "both"):
                        with running(of_csms):
                            await csms.call(action.name, **payload)
        assert len(csms.inbox) + len(station.inbox) >= 2 * {"1.6": 39, "2.0.1": 64, "2.1": 90}[ocpp]
        for peer, run in ((csms, of_csms), (station, of_station)):
            assert not [c for c in run.result.checks() if c.verdict is Verdict.FAIL]
            # what is made from the schemas alone means nothing
            assert not [finding for finding in peer.end() if finding.rule in RULES]
            peer.begin(run)
    finally:
        await station.close()
        csms.stop()


@pytest.mark.asyncio
@pytest.mark.parametrize("profile", [1, 2, 3])
async def test_wrong_credentials_are_refused(profile, pki):
    other = pki.station("CS2")
    trust = {"trust": pki.root_pem}
    wrong = {
        1: Credentials("CS1", "CS1", "wrong-password-16"),
        2: Credentials("CS1", "CS1", "wrong-password-16", tls.client_context(**trust)),
        3: Credentials("CS1", tls=tls.client_context(**trust, identity=other)),
    }[profile]
    csms, station = await pair("2.0.1", profile, pki, credentials=wrong)
    try:
        with pytest.raises(ConnectionRefused, match="401"):
            await station.dial()
        assert csms.handshakes[-1].why
    finally:
        csms.stop()


@pytest.mark.asyncio
async def test_pipelined_calls_are_seen(pki):
    csms, station = await pair("2.0.1", 0, pki)
    run = case("station")
    csms.begin(run)
    station.begin(case("csms"))
    try:
        await station.connect()
        for _ in range(3):
            station.send_unanswered("Heartbeat", {})
        await csms.wait_until(lambda: len(csms.inbox) == 3, 5, "three heartbeats")
        rules = [f.rule for m in csms.inbox for f in m.findings]
        assert rules == ["ONE_OUTSTANDING", "ONE_OUTSTANDING"]
    finally:
        await station.close()
        csms.stop()


@pytest.mark.asyncio
@pytest.mark.parametrize("on_purpose", [False, True])
async def test_what_a_case_sends_in_frames_is_heard_by_the_rules(pki, on_purpose):
    csms, station = await pair("1.6", 0, pki)
    csms.begin(case("station"))
    station.begin(case("csms"))
    asked = Call("1", "GetConfiguration", {"key": ["HeartbeatInterval"]})
    text = encode(asked).encode()
    other = {"configurationKey": [{"key": "Other", "readonly": True}]}
    try:
        await station.connect()
        await csms.wait_until(lambda: csms.connected, 5, "the station")
        station.answer("GetConfiguration", **other)
        csms.rules.sent(asked, 0.0)
        with csms.on_purpose("a CALL in frames") if on_purpose else nullcontext():
            csms.connection.send_frame(TEXT, text[:5], fin=False)
            csms.connection.send_frame(CONTINUATION, text[5:])
        await csms.wait_until(lambda: csms.strays, 5, "the answer")
        found = [finding.rule for finding in csms.end() if finding.rule == "keys-asked-for"]
        assert found == ([] if on_purpose else ["keys-asked-for"])
    finally:
        await station.close()
        csms.stop()


@pytest.mark.asyncio
async def test_a_flood_of_messages_loses_nothing_and_hangs_nothing(pki):
    csms, station = await pair("2.0.1", 0, pki)
    run = case("station")
    csms.begin(run)
    station.begin(case("csms"))
    try:
        await station.connect()
        for _ in range(1000):
            station.send_unanswered("Heartbeat", {})
        async with asyncio.timeout(20):
            await csms.wait_until(lambda: len(csms.inbox) == 1000, 20, "a thousand heartbeats")
        with running(run):
            await csms.call("GetVariables", **build("2.0.1", "GetVariables", "request", full=False))
    finally:
        await station.close()
        csms.stop()


@pytest.mark.asyncio
async def test_a_frame_of_20_megabytes_closes_that_connection_only(pki):
    csms, station = await pair("2.0.1", 0, pki)
    run = case("station")
    csms.begin(run)
    station.begin(case("csms"))
    try:
        await station.connect()
        station.raw('[2,"1","Heartbeat",{"x":"' + "x" * 20 * 2**20 + '"}]')
        await station.wait_until(lambda: not station.connected, 10, "the connection to be closed")
        assert station.connections[-1].closed.result().code == 1009
        await station.connect()
        with running(run):
            await csms.wait_until(lambda: csms.connected, 5, "the station")
        assert any(w.kind == "note" and "cannot be taken" in w.data for w in run.result.wire)
    finally:
        await station.close()
        csms.stop()


@pytest.mark.asyncio
async def test_a_text_that_a_case_writes_itself_is_heard_by_the_rules(pki):
    """A boot that was accepted ends what was said of a station before, however its text was sent."""
    csms, station = await pair("2.0.1", 0, pki)
    csms.begin(case("station"))
    run = case("csms")
    station.begin(run)
    seen = []

    def said(sender, frame, now, *, connection=0, deviating=False, broken=False):
        seen.append((sender, frame, deviating))

    station.judge.said = said
    try:
        await station.connect()
        boot = build("2.0.1", "BootNotification", "request", full=False)
        with running(run):
            await station.raw_call(encode(Call("1", "BootNotification", boot)), "1", "BootNotification")
        station.raw("no frame at all")
    finally:
        await station.close()
        csms.stop()
    assert ("station", Call("1", "BootNotification", boot), True) in seen
    assert ("station", None, True) in seen
