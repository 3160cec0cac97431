"""The operator page over HTTP: who is let in, what is refused, and what comes of an answer."""

import http.client
import json
import os
import re
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from ocpp_proof.cases.errors import ConfigurationError
from ocpp_proof.cli import main, parser
from ocpp_proof.person.access import SECRET, Access
from ocpp_proof.person.questions import Answer
from ocpp_proof.person.server import OperatorServer, parse_address, qr_code

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "harness"))
from pytest_runs import of_cases, process
from run_with_page import run_with_page


@pytest.fixture
def run():
    with run_with_page() as started:
        yield started


class Browser:
    """Sends requests with the cookie that it was given."""

    def __init__(self, url):
        self.host = urlsplit(url).netloc
        self.cookie = ""

    def asks(self, method, path, body=None, **headers):
        """Status, headers and body of the answer."""
        connection = http.client.HTTPConnection(self.host, timeout=10)
        cookie = {"Cookie": self.cookie} if self.cookie else {}
        connection.request(method, path, body, cookie | headers)
        answer = connection.getresponse()
        got = answer.status, answer.headers, answer.read()
        connection.close()
        if given := answer.headers.get("Set-Cookie"):
            self.cookie = given.partition(";")[0]
        return got

    def sends(self, path, data):
        """Status of the answer to JSON."""
        return self.asks("POST", path, json.dumps(data), **{"Content-Type": "application/json"})[0]

    def comes_in(self, url):
        parts = urlsplit(url)
        return self.asks("GET", f"{parts.path}?{parts.query}")


def test_code_lets_one_browser_in_and_leaves_the_address(run):
    url = run.url
    first, second = Browser(url), Browser(url)
    status, headers, _ = first.comes_in(url)
    assert (status, headers["Location"]) == (303, "/")
    assert {"HttpOnly", "SameSite=strict"} <= {word.strip() for word in headers["Set-Cookie"].split(";")}
    assert first.asks("GET", "/")[0] == 200
    assert second.comes_in(url)[0] == 403
    assert not second.cookie
    assert run.said == [f"operator page: a browser at 127.0.0.1 was let in; for another one: {run.url}"]
    assert run.url != url
    assert second.comes_in(run.url)[0] == 303
    assert second.asks("GET", "/")[0] == 200


def test_code_stays_good_for_another_browser_when_one_that_is_in_opens_it(run):
    browser = Browser(run.url)
    browser.comes_in(run.url)
    url = run.url
    assert browser.comes_in(url)[:1] == (303,)
    assert run.url == url


@pytest.mark.parametrize("path", ["/", "/?code=", "/?code=0123", "/events"])
@pytest.mark.parametrize("cookie", ["", "ocpp_proof_operator=", "ocpp_proof_operator=ÿ"])
def test_nothing_is_shown_without_a_cookie(run, path, cookie):
    browser = Browser(run.url)
    browser.cookie = cookie.encode().decode("latin-1")
    status, headers, body = browser.asks("GET", path)
    assert status == 403
    assert b"has not been let in" in body
    assert "Set-Cookie" not in headers


def test_nothing_is_decided_without_a_cookie(run):
    asked, browser = run.ask(), Browser(run.url)
    assert browser.sends("/answer", {"number": 1, "answer": "done"}) == 403
    assert browser.sends("/control", {"do": "abort"}) == 403
    assert not asked.done()
    assert not run.operator.control.aborted


@pytest.mark.parametrize("answer", [Answer.DONE, Answer.CANNOT])
def test_answer_ends_the_question_once(run, answer):
    browser = Browser(run.url)
    browser.comes_in(run.url)
    asked = run.ask()
    number = run.on_loop(lambda: run.operator.questions.open.number)
    assert browser.sends("/answer", {"number": number + 1, "answer": answer}) == 409
    assert not asked.done()
    assert browser.sends("/answer", {"number": number, "answer": answer}) == 200
    assert asked.result(10) is answer
    assert browser.sends("/answer", {"number": number, "answer": answer}) == 409


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("/answer", '{"number": 1, "answer": "done"}', "text/plain", 415),
        ("/answer", "{", "application/json", 400),
        ("/answer", '{"number": 1, "answer": "maybe"}', "application/json", 400),
        ("/answer", '{"number": "1", "answer": "done"}', "application/json", 400),
        ("/control", '{"do": "dance"}', "application/json", 400),
        ("/control", '{"do": "skip", "case": "TC_999_CS"}', "application/json", 409),
        ("/control", " " * 5000, "application/json", 413),
    ],
)
def test_what_is_no_decision_is_refused(run, path, body, kind, status):
    browser = Browser(run.url)
    browser.comes_in(run.url)
    asked = run.ask()
    assert browser.asks("POST", path, body, **{"Content-Type": kind})[0] == status
    assert not asked.done()


