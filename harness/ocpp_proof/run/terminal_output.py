"""What a run shows on the terminal: a line as each case ends, and the table at the end."""

from __future__ import annotations

import contextlib
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from ocpp_reports.model import CaseResult, RunResult, Verdict
from ocpp_reports.readiness import readiness
from ocpp_reports.readiness_text import line as readiness_line

from ..cases.declaration import Case
from ..cases.evidence import ALSO
from ..net.real_link import RealLink
from ..person.server import qr_code
from .causes_output import causes_lines, failed_lines
from .progress import Progress

__all__ = ["TerminalOutput"]

_COLOURS = {
    Verdict.PASS: {"green": True},
    Verdict.WARN: {"yellow": True},
    Verdict.FAIL: {"red": True, "bold": True},
    Verdict.INCONCLUSIVE: {"purple": True},
    Verdict.NOT_APPLICABLE: {"light": True},
    Verdict.NOT_RUN: {"light": True},
    Verdict.KNOWN: {"yellow": True},
}
ORDER = (
    Verdict.PASS,
    Verdict.WARN,
    Verdict.FAIL,
    Verdict.INCONCLUSIVE,
    Verdict.KNOWN,
    Verdict.NOT_RUN,
    Verdict.NOT_APPLICABLE,
)


_WIDTH = 160
"""Characters of a line of a reason."""
_NARROWEST = 60
_INDENT = " " * 11


def _wrapped(begin: str, text: str, width: int) -> str:
    """A text as lines of this width that begin where the first one goes on after `begin`; 0: however long it is."""
    if not width or len(begin) + len(text) <= width:
        return f"{begin}{text}"
    return textwrap.fill(
        text, max(width, _NARROWEST), initial_indent=begin, subsequent_indent=" " * len(begin), break_on_hyphens=False
    )


def _shown(line: str) -> str:
    """A line of a reason, cut where it is long: not where it is to be copied, nor before the nearest message ends."""
    if line.startswith("repeat:"):
        return line
    nearest, also, _ = line.partition(ALSO)
    if also and len(nearest) > _WIDTH:
        return nearest
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _cut(text: str, width: int, before: int) -> str:
    """What of a text fits on a line of this width (0: any) behind so many characters."""
    room = width - before
    return text if not width or len(text) <= room else f"{text[: max(room, 2) - 1]}…"


