"""What an index and a first reader see: the numbers of cases in README, links that lead somewhere, the metadata."""

import importlib.metadata
import json
import re
import tomllib
from collections import Counter
from pathlib import Path

from ocpp_proof import cli

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)]+)\)")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def counted(capsys):
    """Official cases that there are and that this release has, and cases of ours, by version and role."""
    assert cli.main(["list", "--json"]) == 0
    official, there, ours = Counter(), Counter(), Counter()
    for row in json.loads(capsys.readouterr().out):
        key = row["ocpp"], row["sut"]
        if row["block"] == "Edge cases":
            ours[key] += 1
        else:
            official[key] += 1
            there[key] += row["implemented"]
    return official, there, ours


def test_the_first_paragraph_has_the_numbers_of_cases(capsys):
    official, there, ours = counted(capsys)
    told = " ".join(README.split("\n\n")[1].split())
    assert there["1.6", "station"] == official["1.6", "station"]
    assert there["1.6", "csms"] == official["1.6", "csms"]
    for sentence in (
        f"all official test cases of OCPP 1.6J ({there['1.6', 'station']} for charge points, {there['1.6', 'csms']} "
        "for Central Systems)",
        f"{there['2.0.1', 'station']} of {official['2.0.1', 'station']} (stations) and {there['2.0.1', 'csms']} of "
        f"{official['2.0.1', 'csms']} (CSMS) of OCPP 2.0.1",
        f"{there['2.1', 'station']} of {official['2.1', 'station']} and {there['2.1', 'csms']} of "
        f"{official['2.1', 'csms']} of OCPP 2.1",
        f"edge cases of our own ({min(ours.values())} to {max(ours.values())} for a role and version)",
    ):
        assert sentence in told


def test_every_link_of_the_readme_leads_somewhere():
    links = [link.partition("#")[0] for link in LINK.findall(README)]
    assert links
    assert [link for link in links if "://" not in link and link and not (ROOT / link).exists()] == []


def test_an_index_gets_absolute_links_and_who_made_it():
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    text = README
    for change in data["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(change["pattern"], change["replacement"], text)
    links = LINK.findall(text)
    assert len(links) == len(LINK.findall(README))
    assert [link for link in links if not link.startswith("https://")] == []
    assert any("/raw/" in link and link.endswith(".png") for link in links)
    project = data["project"]
    assert set(project["urls"]) >= {"Homepage", "Source", "Issues", "Changelog", "Documentation"}
    assert "Programming Language :: Python :: 3.11" in project["classifiers"]
    assert project["authors"]
    assert project["license"] == "MIT"
    installed = importlib.metadata.metadata("ocpp-proof")
    assert f"Documentation, {project['urls']['Documentation']}" in installed.get_all("Project-URL")
