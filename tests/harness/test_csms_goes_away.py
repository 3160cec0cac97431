"""A CSMS that dies or falls silent: named with the case and the frame, waited for, and what ran is tried again once."""

import asyncio
import contextlib
import json
import sys
import time
from pathlib import Path

import pytest
from ocpp_proof.run import csms_watch
from ocpp_proof.run.csms_watch import CsmsWatch, WentAway
from ocpp_proof.run.flights import Flights
from ocpp_proof.run.slots import Slots
from ocpp_reports.case_files import read_wire

sys.path.insert(0, str(Path(__file__).parent))
from external_csms import run, started

MORTAL = """
    import asyncio, os, subprocess, sys, time

    handle = Station.handle

    async def dying(station, action, request):
        match request.get("vendorId"):
            case "dies": os._exit(1)
            case "falls silent": time.sleep(1000)
        return await handle(station, action, request)

    async def main(port):
        await listen(port, dying)
        print("listens", flush=True)
        await asyncio.Event().wait()

    port, lives = int(sys.argv[1]), int(sys.argv[2])
    if lives == 0:
        asyncio.run(main(port))
    for _ in range(lives):
        subprocess.run([sys.executable, __file__, str(port), "0"])
"""

CASES = """
    import asyncio, pytest
    from ocpp_proof import case, check, given
    from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

    THERE, ALL = set(), asyncio.Event()

    async def everybody(name):
        THERE.add(name)
        if len(THERE) == {together}:
            ALL.set()
        await ALL.wait()

    @pytest.mark.parametrize("number", range(5))
    @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="does no harm")
    async def test_harmless(station, sut, number):
        await given(booted, station, sut)
        await everybody(number)
        for _ in range(20):
            await station.call("Heartbeat", requirement="survival")

    @case("X_TEST_02", ocpp=("2.0.1",), sut="csms", title="does harm")
    async def test_harmful(station, sut):
        await given(booted, station, sut)
        await everybody("harm")
        await station.call("DataTransfer", vendorId="{how}", requirement="survival")

    @pytest.mark.parametrize("number", range(20))
    @case("X_TEST_03", ocpp=("2.0.1",), sut="csms", title="comes later")
    async def test_later(station, sut, number):
        await given(booted, station, sut)
        await station.call("Heartbeat", requirement="survival")
"""


@pytest.fixture
def csms(tmp_path, unused_tcp_port):
    """Starts a CSMS that is started again so many times when it has died."""
    with contextlib.ExitStack() as running:

        def start(*, lives):
            running.enter_context(started(tmp_path, MORTAL, unused_tcp_port, lives))
            return unused_tcp_port

        yield start


PROXY = """
    import asyncio

    async def nobody(reader, writer):
        await reader.readuntil(b"\\r\\n\\r\\n")
        writer.write(b"HTTP/1.1 502 Bad Gateway\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
        writer.close()

    async def main():
        server = await asyncio.start_server(nobody, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())
"""


@pytest.fixture
def proxy(tmp_path):
    """The port of a proxy behind which there is nobody."""
    with started(tmp_path, PROXY) as port:
        yield int(port)


def outcome(tmp_path, port, *, how, together=6, wait=10, **options):
    """How pytest ended, run.json, verdicts and reasons by case, and the wire logs of the run."""
    cases = CASES.replace("{together}", str(together)).replace("{how}", how)
    done, data, folder = run(tmp_path, port, cases, f"parallel = 6\nrestart_wait = {wait}", **options)
    results = {}
    for case in data["cases"]:
        results.setdefault(case["id"], []).append((case["verdict"], case["reason"]))
    wire = {path.name: [json.loads(line) for line in read_wire(path)] for path in folder.glob("cases/*")}
    return done, data, results, wire


def muted(wire, case):
    return [record["data"] for record in wire[case] if record["kind"] == "mute"]


