"""docs/bench.md is what the code says, and its examples work on the reference systems."""

import inspect
import json
import re
import sys
import threading
import tomllib
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from ocpp_fixtures.csms import ReferenceCsms
from ocpp_fixtures.station import ReferenceStation
from ocpp_proof import cli
from ocpp_proof.cases import evidence
from ocpp_proof.commands.bench_examples import EXAMPLES, KNOWN, TOKENS
from ocpp_proof.commands.bench_page import bench_page
from ocpp_proof.run.selection import Selection
from ocpp_proof.source.cases import find_cases
from ocpp_proof.sut.config import DRIVERS, parse
from ocpp_proof.sut.drivers.base import CSMS_VERBS, STATION_VERBS
from ocpp_proof.sut.drivers.descriptions import VERBS
from ocpp_proof.sut.drivers.octt_api import STATION_OPERATIONS
from ocpp_proof.sut.drivers.reference import _OWN_OPERATIONS
from ocpp_proof.sut.keys import KEYS
from ocpp_proof.sut.sut import Sut
from ocpp_reports.model import CaseResult, StepRecord

sys.path.insert(0, str(Path(__file__).parent))
from doctor_bench import csms_toml, doctor, free_port, running, station_toml

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_modules(monkeypatch):
    """What a driver imports from a folder is no module of the next test."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    for name in ("my_bench", "bench_of_the_doctor", "bench_of_this_test"):
        sys.modules.pop(name, None)


def test_the_page_is_that_of_the_code():
    assert (ROOT / "docs" / "bench.md").read_text(encoding="utf-8") == bench_page(), "run `make docs`"


def test_every_verb_is_described():
    assert tuple(VERBS) == (*STATION_VERBS, *CSMS_VERBS)


class Told:
    """A driver that keeps what it is asked to do."""

    name = "told"

    def __init__(self):
        self.jobs = {}

    async def do(self, job):
        self.jobs[job.verb] = set(job.arguments)
        return {"value": "1"}


@pytest.mark.asyncio
async def test_the_arguments_are_those_that_drivers_get():
    config = parse(
        {"sut": {"role": "station", "ocpp": "2.1"}, "connection": {"listen": "ws://h:1"}}, where="", folder=ROOT
    )
    driver = Told()
    sut = Sut(config, ocpp="2.1", security_profile=0, identity="CS", drivers=[driver], seed="", case="TC")
    given = {
        "token": sut.tokens.valid,
        "occupied": True,
        "profile": 1,
        "action": "Reset",
        "type": "Hard",
        "id": 1,
        "component": "C",
        "variable": "V",
        "limit": "maxTime",
        "value": 20,
    }
    with evidence.running(
        evidence.CaseRun(CaseResult("TC", "", "2.1", 0, "station", "s", scenario=StepRecord("s", kind="root")))
    ):
        for verb in VERBS:
            method = getattr(sut, verb, None)
            if method is None:
                continue
            needed = inspect.signature(method).parameters.values()
            positional = [given[p.name] for p in needed if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
            await method(*positional, **({"type": "Immediate"} if verb == "request" else {}))
    assert {"plug_in", "present_token", "request", "transaction", "variable"} <= set(driver.jobs)
    assert {verb: set(VERBS[verb].arguments) for verb in driver.jobs} == driver.jobs


def test_operations_use_arguments_that_there_are():
    for verb, (_, _, names, _) in (STATION_OPERATIONS | _OWN_OPERATIONS).items():
        assert set(names.values()) <= set(VERBS[verb].arguments), verb


def test_every_value_that_cases_read_is_a_key():
    read = set()
    for folder in ("testcases", "harness"):
        for file in (ROOT / folder).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            read |= set(re.findall(r'sut\.value\(\s*"(\w+)"', text))
            read |= set(re.findall(r'config\.values\.get\(\s*"(\w+)"', text))
    assert len(read) > 10
    assert read <= set(KEYS["values"])


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", bench_page(), re.DOTALL)


def test_what_the_page_shows_can_be_read(monkeypatch):
    monkeypatch.setenv("API_PASSWORD", "x")
    assert len(blocks("toml")) == len(EXAMPLES) + 2
    assert set(EXAMPLES) == set(DRIVERS) - {"reference"}
    head = {"sut": {"role": "csms", "ocpp": "1.6"}, "connection": {"url": "ws://h"}}
    for example in (*(example.toml for example in EXAMPLES.values()), TOKENS, KNOWN):
        parse(head | tomllib.loads(example), where="docs/bench.md", folder=ROOT)


def test_the_selections_of_the_page_select_something():
    expressions = re.findall(r'--select "([^"]+)"', bench_page())
    assert len(expressions) == 3
    for expression in expressions:
        chosen = {
            source.id for source in find_cases() if Selection(expression).includes(source.case, source.case.versions[0])
        }
        assert chosen, expression
        assert len(chosen) < len(find_cases())


def test_the_exit_codes_are_those_of_the_command():
    codes = re.findall(r"^\| (\d+) \|", bench_page().partition("## Exit codes")[2], re.MULTILINE)
    assert {cli.OK, cli.FAILED, cli.USAGE, cli.NOTHING} == {int(code) for code in codes} - {130}


# --- the examples, each on a reference system


def of_station(folder, capsys, name):
    example, port = EXAMPLES[name], free_port()
    station = ReferenceStation(ocpp="1.6", csms_url=f"ws://127.0.0.1:{port}/ocpp")
    with running(station):
        file, text = example.file
        if file:
            (folder / file).write_text(text.replace("http://127.0.0.1:8080/api/v1", station.api_url))
        driver = example.toml.replace("[driver]\n", "").replace("http://127.0.0.1:8080/api/v1", station.api_url)
        driver = driver.replace('"python3", "bench.py"', f'"{sys.executable}", "{folder}/bench.py"')
        return doctor(station_toml(folder, port, driver=driver), capsys)


@pytest.mark.parametrize("name", ["octt-api", "command", "python"])
def test_an_example_operates_a_station(tmp_path, capsys, name):
    code, said = of_station(tmp_path, capsys, name)
    assert code == 0, said
    assert f"ok      {name}: " in said


class Gate(BaseHTTPRequestHandler):
    """The API of the webhook example in front of that of a CSMS: it wants a login, and says how it went in a field."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/login":
            right = json.loads(body) == {"user": "bench", "password": "of-the-api"}
            self.say(200 if right else 403, {"token": "a-token"})
        elif self.headers.get("Authorization") != "Bearer a-token":
            self.say(401, {})
        else:
            passed = urllib.request.Request(self.server.behind + self.path, body)
            with urllib.request.urlopen(passed):
                self.server.passed.append(self.path)
            self.say(202, {"status": self.server.word})

    def say(self, status, answer):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_):
        pass


@pytest.mark.parametrize(("word", "right"), [("queued", True), ("refused", False)])
def test_the_webhook_example_operates_a_csms(tmp_path, capsys, monkeypatch, word, right):
    monkeypatch.setenv("API_PASSWORD", "of-the-api")
    gate = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    threading.Thread(target=gate.serve_forever, daemon=True).start()
    driver = EXAMPLES["webhook"].toml.replace("[driver]\n", "")
    driver = driver.replace("http://127.0.0.1:8080", f"http://127.0.0.1:{gate.server_port}")
    with running(ReferenceCsms(ocpp="1.6")) as csms:
        gate.behind, gate.passed, gate.word = csms.api_url, [], word
        code, said = doctor(csms_toml(tmp_path, csms.url, driver=driver), capsys)
    gate.shutdown()
    gate.server_close()
    assert gate.passed[0] == "/stations/PROOF-0001/requests/GetConfiguration"
    assert code == (0 if right else 1), said
    told = "had the CSMS send GetConfiguration" if right else "its answer has status = 'refused'"
    assert told in said
    assert "of-the-api" not in said
