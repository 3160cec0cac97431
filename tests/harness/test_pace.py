"""A CSMS that does not keep up with so many cases at once: fewer run, and what failed by it is tried again alone."""

import asyncio
import contextlib
import sys
from pathlib import Path

import pytest
from ocpp_proof.net.outcome import ConnectionRefused
from ocpp_proof.run.flights import Flights
from ocpp_proof.run.pace import Pace
from ocpp_proof.run.slots import Slots
from ocpp_reports.case_files import read_wire

sys.path.insert(0, str(Path(__file__).parent))
from external_csms import run, started

SLOW = """
    import asyncio, sys

    handle, one_at_a_time = Station.handle, asyncio.Lock()

    async def slow(station, action, request):
        async with one_at_a_time:
            await asyncio.sleep(0.06)
        return await handle(station, action, request)

    async def main(port):
        await listen(port, slow)
        print("listens", flush=True)
        await asyncio.Event().wait()

    asyncio.run(main(int(sys.argv[1])))
"""

CASES = """
    import pytest
    from ocpp_proof import case

    @pytest.mark.parametrize("number", range(30))
    @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="waits for answers")
    async def test_answers(station, sut, number):
        await station.connect(requirement="known station")
        for _ in range(3):
            await station.call("BootNotification", requirement="survival", **station.nameplate.boot("2.0.1"))
"""


@pytest.fixture
def slow_csms(tmp_path, unused_tcp_port):
    """One that handles one message at a time: with thirty stations an answer takes 1.8 s."""
    with started(tmp_path, SLOW, unused_tcp_port):
        yield unused_tcp_port


NARROW = """
    import asyncio, sys

    MOST = 12

    async def main(port):
        csms, there = await listen(), set()

        async def pump(reader, writer):
            while data := await reader.read(65536):
                writer.write(data)
            writer.close()

        async def relay(reader, writer):
            if len(there) >= MOST:
                writer.close()
                return
            there.add(writer)
            upstream = await asyncio.open_connection("127.0.0.1", csms_port)
            try:
                await asyncio.gather(pump(reader, upstream[1]), pump(upstream[0], writer))
            except OSError:
                upstream[1].close()
            finally:
                there.discard(writer)

        csms_port = int(csms.url.split(":")[2].split("/")[0])
        async with await asyncio.start_server(relay, "127.0.0.1", port):
            print("listens", flush=True)
            await asyncio.Event().wait()

    asyncio.run(main(int(sys.argv[1])))
"""


@pytest.fixture
def narrow_csms(tmp_path, unused_tcp_port):
    """One behind a proxy that hangs up on whoever comes as the thirteenth."""
    with started(tmp_path, NARROW, unused_tcp_port):
        yield unused_tcp_port


def test_fewer_cases_run_at_once_and_what_failed_is_tried_again_alone(tmp_path, slow_csms):
    done, data, folder = run(tmp_path, slow_csms, CASES)
    assert [case["verdict"] for case in data["cases"]] == ["pass"] * 30, done.stdout
    told = [problem for problem in data["problems"] if "does not keep up with 30 cases at once" in problem]
    assert told, data["problems"]
    assert "an answer took " in told[0]
    assert "from now on 15" in told[0]
    assert told[0] in " ".join(done.stdout.split())
    again = [path for path in folder.glob("cases/*") if "did not keep up" in "".join(read_wire(path))]
    assert again


def test_with_as_many_as_it_bears_nothing_is_lowered(tmp_path, slow_csms):
    done, data, _ = run(tmp_path, slow_csms, CASES, "parallel = 2")
    assert done.returncode == 0, done.stdout
    assert data["problems"] == []


# --- what counts


class Watched:
    def __init__(self, count=8):
        self.flights, self.slots, self.said = Flights(), Slots(count), []
        self.flights.heard = 1.0
        self.there = True
        self.pace = Pace(self.flights, self.slots, message=10, is_there=self.is_there, say=self.said.append)

    async def is_there(self):
        return self.there


