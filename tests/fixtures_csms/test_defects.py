"""The table of defects and the code agree."""

from __future__ import annotations

import re
from pathlib import Path

import ocpp_fixtures
import pytest
from ocpp_fixtures.csms import DEFECTS, ReferenceCsms


def test_every_defect_is_in_the_code_and_in_the_table():
    folder = Path(ocpp_fixtures.__file__).parent
    files = [path for path in folder.rglob("*.py") if path.relative_to(folder).parts[0] != "station"]
    text = "".join(path.read_text() for path in files)
    asked_for = {name for name in DEFECTS if text.count(f'"{name}"') > len(re.findall(rf'\(\s*"{name}",\s*"', text))}
    assert asked_for | {name for name, defect in DEFECTS.items() if defect.behaviours} == DEFECTS.keys()


@pytest.mark.parametrize("name", ["no-such-bug", "configuration-keys-dropped"])
def test_wrong_defects_are_named(name):
    with pytest.raises(ValueError, match=name):
        ReferenceCsms(ocpp="2.0.1", defects=[name])