def test_nothing_comes_from_elsewhere_and_nothing_is_kept(run):
    browser = Browser(run.url)
    browser.comes_in(run.url)
    for path in ("/", "/page.css", "/page.js"):
        status, headers, body = browser.asks("GET", path)
        assert status == 200
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert b"http://" not in body
        assert b"https://" not in body
        assert b"innerHTML" not in body


def test_runs_of_one_command_let_the_same_browser_in_with_codes_of_their_own(monkeypatch):
    monkeypatch.setenv(SECRET, "of all runs")
    first = Access.of_environment("1.6/7")
    assert SECRET not in os.environ  # no driver's program gets it
    monkeypatch.setenv(SECRET, "of all runs")
    second = Access.of_environment("2.0.1/7")
    assert second.admits(first.cookie)
    assert not second.redeem(first.code)
    assert not Access().admits(first.cookie)


def test_code_is_on_the_terminal_as_a_picture(run):
    shown = qr_code(run.url)
    assert "▄" in shown
    lines = shown.splitlines()
    assert len(lines) < 24
    assert {line.count("\x1b[38;5;231;48;5;16m") for line in lines} == {1}  # dark on light on every terminal
    assert max(len(re.sub("\x1b.*?m", "", line)) for line in lines) < 60


@pytest.mark.parametrize("text", ["", ":80", "host:port", "host:1/path", "me@host:1", "host:99999"])
def test_what_is_no_address_is_said(text):
    with pytest.raises(ConfigurationError, match="is not HOST:PORT"):
        parse_address(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("127.0.0.1:8000", ("127.0.0.1", 8000)),
        ("[::1]:0", ("::1", 0)),
        ("localhost", ("localhost", 8765)),
    ],
)
def test_addresses(text, found):
    assert parse_address(text) == found


def test_page_is_for_this_machine_unless_told_otherwise():
    options = parser().parse_args(["run", "--sut", "x.toml", "--operator"])
    assert parse_address(options.operator) == ("127.0.0.1", 8765) == parse_address("127.0.0.1")
    assert parser().parse_args(["run", "--sut", "x.toml"]).operator is None


@pytest.mark.parametrize("option", ["--ocpp-operator=127.0.0.1:0", "--ocpp-only-manual"])
def test_a_person_is_asked_by_one_process(tmp_path, option):
    done = process(of_cases("-p", "xdist", "-n", "2", option, "--ocpp-select=TC_F_20_CSMS"), tmp_path)
    assert done.returncode != 0
    assert "a person is asked one thing after the other: run it without -n" in done.stdout + done.stderr


def test_port_that_is_taken_is_said(run):
    address = urlsplit(run.url).netloc
    with pytest.raises(ConfigurationError, match="give an address of this machine and a free port"):
        OperatorServer(address, Access(), print)


@pytest.mark.parametrize("package", ["starlette", "uvicorn", "segno"])
def test_package_that_is_missing_is_named_with_the_extra(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigurationError, match=r"pip install 'ocpp-proof\[operator\]'"):
        OperatorServer("127.0.0.1:0", Access(), print)


def test_extra_has_what_the_page_needs():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert {name.partition(">")[0] for name in project["optional-dependencies"]["operator"]} == {
        "starlette",
        "uvicorn",
        "segno",
    }


def test_only_one_of_automatic_and_manual(capsys):
    assert main(["run", "--sut", "x.toml", "--only-automatic", "--only-manual"]) == 4
    assert "not allowed with" in capsys.readouterr().err