def test_one_that_dies_and_comes_back_costs_no_other_case_anything(tmp_path, csms):
    done, data, results, wire = outcome(tmp_path, csms(lives=3), how="dies")
    assert [verdict for verdict, _ in results["X_TEST_01"]] == ["pass"] * 5, done.stdout
    assert [verdict for verdict, _ in results["X_TEST_03"]] == ["pass"] * 20
    [(verdict, reason)] = results["X_TEST_02"]
    assert verdict == "fail"
    assert reason.startswith("survival (MUST)"), reason
    assert "the CSMS went away in X_TEST_02, after this frame: [2," in reason
    assert "nothing else ran the second time" in reason
    [told] = muted(wire, "X_TEST_02")
    assert told["since"] == "X_TEST_02"
    assert '"vendorId":"dies"' in told["frame"]
    assert not any(muted(wire, name) for name in wire if name != "X_TEST_02")
    assert any("tried again" in str(record["data"]) for record in wire["X_TEST_01[case=0]"])
    [problem] = data["problems"]  # the first time it may have been named after what another lane sent in that moment
    assert problem.startswith("the CSMS went away in X_TEST_02, after this frame: [2,")
    assert '"vendorId":"dies"' in problem
    assert "it was back after" in problem
    assert problem.endswith(" (2 times in all)")
    assert "it is waited for, 10 s at most (values.restart_wait)" in done.stdout


@pytest.mark.parametrize("how", ["dies", "falls silent"])
def test_one_that_does_not_come_back_ends_the_run_with_one_sentence(tmp_path, csms, how):
    done, data, results, wire = outcome(tmp_path, csms(lives=1), how=how, wait=1)
    assert done.returncode == 1
    everything = [result for results_of_one in results.values() for result in results_of_one]
    assert {verdict for verdict, _ in everything} == {"inconclusive"}, done.stdout
    assert len({reason for _, reason in everything}) == 1
    [problem] = data["problems"]
    assert problem.startswith("the CSMS went away in X_TEST_")
    assert "s (values.restart_wait); the rest was not tried" in problem
    assert f'"vendorId":"{how}"' in problem  # after it, or among what others had sent in that moment
    assert all(len(muted(wire, name)) == 1 for name in wire)


def test_one_that_was_never_there_is_said_once(tmp_path, unused_tcp_port):
    done, data, results, _ = outcome(tmp_path, unused_tcp_port, how="dies", wait=60)
    assert {verdict for one in results.values() for verdict, _ in one} == {"inconclusive"}
    [problem] = data["problems"]
    assert problem.startswith("the CSMS cannot be reached: refused in the tcp phase: "), done.stdout
    assert problem.endswith("; is it running, and is connection.url right; the rest was not tried")
    assert "it is waited for" not in done.stdout


@pytest.mark.parametrize("identities", ['"PROOF-{n:03}"', '["PROOF-001", "PROOF-002"]'])
def test_a_proxy_with_nobody_behind_it_is_no_csms(tmp_path, proxy, identities):
    """Where hardly any station is free the port alone is tried, and a proxy's is always open."""
    done, data, results, _ = outcome(tmp_path, proxy, how="dies", together=1, identities=identities)
    assert {verdict for one in results.values() for verdict, _ in one} == {"inconclusive"}
    [problem] = data["problems"]
    assert problem.startswith("the CSMS cannot be reached: refused in the handshake phase: HTTP 502: ")
    assert {reason for one in results.values() for _, reason in one} == {problem}
    assert "it is waited for" not in done.stdout


# --- what counts as a reason, and what not


class Bench:
    """A watch on a CSMS of which the test says whether it is there."""

    def __init__(self, *, there):
        self.there, self.notes, self.broken, self.looks = there, [], [], 0
        self.next = []
        self.flights, self.slots = Flights(), Slots(8)
        self.watch = CsmsWatch(
            self.flights,
            self.slots,
            redact=lambda text: text.replace("secret", "•••"),
            probe=self.probe,
            wait=0.1,
            tell=self.notes.append,
            broken=self.broken.append,
        )

    async def probe(self):
        self.looks += 1
        await asyncio.sleep(0)
        return self.next.pop(0) if self.next else self.there


