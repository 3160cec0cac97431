"""The figures that matter, as ratios within one run: printed, never asserted.

The official lists (CSMS cases run ahead, and one after another); a call through the harness against the same exchange
on bare websockets; a long recording held against the rules; listing and collecting; peak memory of a run; how soon an
interrupted run ends.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "matrix"))

import runner
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.cases.timing import Timing
from ocpp_proof.roles.station import Credentials, Station
from ocpp_proof.rules.recording import judge_recording
from ocpp_reports.model import CaseResult
from recorder import recording
from websockets.asyncio.client import connect

CALLS, MESSAGES = 2000, 100_000


def all_cases() -> None:
    """All official CSMS cases, run ahead and one after another."""
    for ocpp in ("1.6", "2.0.1", "2.1"):
        times = {}
        count = 0
        for parallel in (64, 1):
            config = runner.config("csms")
            config = dataclasses.replace(config, values={**config.values, "parallel": parallel})
            started = time.perf_counter()
            results, _, _ = runner.run(config, ocpp, 0, select="official")
            times[parallel], count = time.perf_counter() - started, len(results)
        print(
            f"official CSMS cases, OCPP {ocpp}: {count} in {times[64]:.2f} s = {times[64] / count:.3f} s a case, "
            f"run ahead; one after another takes {times[1] / times[64]:.1f} times as long"
        )


def station_cases() -> None:
    """The official charge point and station lists: one lane, so the time of each is the time of the whole."""
    for name, ocpp in (("station", "1.6"), ("plain", "1.6"), ("station", "2.0.1"), ("station", "2.1")):
        started = time.perf_counter()
        results, _, _ = runner.run(runner.config(name), ocpp, 0, select="official")
        took = time.perf_counter() - started
        slowest = sorted(results, key=lambda r: r.duration, reverse=True)[:3]
        shown = ", ".join(f"{r.id} {r.duration:.1f} s" for r in slowest)
        print(
            f"official station cases, OCPP {ocpp} ({name}): {len(results)} in {took:.1f} s = "
            f"{took / len(results):.2f} s a case; slowest {shown}"
        )


def edge_cases() -> None:
    """Our own cases, with the families that take most of the time; a CSMS gets up to 1,000 stations at once."""
    for name in ("csms", "station"):
        for ocpp, security_profile in (("1.6", 0), ("2.0.1", 2), ("2.1", 3)):
            started = time.perf_counter()
            results, _, _ = runner.run(runner.config(name), ocpp, security_profile, select="edge")
            took = time.perf_counter() - started
            slowest = sorted(results, key=lambda r: r.duration, reverse=True)[:3]
            shown = ", ".join(f"{r.id} {r.duration:.1f} s" for r in slowest)
            print(
                f"edge cases of a {name}, OCPP {ocpp}, security profile {security_profile}: {len(results)} in "
                f"{took:.1f} s; slowest {shown}"
            )


async def echo_server() -> tuple[asyncio.Server, int]:
    """Answers every CALL with a Heartbeat's answer; the same peer for both sides of the comparison."""
    from websockets.asyncio.server import serve

    async def handle(websocket: object) -> None:
        async for text in websocket:  # type: ignore[attr-defined]
            id = json.loads(text)[1]
            await websocket.send(json.dumps([3, id, {"currentTime": "2026-01-01T00:00:00Z"}]))  # type: ignore[attr-defined]

    server = await serve(handle, "127.0.0.1", 0, subprotocols=["ocpp2.0.1"], compression=None)
    return server, server.sockets[0].getsockname()[1]  # type: ignore[return-value]