async def looked():
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_three_cases_that_are_served_slowly_and_only_those_that_run():
    watched = Watched()
    with (
        watched.flights.flight("A", alone=False) as a,
        watched.flights.flight("B", alone=False) as b,
        watched.flights.flight("C", alone=False) as c,
    ):
        for _ in range(5):
            watched.flights.on_answered(a, 6.0)
        watched.flights.on_answered(b, 4.0)
        watched.pace.refused(b, ConnectionRefused("no", phase="handshake", status=404))
        watched.pace.refused(b, ConnectionRefused("later", phase="handshake", status=503))
        assert watched.slots.count == 8
        late = ConnectionRefused("no answer within 10 s", phase="handshake")
        late.timed_out = True
        watched.there = False
        watched.pace.refused(c, late)
        await looked()
        assert watched.slots.count == 8  # it is not slow, but gone
        watched.there = True
        for flight in (a, b, c):
            watched.flights.on_answered(flight, 6.0)
        await looked()
        assert watched.slots.count == 1
        assert [flight.pressed for flight in (a, b, c)] == [True] * 3
        for flight in (a, b, c):
            watched.flights.on_answered(flight, 9.0)  # they began when more ran
        await looked()
    assert len(watched.said) == 1


class Looking(Watched):
    """It is being found out whether the CSMS is there, until `answer` is set: a value, or an error."""

    def __init__(self):
        super().__init__()
        self.answer = asyncio.get_running_loop().create_future()

    async def is_there(self):
        return await self.answer

    def slow(self, *flights):
        for flight in flights:
            self.flights.on_answered(flight, 6.0)


@pytest.mark.asyncio
@pytest.mark.parametrize("there", [True, False])
async def test_a_case_that_ends_while_it_is_being_found_out_waits_for_that(there):
    watched = Looking()
    with watched.flights.flight("A", alone=False) as a, watched.flights.flight("B", alone=False) as b:
        with watched.flights.flight("C", alone=False) as c:
            watched.slow(a, b, c)
        ended = asyncio.create_task(watched.pace.settled(c))
        await looked()
        assert not ended.done()
        watched.answer.set_result(there)
        await ended
        assert c.pressed is there
    await watched.pace.settled(a)  # nothing is being found out


@pytest.mark.asyncio
async def test_so_does_a_case_that_began_while_it_was_being_found_out():
    watched = Looking()
    with contextlib.ExitStack() as running:
        watched.slow(*[running.enter_context(watched.flights.flight(name, alone=False)) for name in "ABC"])
        await looked()
        with watched.flights.flight("D", alone=False) as later:
            pass
        ended = asyncio.create_task(watched.pace.settled(later))
        await looked()
        watched.answer.set_result(True)
        await ended
        assert later.pressed
    assert watched.slots.count == 1  # a half of those that ran when it was too much


@pytest.mark.asyncio
async def test_nobody_waits_for_a_look_that_failed():
    watched = Looking()
    with contextlib.ExitStack() as running:
        flights = [running.enter_context(watched.flights.flight(name, alone=False)) for name in "ABC"]
        watched.slow(*flights)
        ended = asyncio.create_task(watched.pace.settled(flights[0]))
        await looked()
        lowering = watched.pace._lowering
        watched.answer.set_exception(OSError("no socket is left"))
        await ended
        assert not flights[0].pressed
        assert isinstance(lowering.exception(), OSError)
        watched.answer = asyncio.get_running_loop().create_future()
        watched.answer.set_result(True)
        watched.slow(*flights)  # it is looked at anew
        await looked()
        assert flights[0].pressed


def test_one_case_alone_is_about_something_that_takes_its_time():
    watched = Watched()
    for name in "ABCD":
        with watched.flights.flight(name, alone=True) as flight:
            watched.flights.on_answered(flight, 9.0)
    assert watched.said == []
    assert watched.slots.count == 8


@pytest.mark.asyncio
@pytest.mark.parametrize(("unprovoked", "alert", "count"), [(True, None, 1), (False, None, 8), (True, "bad_cert", 8)])
async def test_one_that_has_no_room_hangs_up(unprovoked, alert, count):
    watched = Watched()
    with contextlib.ExitStack() as running:
        for flight in [running.enter_context(watched.flights.flight(name, alone=False)) for name in "ABC"]:
            refusal = ConnectionRefused("connection lost", phase="handshake", tls_alert=alert)
            refusal.unprovoked = unprovoked
            watched.pace.refused(flight, refusal)
        await looked()
    assert watched.slots.count == count


def test_who_is_hung_up_on_for_want_of_room_comes_again(tmp_path, narrow_csms):
    done, data, _ = run(tmp_path, narrow_csms, CASES)
    assert [case["verdict"] for case in data["cases"]] == ["pass"] * 30, done.stdout
