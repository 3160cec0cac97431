"""The version ranges of pyproject.toml have two ends, both of which are tested."""

import importlib.metadata
import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = [r for extra in PROJECT["optional-dependencies"].values() for r in extra if not r.startswith("ocpp-proof[")]
RANGES = [*PROJECT["dependencies"], *EXTRAS]


def lowest():
    spec = importlib.util.spec_from_file_location("lowest", ROOT / "tests" / "lowest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.lowest


@pytest.mark.parametrize("requirement", RANGES)
def test_a_range_has_two_ends(requirement):
    assert "==" in requirement or (">=" in requirement and ",<" in requirement)


def test_the_constraints_are_the_lower_ends():
    project = {"dependencies": ["a-b>=1.2,<3"], "optional-dependencies": {"dev": ["c==4.5.6"]}}
    assert lowest()(project) == ["a-b==1.2", "c==4.5.6"]
    assert len(lowest()(PROJECT)) == len(RANGES)
    with pytest.raises(ValueError, match="has no lower bound"):
        lowest()({"dependencies": ["a<3"], "optional-dependencies": {}})


def test_no_dependency_of_users_is_under_a_copyleft_licence():
    operator = [re.match(r"[A-Za-z0-9._-]+", r)[0] for r in PROJECT["optional-dependencies"]["operator"]]
    asked, seen, found = ["ocpp-proof", *operator], set(), set()
    while asked:
        name = asked.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            about = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # only for another system or Python
        words = " ".join(
            [*about.get_all("Classifier", []), about.get("License-Expression", ""), about.get("License", "")]
        )
        assert "GPL" not in words, name
        wanted = [r for r in importlib.metadata.requires(name) or [] if "extra ==" not in r]
        asked += [re.match(r"[A-Za-z0-9._-]+", r)[0] for r in wanted]
        found.add(name)
    assert {
        "faker",
        "allure-pytest",
        "allure-python-commons",
        "attrs",
        "cryptography",
        "starlette",
        "h11",
        "segno",
    } <= found
