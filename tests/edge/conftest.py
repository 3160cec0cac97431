"""The runner of tests/matrix, and the tables beside the tests, are importable by their names.

`make test` takes each third row of the freedoms, at one version; `make matrix` all of them, at every version that they
have (OCPP_PROOF_WHOLE_MATRIX).
"""

import os
import sys
import zlib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "matrix")]
pytest.register_assert_rewrite("freedoms")  # its failed assertions say what came

WHOLE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))


def pytest_collection_modifyitems(config, items):
    """In the files of freedoms keep a third of the rows, and each at one version; of the harm of 2.1 the tables."""
    if WHOLE:
        return
    groups = {}
    for item in items:
        callspec = getattr(item, "callspec", None)
        if (
            item.path.parent == HERE
            and item.path.name.startswith("test_freedoms")
            and callspec is not None
            and "ocpp" in callspec.params
        ):
            rest = item.name.replace(str(callspec.params["ocpp"]), "")
            groups.setdefault((item.path.name, rest), []).append(item)
    # 2.1 has most messages, and takes minutes: the table of reasons and what a station is told are looked at always
    always = ("test_every_action_that_is_sent_has_its_reason", "test_a_station_is_told_of_nothing_that_exists")
    left_out = {
        item
        for item in items
        if item.path.name == "test_harm_schema.py" and "2.1" in item.name and item.originalname not in always
    }
    for key, group in groups.items():
        number = zlib.crc32(repr(key).encode())
        kept = group[number // 3 % len(group)] if number % 3 == 0 else None
        left_out.update(item for item in group if item is not kept)
    items[:] = [item for item in items if item not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
