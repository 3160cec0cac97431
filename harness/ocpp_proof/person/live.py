"""What a person sees of a run as it goes: the cases that run, what is waited for, what the SUT sends, the verdicts."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from ocpp_reports.model import CaseResult, WireRecord

from ..cases.evidence import CaseRun, Observer, describe
from .control import RunControl
from .questions import OpenQuestion, Questions

__all__ = ["Live"]

KEPT = 200
"""Messages that are kept for whoever looks later."""
LONGEST = 500
"""Characters of a message that are shown."""
_EVENTS = {
    "tcp-open": "connected",
    "tcp-lost": "the connection has ended",
    "tcp-refused": "the connection was refused",
}


class Live:
    """The state of a run, and its messages by number. What is written on the run's loop may be read in any thread.

    `watch` has a function called, on the run's loop, whenever there is something new.
    """

    def __init__(self, questions: Questions, control: RunControl, *, has_page: bool) -> None:
        """`has_page`: somebody may look, so that what happens in cases is followed."""
        self._questions, self._control, self._has_page = questions, control, has_page
        control.on_change = self.changed
        self.key = secrets.token_hex(4)
        """Tells the messages of this run from those of the next one."""
        self._lock = threading.Lock()
        self._running: dict[str, CaseRun] = {}
        self._messages: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._number = 0
        self._watchers: list[Callable[[], None]] = []
        self._run: dict[str, Any] = {}
        self._verdicts: dict[str, int] = {}
        self._total = 0
        self._over = ""

    # --- told by the run

    def begin_run(self, sut: str, ocpp: str, total: int) -> None:
        """So many cases are to run against this system."""
        self._run, self._total = {"sut": sut, "ocpp": ocpp}, total
        self.changed()

    def begin(self, case: CaseRun) -> None:
        """A case runs from now on."""
        self._running[case.result.key] = case
        if self._has_page:
            case.observer = _Case(self, case.result.key)
        self.changed()

    def end(self, case: CaseRun) -> None:
        """A case has ended."""
        case.observer = Observer()
        self._running.pop(case.result.key, None)
        self.changed()

    def ended(self, result: CaseResult) -> None:
        """A case has its verdict."""
        with self._lock:
            self._verdicts[str(result.verdict)] = self._verdicts.get(str(result.verdict), 0) + 1
        self.changed()

    def end_run(self, why: str) -> None:
        """Nothing more comes."""
        self._over = why
        self.changed()

    def recorded(self, case: str, record: WireRecord) -> None:
        """Something happened on the wire in a case."""
        text = _shown(record)
        if text is None:
            return
        kind, said = text
        with self._lock:
            self._number += 1
            self._messages.append(
                {"number": self._number, "time": record.time, "case": case, "kind": kind, "text": said}
            )
        self.changed()

    def changed(self) -> None:
        """Tell whoever watches."""
        for watcher in list(self._watchers):
            watcher()

    # --- read by front ends

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Have this called at each change; returns what ends that."""
        self._watchers.append(watcher)

        def leave() -> None:
            if watcher in self._watchers:
                self._watchers.remove(watcher)

        return leave

    def messages(self, after: int) -> list[dict[str, Any]]:
        """The messages whose number is greater."""
        with self._lock:
            return [message for message in self._messages if message["number"] > after]

    def state(self, loop: asyncio.AbstractEventLoop) -> dict[str, Any]:
        """Everything but the messages, as JSON has it. `loop`: the run's, whose clock questions go by."""
        asked = self._questions.open
        with self._lock:
            verdicts = dict(self._verdicts)
        return {
            "key": self.key,
            "run": self._run,
            "total": self._total,
            "done": sum(verdicts.values()),
            "verdicts": verdicts,
            "case": self._case(asked),
            "running": len(self._running),
            "question": _question(asked, loop.time()),
            "paused": self._control.paused,
            "aborted": self._control.aborted,
            "over": self._over,
        }

    def _case(self, asked: OpenQuestion | None) -> dict[str, Any] | None:
        """The case that the question is about, else the one that has run the longest."""
        running = dict(self._running)
        run = running.get(asked.question.case) if asked is not None else None
        run = run or next(iter(running.values()), None)
        if run is None:
            return None
        waits = run.waits_for
        return {
            "key": run.result.key,
            "title": run.result.title,
            "step": run.row_text,
            "elapsed": time.time() - run.result.started if run.result.started else 0.0,
            "waits": waits.what if waits else "",
            "waited": time.monotonic() - waits.since if waits else 0.0,
            "within": waits.within if waits else None,
            "skipped": self._control.is_skipped(run.result.key),
        }


class _Case(Observer):
    """Tells what happens in one case."""

    def __init__(self, live: Live, key: str) -> None:
        self._live, self._key = live, key

    def changed(self) -> None:
        self._live.changed()

    def recorded(self, record: WireRecord) -> None:
        self._live.recorded(self._key, record)


def _question(asked: OpenQuestion | None, now: float) -> dict[str, Any] | None:
    if asked is None:
        return None
    question = asked.question
    return {
        "number": asked.number,
        "what": question.what,
        "case": question.case,
        "title": question.title,
        "step": question.step,
        "awaited": question.awaited,
        "limit": question.limit,
        "left": asked.left(now),
    }


def _shown(record: WireRecord) -> tuple[str, str] | None:
    """Kind and text of what the SUT did, as a line of the list; None for what is not of the SUT."""
    if record.kind in _EVENTS:
        return "event", _EVENTS[record.kind]
    if record.direction != "in" or record.kind != "text":
        return None
    text = record.data if isinstance(record.data, str) else json.dumps(record.data, ensure_ascii=False)
    try:
        frame = json.loads(text)
    except ValueError:
        frame = None
    match frame:
        case [2 | 6, str(), str(action), payload]:
            return "call", f"{action} {_compact(payload)}"
        case [3, str(), payload]:
            return "answer", f"answers {_compact(payload)}"
        case [4 | 5, str(), code, *_]:
            return "error", f"answers with the error {code}"
    return "other", describe(text, LONGEST)


def _compact(payload: Any) -> str:
    return describe(json.dumps(payload, ensure_ascii=False), LONGEST)
