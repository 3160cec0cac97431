"""Whole runs with a person beside a station: at the terminal, and with the operator page."""

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from at_the_terminal import person  # noqa: F401 - a fixture
from station_beside import station_beside

RUN = [sys.executable, "-m", "ocpp_proof.cli", "run", "--sut", "sut.toml", "--report", "out"]
ASKED = "r = repeat: "
OVER = "verdict of the run"


def verdicts(folder):
    """What became of each case that was chosen, in the order of the run, and why."""
    (run,) = (folder / "out").glob("*/run.json")
    cases = json.loads(run.read_text())["cases"]
    return {case["id"]: (case["verdict"], case["reason"]) for case in cases}


def questions(shown):
    """What was asked, in order, as (case, what)."""
    return re.findall(r">> (.*?)(?:  .*?)?\r\n   (.*?)\r\n", shown)


def test_person_at_the_terminal_does_what_is_asked(person, tmp_path, unused_tcp_port):  # noqa: F811
    """The station's own messages end each question; cases at the supply come after those at the reader and the cable,
    and what asks nobody is left out."""
    with station_beside(tmp_path, unused_tcp_port) as beside:
        chosen = "TC_003_CS or TC_023_4_CS or TC_032_2_CS or TC_013_CS"
        somebody = person([*RUN, "--select", chosen, "--only-manual", "--seed", "1"], cwd=tmp_path)
        somebody.sees(ASKED)
        somebody.types("\n")  # the cards are ready
        while somebody.sees(ASKED, OVER) == ASKED:
            beside.does(questions(somebody.seen)[-1][1])
        assert somebody.sees_the_end() == 1  # a token that nobody has a card for
    found = verdicts(tmp_path)
    assert found["TC_003_CS"][0] == "pass"
    assert found["TC_013_CS"] == ("not run", "asks nobody to do anything, and the run is --only-manual")
    asked = questions(somebody.seen)
    assert asked[0] == ("Before the first case", "Lay these cards ready, marked with their names: valid: 04A1B2C3D4.")
    assert [what.split(",")[0] for case, what in asked if case == "TC_003_CS"] == [
        "Plug the cable into connector 1 and into the vehicle.",
        "Present your valid card",
        "Take the cable out of connector 1; where it is fixed to the station",
    ]
    assert "nobody has a card" in found["TC_023_4_CS"][1]
    assert not [what for case, what in asked if case == "TC_023_4_CS" and "card" in what]
    assert asked[-1][0] == "TC_032_2_CS"
    assert somebody.seen.count("the SUT has reacted: ") == len(asked) - 1


def test_person_who_cannot_is_not_waited_for(person, tmp_path, unused_tcp_port):  # noqa: F811
    with station_beside(tmp_path, unused_tcp_port):
        somebody = person([*RUN, "--select", "TC_005_1_CS or TC_004_1_CS", "--operator", "127.0.0.1:0"], cwd=tmp_path)
        somebody.sees("operator page: http://127.0.0.1:")
        somebody.sees("▀")  # the QR code
        somebody.sees(ASKED)
        somebody.types("n\n")  # there are no cards
        while somebody.sees(ASKED, OVER) == ASKED:
            somebody.types("n\n")
        somebody.sees_the_end()
    found = verdicts(tmp_path)
    assert {verdict for verdict, _ in found.values()} == {"inconclusive"}
    assert "no driver (manual) can do: plug_in (manual: the operator cannot do this)" in found["TC_005_1_CS"][1]
    assert found["TC_004_1_CS"][1].startswith("needs present_token: no driver (manual) can do that")
    assert [case for case, _ in questions(somebody.seen)] == ["Before the first case", "TC_005_1_CS"]


@pytest.mark.parametrize("answers", [0, 1])
def test_interruption_ends_a_question_and_the_run(person, tmp_path, unused_tcp_port, answers):  # noqa: F811
    """While the cards are laid ready, and in a case."""
    with station_beside(tmp_path, unused_tcp_port):
        somebody = person([*RUN, "--select", "TC_003_CS"], cwd=tmp_path)
        somebody.sees(ASKED)
        for _ in range(answers):
            somebody.types("\n")
            somebody.sees(ASKED)
        os.write(somebody.terminal, b"\x03")
        assert somebody.sees_the_end() == 130
    assert "interrupted: " in somebody.seen
    assert "Traceback" not in somebody.seen


class PageReader:
    """Reads a run's page as a browser does, and decides."""

    def __init__(self, url):
        self._host = urlsplit(url).netloc
        self._cookie = ""
        parts = urlsplit(url)
        answer, connection = self._ask("GET", f"{parts.path}?{parts.query}")
        self._cookie = answer.headers["Set-Cookie"].partition(";")[0]
        connection.close()

    def _ask(self, method, path, data=None):
        connection = http.client.HTTPConnection(self._host, timeout=30)
        headers = {"Cookie": self._cookie, "Content-Type": "application/json"}
        connection.request(method, path, json.dumps(data) if data is not None else None, headers)
        return connection.getresponse(), connection

    def events(self):
        """Each state that the run tells, with the messages that are new in `messages`, until the run is over."""
        answer, connection = self._ask("GET", "/events")
        with contextlib.closing(connection):
            while line := answer.readline():
                if line.startswith(b"data: "):
                    told = json.loads(line.removeprefix(b"data: "))
                    yield told["state"] | {"messages": told["messages"]}

    def sends(self, path, **data):
        answer, connection = self._ask("POST", path, data)
        connection.close()
        return answer.status


