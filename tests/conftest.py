"""The order of the project's own tests: each xdist worker begins with its share of those that mostly wait.

`make test` plays a hundred stations at once where `make matrix` plays a thousand (X_SIM_08_CSMS).
"""

import gc
import os
from pathlib import Path

HERE = Path(__file__).parent
gc.disable()  # until what is collected is there: it stays
if not os.environ.get("OCPP_PROOF_WHOLE_MATRIX"):
    os.environ.setdefault("OCPP_PROOF_MOST_STATIONS", "100")
LONG = (
    "interop/",
    "edge/",
    "harness/test_plugin.py",
    "harness/test_init_runs.py",
    *(f"matrix/test_{n}.py" for n in ("freedoms", "healthy", "matrix", "null")),
)


def pytest_collection_modifyitems(items):
    """Put a share of the long tests at the head of each worker's part, as `--dist worksteal` makes the parts."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.path.relative_to(HERE).as_posix().startswith(LONG)]
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