class TerminalOutput:
    """Writes through pytest's terminal reporter, so that colours and pipes behave."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._total = 0
        self._done = 0
        self._progress = Progress(0, time.monotonic())
        self.what_runs: Callable[[], str] = lambda: ""
        self.question_is_open: Callable[[], bool] = lambda: False
        """Whether the cursor stands behind a question to a person."""

    @property
    def _terminal(self) -> Any:
        return self._config.pluginmanager.getplugin("terminalreporter")

    def begin(self, run: RunResult, total: int, folder: Path, link: RealLink | None = None) -> None:
        """The run starts: how many cases, where the evidence goes, and where the ends of a real link are."""
        self._total = total
        self._progress = Progress(total, time.monotonic())
        product = "CSMS" if run.role == "csms" else run.role
        self._terminal.write_line(
            f"{run.sut}: {product} under test, OCPP {run.ocpp}, security profile {run.security_profile}, {total} cases"
        )
        self._terminal.write_line(f"evidence: {folder}")
        if run.not_tried:
            self._warn(run.not_tried)
        if link is not None:
            self._terminal.write_line(f"real link: the harness is {link.address}, this machine is {link.sut_address}")

    def waits_at(self, address: str) -> None:
        """Where the station is waited for, so that somebody can point it there; nothing where that is known."""
        if address:
            self._terminal.write_line(f"waiting for the station at {address}")

    def tick(self) -> None:
        """Tell now and then how far the run has come, and what runs."""
        now = time.monotonic()
        if not self.question_is_open() and self._progress.due(now):
            with self._not_captured():
                told = f"{self._progress.text(now)}; now: {self.what_runs()}"
                self._terminal.write_line(_wrapped(f"{_INDENT}… ", told, self._width), light=True)

    @property
    def _width(self) -> int:
        """Columns of the terminal; 0 where a file or a build server takes the text, which no line is too long for."""
        return int(self._terminal._tw.fullwidth) if self._terminal.isatty else 0

    def operator_page(self, url: str) -> None:
        """Where the operator page is, also as a code for a phone where somebody looks at a terminal."""
        with self._not_captured():
            self._terminal.write_line(f"operator page: {url}", bold=True)
            if self._terminal.isatty:
                self._terminal.write(qr_code(url))

    def cannot_read(self, file: str, reason: str) -> None:
        """A file of cases could not be imported."""
        self._terminal.write_line(f"cannot read {file}: {reason}", red=True)

    def nothing_selected(self, selection: str, left_out: dict[str, int]) -> None:
        """No case is left to run: what was asked for, and why the others are not part of it."""
        told = "; ".join(f"{count} {reason}" for reason, count in left_out.items())
        self._terminal.write_line(
            f"no case to run for {selection or 'this system'}: {told or 'no case was found'}", red=True
        )
        self._terminal.write_line("`ocpp-proof show ID` says what a case is and whether this release has it")

    def announce_disruptive(self, cases: Sequence[Case]) -> None:
        """Before anything starts: which cases load or disturb the SUT, and how many connections they make."""
        if not cases:
            return
        ids = sorted({case.id for case in cases})
        self._warn(f"{len(ids)} cases load or disturb the SUT: {', '.join(ids)}")
        counted = sorted({(case.connections, case.id) for case in cases if case.connections}, reverse=True)
        if counted:
            total = sum(number for number, _ in counted)
            each = ", ".join(f"{id} {number:,}" for number, id in counted)
            self._warn(f"connections that they make: about {total:,} ({each})")
        guessed = sorted({(case.wrong_logins, case.id) for case in cases if case.wrong_logins}, reverse=True)
        if guessed:
            total = sum(number for number, _ in guessed)
            each = ", ".join(f"{id} {number}" for number, id in guessed)
            self._warn(
                f"log-ins with wrong credentials, from this address: {total} ({each}); a system that locks out after "
                "some of them needs another selection"
            )

    def _warn(self, text: str) -> None:
        self._terminal.write_line(_wrapped("", text, self._width), yellow=True)

    def long_wait(self, what: str) -> None:
        """The case that runs has waited for this for a while."""
        with self._not_captured():
            self._terminal.write_line(_wrapped(f"{_INDENT}… ", f"waiting for {what}", self._width), light=True)

    def case(self, result: CaseResult) -> None:
        """A case ended, while pytest may be capturing what the one writes that it waits for."""
        if result.verdict in (Verdict.NOT_APPLICABLE, Verdict.NOT_RUN) and not result.started:
            return
        with self._not_captured():
            self._line(result)

    def say(self, text: str) -> None:
        """What the bench does, or waits for."""
        with self._not_captured():
            self._warn(text)

    @contextlib.contextmanager
    def _not_captured(self) -> Iterator[None]:
        capture = self._config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture is not None else contextlib.nullcontext():
            if self.question_is_open():
                self._terminal.write("\n")
            yield
            self._terminal.flush()

    def _line(self, result: CaseResult) -> None:
        terminal = self._terminal
        self._done += 1
        self._progress.done = self._done
        begin = f"{self._done:4}/{self._total} {result.id:<16} "
        verdict, took = f"{result.verdict.upper():<14}", f"{result.duration:7.2f} s  "
        which = f" [{', '.join(result.parameters.values())}]" if result.parameters else ""
        title = _cut(f"{result.title[:80]}{which[:40]}", self._width, len(begin + verdict + took))
        marked = terminal._tw.markup(verdict, **_COLOURS.get(result.verdict, {}))
        # at once: the next question to a person is written to the terminal from another thread
        terminal.write(f"{begin}{marked}{took}{title}\n")
        if result.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.WARN):
            for line in result.reason.splitlines()[:10]:
                text = _shown(line)
                repeat = text.startswith("repeat:")  # in one piece, to be copied
                terminal.write(f"{_INDENT}{text}\n" if repeat else f"{_wrapped(_INDENT, text, self._width)}\n")

    @staticmethod
    def summary(terminal: Any, run: RunResult, left_out: dict[str, int], folder: Path) -> None:
        """The table of verdicts, why some did not run, the rules' findings, the causes, what failed, and the path."""
        width = int(terminal._tw.fullwidth) if terminal.isatty else 0

        def tell(text: str, **markup: bool) -> None:
            terminal.write_line(_wrapped("  ", text, width), **markup)

        terminal.section(f"OCPP {run.ocpp}, security profile {run.security_profile}: {run.sut}")
        counts = {v: sum(1 for c in run.cases if c.verdict is v) for v in ORDER}
        for verdict in ORDER:
            if counts[verdict]:
                terminal.write(f"  {verdict.upper():<16}", **_COLOURS[verdict])
                terminal.write(f"{counts[verdict]:5}\n")
        reasons: dict[tuple[Verdict, str], list[str]] = {}
        for case in run.cases:
            if case.verdict in (Verdict.NOT_APPLICABLE, Verdict.NOT_RUN):
                reasons.setdefault((case.verdict, case.reason), []).append(case.id)
        for (verdict, reason), all_ids in reasons.items():
            ids = list(dict.fromkeys(all_ids))
            tell(f"{verdict}: {', '.join(ids[:6])}{' …' if len(ids) > 6 else ''}: {reason}")
        for rule in run.rules:
            if rule.findings:
                first = rule.findings[0]
                tell(
                    f"{rule.id}: {rule.verdict.upper()} {rule.count} findings outside the cases' own messages; "
                    f"first in {rule.where[0]}: expected {first.expected}, received {first.received}",
                    **_COLOURS.get(rule.verdict, {}),
                )
        if run.not_tried:
            tell(run.not_tried, yellow=True)
        for problem in run.problems:
            tell(f"problem: {problem}", yellow=True)
        for entry in run.known:
            if entry.verdict is Verdict.FAIL:
                tell(entry.note, red=True)
        if left_out:
            tell("left out: " + "; ".join(f"{n} {reason}" for reason, n in left_out.items()))
        for profile in readiness(run):
            if profile.claimed:
                tell(readiness_line(profile))
        columns = width or _WIDTH
        for line in causes_lines(run, columns):
            terminal.write_line(line)
        for line in failed_lines(run, columns):
            terminal.write_line(line, red=True)
        terminal.write(f"  verdict of the run: {run.verdict.upper()}\n", bold=True)
        terminal.write_line(f"  {(folder / 'summary.html').resolve()}")

    @staticmethod
    def interrupted(terminal: Any, run: RunResult, total: int, folder: Path) -> None:
        """How many cases of so many have ended, and how everything is made of them that a whole run has."""
        ended = sum(1 for case in run.cases if case.started)
        terminal.write_line(f"  interrupted: {ended} of {total} cases have ended; ocpp-proof report {folder}")