@contextlib.contextmanager
def run_of(folder, *arguments):
    """A run with its page, without a terminal; gives the process and the page."""
    process = subprocess.Popen(
        [*RUN, "--operator", "127.0.0.1:0", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={**os.environ, "CI": "true"},
    )
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"operator page: (\S+)", line):
                break
        else:
            pytest.fail("".join(said))
        yield process, PageReader(found[1])
        rest, _ = process.communicate(timeout=60)
        process.said = "".join(said) + rest
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()


def test_page_asks_and_shows_what_the_station_sends(tmp_path, unused_tcp_port):
    with (
        station_beside(tmp_path, unused_tcp_port) as beside,
        run_of(tmp_path, "--select", "TC_003_CS") as (process, page),
    ):
        asked, messages = [], []
        for state in page.events():
            messages += state["messages"]
            question = state["question"]
            if question is None or question["number"] in [number for number, _ in asked]:
                continue
            asked.append((question["number"], question["what"]))
            if question["case"]:
                assert (state["case"]["key"], question["case"]) == ("TC_003_CS", "TC_003_CS")
                beside.does(question["what"])
            else:
                assert page.sends("/answer", number=question["number"], answer="done") == 200
    assert process.returncode == 0, process.said
    assert [what for _, what in asked] == [
        "Lay these cards ready, marked with their names: valid: 04A1B2C3D4.",
        "Plug the cable into connector 1 and into the vehicle.",
        "Present your valid card, 04A1B2C3D4, at connector 1.",
        "Take the cable out of connector 1; where it is fixed to the station, out of the vehicle.",
    ]
    sent = [message["text"].partition(" ")[0] for message in messages if message["kind"] == "call"]
    assert sent.index("StatusNotification") < sent.index("StartTransaction") < sent.index("StopTransaction")
    assert "PASS" in process.said


def test_skip_pause_and_abort(tmp_path, unused_tcp_port):
    """A case that is skipped takes back what it did and is NOT RUN; while the run is paused no case begins; abort ends
    the run as Ctrl-C does, with reports."""
    steps = []
    with (
        station_beside(tmp_path, unused_tcp_port) as beside,
        run_of(tmp_path, "--select", "TC_003_CS or TC_004_1_CS or TC_005_1_CS", "--only-manual") as (process, page),
    ):
        answered = 0
        for state in page.events():
            question, number = state["question"], (state["question"] or {}).get("number", 0)
            if steps == ["skipped", "paused"] and state["paused"] and state["case"] is None and state["done"] == 1:
                assert page.sends("/control", do="resume") == 200
                steps.append("resumed")
            if number <= answered:
                continue
            answered = number
            if not question["case"]:
                page.sends("/answer", number=number, answer="done")
            elif "Present" in question["what"] and not steps:  # the cable is in
                assert page.sends("/control", do="skip", case="TC_003_CS") == 200
                steps.append("skipped")
                assert page.sends("/control", do="pause") == 200
                steps.append("paused")
            elif steps == ["skipped", "paused", "resumed"]:
                assert question["case"] == "TC_004_1_CS"
                assert page.sends("/control", do="abort") == 200
                steps.append("aborted")
            else:
                beside.does(question["what"])
    assert steps == ["skipped", "paused", "resumed", "aborted"], process.said
    assert process.returncode == 130, process.said
    found = verdicts(tmp_path)
    assert found["TC_003_CS"] == ("not run", "the operator skipped it")
    assert "TC_005_1_CS" not in found
    assert "interrupted" in process.said


@pytest.mark.parametrize(
    ("ocpp", "case", "key", "gave_up"),
    [
        ("1.6", "TC_004_1_CS", "ConnectionTimeOut", '"Available"'),
        ("2.0.1", "TC_E_04_CS", "TxCtrlr.EVConnectionTimeOut", '"EVConnectTimeout"'),
    ],
)
def test_who_plugs_in_when_the_station_has_given_up_is_told_so(tmp_path, unused_tcp_port, ocpp, case, key, gave_up):
    """The station is sound, and has waited as long as it says that it does: that is no FAIL."""
    with (
        station_beside(tmp_path, unused_tcp_port, ocpp=ocpp, connection_timeout=1) as beside,
        run_of(tmp_path, "--ocpp", ocpp, "--select", case) as (process, page),
    ):
        done, waited = 0, False
        for state in page.events():
            question = state["question"]
            if question is None or question["number"] <= done:
                continue
            if question["case"] and "Plug the cable" in question["what"]:
                waited = waited or any(gave_up in message["text"] for message in state["messages"])
                if not waited:
                    continue
            done = question["number"]
            if question["case"]:
                beside.does(question["what"])
            else:
                page.sends("/answer", number=done, answer="done")
    verdict, reason = verdicts(tmp_path)[case]
    assert verdict == "inconclusive", process.said
    assert re.match(
        r"the operator took \d+ s for plug_in, and the station, which had waited for \d+ s by then,", reason
    )
    assert f"gives up after 1 s ({key}): set that to more" in reason


def test_only_manual_needs_somebody_to_ask(tmp_path, unused_tcp_port):
    with station_beside(tmp_path, unused_tcp_port):
        done = subprocess.run(
            [*RUN, "--only-manual"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "CI": "1"},
        )
        assert done.returncode == 4
        assert "--only-manual: there is no terminal and no operator page" in done.stdout + done.stderr
        (tmp_path / "sut.toml").write_text((tmp_path / "sut.toml").read_text().replace('["manual"]', "[]"))
        done = subprocess.run([*RUN, "--only-manual"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 4
        assert "has no 'manual'" in done.stdout + done.stderr
