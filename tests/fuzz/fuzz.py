"""A million generated frames against the harness's own two roles: `make fuzz` (FRAMES=n SEED=n MINUTES=n change it).

Ends with 1 when anything crashed, hung for a second or made the memory grow, and says the seed and the frame.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from fuzz_rig import Rig
from ocpp_proof.ocppj.frames import VERSIONS

ROLES = ("csms", "station")
HANG = 1.0
"""Seconds for one frame that count as a hang."""
GROWTH = 1.5
"""How many times the memory after the first fifth the process may have at the end."""


def memory() -> float:
    """The memory of this process at this moment, in MB."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def fire(job: tuple[str, str, int, int, float]) -> tuple[str, int, int, float, float, float, list[str]]:
    """One role of one version: name, frames, connections, seconds, growth of memory, slowest frame, what went wrong."""
    role, ocpp, frames, seed, minutes = job

    async def main() -> Rig:
        rig = Rig(role, ocpp, seed)
        until = time.monotonic() + 60 * minutes
        await rig.run(frames // 5, until)
        rig.after_fifth = memory()
        await rig.run(frames - rig.count, until)
        return rig

    started = time.monotonic()
    rig = asyncio.run(main())
    wrong = [f"frame {number} {frame[:200]!r}: {error}" for number, frame, error in rig.crashes[:5]]
    if rig.slowest[0] > HANG:
        wrong.append(f"a frame took {rig.slowest[0]:.2f} s: {rig.slowest[1][:200]!r}")
    growth = memory() / rig.after_fifth
    if growth > GROWTH:
        wrong.append(f"the memory grew {growth:.2f} times")
    name = f"{role} {ocpp}"
    return name, rig.count, rig.connections, time.monotonic() - started, growth, rig.slowest[0], wrong


def main() -> int:
    """Fire at every role of every version."""
    options = argparse.ArgumentParser()
    options.add_argument("--frames", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--minutes", type=float, default=15, help="the most that each of the six may take")
    given = options.parse_args()
    jobs = [(r, v, given.frames // 6 + 1, given.seed, given.minutes) for r in ROLES for v in VERSIONS]
    print(f"seed {given.seed}; about {given.frames:,} frames", flush=True)
    failed, total = False, 0
    with ProcessPoolExecutor(2) as pool:
        for name, frames, connections, seconds, growth, slowest, wrong in pool.map(fire, jobs):
            total += frames
            print(
                f"{name:<14} {frames:>9,} frames on {connections:,} connections in {seconds:.0f} s, "
                f"memory x{growth:.2f}, slowest frame {1000 * slowest:.0f} ms",
                flush=True,
            )
            for line in wrong:
                failed = True
                print(f"  WRONG: {line}", flush=True)
    print(f"{total:,} frames, {'something went wrong' if failed else 'no crash, no hang, no growth'}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