def upgraded(observer, connection=0):
    observer.wire(connection, "in", "handshake", {"status": 101})


@pytest.mark.asyncio
async def test_connections_of_several_cases_that_end_together_are_a_departure_also_when_it_is_back():
    bench = Bench(there=True)
    with bench.flights.flight("A", alone=False) as a, bench.flights.flight("B", alone=False):
        second = bench.flights.observer()
        upgraded(second)
        second.wire(0, "out", "text", "[2,1]")
        first = bench.flights.observer_of(a)
        upgraded(first)
        first.wire(0, "-", "tcp-lost", "")
        second.wire(0, "-", "tcp-lost", "")
        await bench.watch.looked()
        assert bench.notes == ["the CSMS went away in B, after this frame: [2,1]; it was back at once"]
        assert bench.watch.met_by(a) is not None


@pytest.mark.asyncio
async def test_one_lost_connection_or_one_of_several_is_none():
    bench = Bench(there=True)
    with bench.flights.flight("A", alone=False) as a, bench.flights.flight("B", alone=False) as b:
        lines = [bench.flights.observer_of(who) for who in (a, b, b)]
        for line in lines:
            upgraded(line)
        lines[0].wire(0, "-", "tcp-lost", "")
        lines[1].wire(0, "-", "tcp-lost", "")
        await bench.watch.looked()
        assert bench.looks >= 1
        assert bench.watch.departures == []


@pytest.mark.asyncio
async def test_what_the_harness_ends_or_the_csms_closes_with_a_reason_is_not_looked_into():
    bench = Bench(there=False)
    with bench.flights.flight("A", alone=False) as a:
        for how in (
            ("out", "note", "TCP reset"),
            ("out", "frame", {"opcode": 8, "code": 1000}),
            ("in", "frame", {"opcode": 8, "code": 1002}),
        ):
            line = bench.flights.observer_of(a)
            upgraded(line)
            line.wire(0, *how)
            line.wire(0, "-", "tcp-lost", "")
        await bench.watch.looked()
        assert bench.looks == 0


@pytest.mark.asyncio
async def test_silence_is_looked_into_only_where_nobody_was_heard():
    bench = Bench(there=False)
    with bench.flights.flight("A", alone=False) as a, bench.flights.flight("B", alone=False) as b:
        mute, other = bench.flights.observer_of(a), bench.flights.observer_of(b)
        upgraded(mute)
        sent = time.monotonic()
        mute.wire(0, "out", "text", "[2,1]")
        other.wire(0, "in", "text", "[3,7]")
        mute.unanswered(sent)
        assert bench.looks == 0
        sent = time.monotonic()
        mute.wire(0, "out", "text", "[2,2]")
        other.wire(0, "out", "text", "[2,8]")
        mute.unanswered(sent)

        async def scenario():
            await asyncio.Event().wait()

        with pytest.raises(WentAway, match=r"in A, after this frame: \[2,2\]"):
            await bench.watch.unless_gone(scenario)()
        async with asyncio.timeout(5), bench.slots.one():  # none is given until it is back, or given up
            pass
        assert bench.broken == [bench.notes[-1]]


@pytest.mark.asyncio
async def test_one_that_goes_away_again_and_again_is_not_waited_for_without_end(monkeypatch):
    monkeypatch.setattr(csms_watch, "LOOK", 0.03)
    bench = Bench(there=False)
    for number in range(40):
        with bench.flights.flight(f"X{number}", alone=False):
            line = bench.flights.observer()
            upgraded(line)
            line.wire(0, "out", "text", "[2,secret]")
            line.wire(0, "-", "tcp-lost", "")
            bench.next = [False, False, True]  # back at the second look
            await bench.watch.looked()
            async with bench.slots.one():
                pass
        if bench.broken:
            break
    assert 5 < number < 40
    assert bench.broken[0].startswith(f"the CSMS went away in X{number}, after this frame: [2,•••]; it went away ")
    assert bench.broken[0].endswith("s in all (values.restart_wait); the rest was not tried")