async def one_call() -> None:
    """A call with schema checks, rules and recording, against the same exchange on bare websockets."""
    server, port = await echo_server()
    url = f"ws://127.0.0.1:{port}/ocpp"
    async with connect(f"{url}/CS1", subprotocols=["ocpp2.0.1"], compression=None) as websocket:
        started = time.perf_counter()
        for number in range(CALLS):
            await websocket.send(json.dumps([2, str(number), "Heartbeat", {}]))
            json.loads(await websocket.recv())
        bare = time.perf_counter() - started
    station = Station(ocpp="2.0.1", timing=Timing(), url=url, credentials=Credentials("CS1"))
    run = CaseRun(CaseResult("bench", "bench", "2.0.1", 0, "csms", "bench"))
    with running(run):
        station.begin(run)
        await station.connect()
        started = time.perf_counter()
        for _ in range(CALLS):
            await station.call("Heartbeat")
        ours = time.perf_counter() - started
        await station.close()
    server.close()
    print(
        f"a call: {ours / CALLS * 1e6:.0f} us through the harness, {bare / CALLS * 1e6:.0f} us on bare websockets: "
        f"{ours / bare:.2f} times"
    )


def long_wire() -> None:
    """A recording of many messages held against all rules: two cases of a station, said again and again."""
    with recording() as found:
        runner.run(runner.config("station"), "2.0.1", 0, select="TC_E_03_CS or TC_J_07_CS")
    [lines] = found.values()
    texts = sum('"kind": "text"' in line for line in lines)
    times = MESSAGES // texts + 1
    started = time.perf_counter()
    judge_recording(lines * times, "2.0.1", recorded_by="csms", of={"station"})
    took = time.perf_counter() - started
    print(
        f"rules on a recording of {texts * times} messages: {took:.1f} s, {took / texts / times * 1e6:.0f} us a message"
    )


def commands() -> None:
    """Listing the catalog, collecting everything, and the memory of a whole run."""
    program = str(Path(sys.executable).parent / "ocpp-proof")
    started = time.perf_counter()
    subprocess.run([program, "list"], check=True, capture_output=True)
    print(f"ocpp-proof list: {time.perf_counter() - started:.2f} s")
    sut = runner.EXAMPLES / "reference-csms.toml"
    collect = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--collect-only",
        "--pyargs",
        "ocpp_testcases",
        f"--ocpp-sut={sut}",
    ]
    started = time.perf_counter()
    subprocess.run([*collect, "-p", "no:asyncio", "--ocpp-version=2.0.1"], check=True, capture_output=True, cwd="/tmp")
    print(f"collecting everything: {time.perf_counter() - started:.2f} s")
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    report = Path(os.environ.get("TMPDIR", "/tmp")) / "ocpp-proof-bench"
    command = [program, "run", f"--sut={sut}", "--ocpp=2.1", "--security-profile=3", f"--report={report}"]
    done = subprocess.run([sys.executable, "-c", script, *command], check=True, capture_output=True, text=True)
    print(f"peak memory of a run (harness and embedded SUT): {int(done.stdout) / 1024:.0f} MB")


def interruption() -> None:
    """From Ctrl-C, with cases that run, to the end of the process: less than two seconds is what a user is promised."""
    program = str(Path(sys.executable).parent / "ocpp-proof")
    report = Path(os.environ.get("TMPDIR", "/tmp")) / "ocpp-proof-bench"
    for name in ("station", "csms"):
        took = []
        for number in (signal.SIGINT, signal.SIGTERM):
            sut = runner.EXAMPLES / f"reference-{name}.toml"
            command = [program, "run", f"--sut={sut}", "--ocpp=1.6", f"--report={report}"]
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )
            assert process.stdout is not None
            next(line for line in process.stdout if line.lstrip().startswith("8/"))
            started = time.perf_counter()
            os.killpg(process.pid, number)
            process.communicate()
            took.append(f"{number.name} {time.perf_counter() - started:.2f} s")
        print(f"an interrupted run of the {name} ends after {', '.join(took)}")


if __name__ == "__main__":
    # first: what the long runs leave to the garbage collector is no part of a call
    asyncio.run(one_call())
    all_cases()
    station_cases()
    edge_cases()
    long_wire()
    commands()
    interruption()
