"""The order of the project's own tests: each xdist worker begins with its share of those that mostly wait.

`make test` plays a hundred stations at once where `make matrix` plays a thousand (X_SIM_08_CSMS).
"""

import gc
import os
import socket
from contextlib import suppress
from itertools import cycle
from pathlib import Path

import pytest

HERE = Path(__file__).parent
gc.disable()  # until what is collected is there: it stays
if not os.environ.get("OCPP_PROOF_WHOLE_MATRIX"):
    os.environ.setdefault("OCPP_PROOF_MOST_STATIONS", "100")
PORTS_OF_A_WORKER = 500
LONG = (
    "interop/",
    "edge/",
    "harness/test_plugin.py",
    *(f"harness/test_{n}.py" for n in ("init_runs", "scenario", "citations", "ci_files")),
    *(f"matrix/test_{n}.py" for n in ("freedoms", "healthy", "matrix", "null", "recordings", "rules")),
)
LONGEST = ("test_init_runs.py::test_a_station", "case_passes[station-2", "case_passes[plain-2")
"""All official cases of a station: two minutes each."""


def pytest_collection_modifyitems(items):
    """Put a share of the long tests at the head of each worker's part, as `--dist worksteal` makes the parts."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.path.relative_to(HERE).as_posix().startswith(LONG)]
    long.sort(key=lambda item: not any(part in item.nodeid for part in LONGEST))
    waits = set(map(id, long))
    rest = [item for item in items if id(item) not in waits]
    size, begin, ordered = -(-len(items) // workers), 0, []
    for worker in range(workers):
        head = long[worker::workers]
        end = begin + max(0, size - len(head))
        ordered += head + rest[begin:end]
        begin = end
    items[:] = ordered + rest[begin:]


def pytest_collection_finish():
    """What was collected stays to the end: the garbage collection of each test need not look through it."""
    gc.collect()
    gc.freeze()
    gc.enable()
    if not os.environ.get("OCPP_PROOF_WHOLE_MATRIX"):  # there whole runs wait for it, gigabytes in hours
        gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def unused_tcp_port_factory():
    """Ports that a test may let go and have somebody open later (pytest-asyncio's own are in the kernel's range).

    They lie below that range (32768), so no other connection is given one in between; each worker has its own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 15_000 + PORTS_OF_A_WORKER * worker
    ports = cycle(range(first, first + PORTS_OF_A_WORKER))

    def unused_port():
        for _ in range(PORTS_OF_A_WORKER):
            port = next(ports)
            with socket.socket() as probe, suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
        raise OSError(f"no port of {first}-{first + PORTS_OF_A_WORKER - 1} is free on loopback")

    return unused_port


@pytest.fixture
def unused_tcp_port(unused_tcp_port_factory):
    return unused_tcp_port_factory()
