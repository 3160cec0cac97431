"""What a run shows on the terminal: no line wider than it is, how far it has come, and what runs."""

import io
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from ocpp_proof.cases.declaration import Case
from ocpp_proof.cases.evidence import CaseRun
from ocpp_proof.run import progress
from ocpp_proof.run.progress import EVERY, Progress, clock, what_runs
from ocpp_proof.run.terminal_output import TerminalOutput
from ocpp_reports.model import CaseResult, CheckRecord, RuleResult, RunResult, Verdict

LONG = "a word and another one, " * 30


class Terminal(io.StringIO):
    """As much of pytest's terminal reporter as is used, at this width."""

    def __init__(self, width, *, isatty=True):
        super().__init__()
        self._tw, self.isatty = SimpleNamespace(fullwidth=width, markup=lambda text, **_: text), isatty

    def write(self, text, **markup):
        return super().write(text)

    def write_line(self, text, **markup):
        self.write(f"{text}\n")

    def section(self, title):
        self.write_line(title)

    def lines(self):
        return self.getvalue().splitlines()


def output(terminal):
    manager = SimpleNamespace(getplugin={"terminalreporter": terminal}.get)
    return TerminalOutput(SimpleNamespace(pluginmanager=manager))


def result(id="TC_A_CS", verdict=Verdict.FAIL, reason="", title="t"):
    return CaseResult(id, title, "2.0.1", 0, "station", "Acme", verdict, reason, started=time.time())


def everything(terminal):
    run = RunResult("Acme", "station", "2.0.1", 0, not_tried=LONG, problems=[LONG])
    run.cases = [
        result(reason=f"B01.FR.02 (MUST): {LONG}\nreceived: {LONG}", title=LONG),
        result("TC_B", Verdict.NOT_RUN),
    ]
    run.cases[1].reason = LONG
    run.rules = [
        RuleResult("RULE_X", "t", Verdict.FAIL, [CheckRecord("r", "MUST", Verdict.FAIL, LONG, LONG)], ["TC_A"])
    ]
    shown = output(terminal)
    shown.begin(run, 2, Path("f"))
    load = {"disruptive": True, "connections": 1000, "wrong_logins": 2}
    shown.announce_disruptive([Case(f"X_NET_{n}_CS", "station", ("2.0.1",), "t", "", {}, **load) for n in range(20)])
    shown.long_wait(LONG)
    shown.say(LONG)
    shown.case(run.cases[0])
    TerminalOutput.summary(terminal, run, {LONG: 3}, Path("f"))
    return terminal.lines()


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(width):
    lines = everything(Terminal(width))
    allowed = ("evidence:", f"  {Path('f').resolve()}")  # paths, to be copied
    assert [line for line in lines if len(line) > width and not line.startswith(allowed)] == []


def test_a_build_server_gets_whole_lines():
    lines = everything(Terminal(80, isatty=False))
    assert any(len(line) > 400 and "problem: " in line for line in lines)


def test_a_command_to_be_copied_stays_in_one_piece():
    terminal = Terminal(80)
    repeat = f"repeat: ocpp-proof run --message {'x' * 200}"
    output(terminal).case(result(reason=f"why\n{repeat}"))
    assert f"           {repeat}" in terminal.lines()


def test_how_far_a_run_has_come():
    told = Progress(100, 1000.0)
    told.done = 4
    assert told.text(1040.0) == "4 of 100 cases in 0:40"  # too few to know how long the others take
    told.done = 20
    assert told.text(1100.0) == "20 of 100 cases in 1:40, about 6:40 left"
    assert clock(3725) == "1:02:05"


def test_it_is_told_now_and_then_and_not_at_the_end():
    told = Progress(10, 1000.0)
    assert [told.due(1000.0 + EVERY * part) for part in (0.5, 1.0, 1.5, 2.0)] == [False, True, False, True]
    told.done = 10
    assert not told.due(9999.0)


def test_a_case_that_takes_long_says_its_row_and_what_it_waits_for():
    run = CaseRun(result())
    run.result.started -= 65
    now = time.monotonic()
    assert what_runs(run, [], now) == "TC_A_CS for 1:05"
    with run.open("The station is reset"), run.waiting("BootNotification within 300 s"):
        assert what_runs(run, [], now + 61) == (
            "TC_A_CS for 1:05, The station is reset, waiting for BootNotification within 300 s since 1:01"
        )


def test_cases_that_run_at_once_are_named():
    assert what_runs(None, ["A", "B", "B"], 0.0) == "A, B"
    assert what_runs(None, list("ABCDE"), 0.0) == "A, B, C and 2 more"


def test_the_terminal_says_it(monkeypatch):
    terminal = Terminal(80)
    shown = output(terminal)
    shown.begin(RunResult("Acme", "station", "2.0.1", 0), 3, Path("f"))
    shown.what_runs = lambda: "TC_A_CS for 0:31"
    shown.tick()
    assert "TC_A_CS" not in terminal.getvalue()
    monkeypatch.setattr(progress, "EVERY", 0.0)
    shown.tick()
    assert terminal.lines()[-1].strip().startswith("… 0 of 3 cases in 0:00; now: TC_A_CS for 0:31")


def test_the_station_is_told_where_to_go():
    terminal = Terminal(80)
    output(terminal).waits_at("ws://192.0.2.1:9000/ocpp/CS001")
    output(terminal).waits_at("")
    assert terminal.lines() == ["waiting for the station at ws://192.0.2.1:9000/ocpp/CS001"]
