"""Reports: one was asked for, its parts are numbered, and say whether more come."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Due, Subject, on
from .transaction import both

__all__ = ["Reports"]

ASKED_FOR = Rule(
    "report-asked-for",
    "station",
    "A part of a report has the requestId of a request for one",
    both("report request"),
)
ACCEPTED = Rule(
    "report-accepted",
    "station",
    "What a request for a report that was not accepted asks for is not reported",
    both("B07.FR.05"),
)
AFTER_ANSWER = Rule(
    "report-after-answer",
    "station",
    "A request for a report is answered before the report begins",
    both("report request"),
)
NUMBERS = Rule(
    "report-numbers",
    "station",
    "The parts of a NotifyReport are numbered by seqNo from 0 in steps of one",
    both("B07.FR.10"),
)
OTHER_NUMBERS = Rule(
    "report-part-numbers",
    "station",
    "The parts of a monitoring report and of customer information are numbered by seqNo from 0 in steps of one",
    both("report parts"),
)
LAST = Rule(
    "report-part-after-the-last",
    "station",
    "After the part of a report that says that no more come none comes",
    both("report parts"),
)
CONTINUED = Rule(
    "report-continued",
    "station",
    "After a part of a report that says that more come another one comes",
    both("report parts"),
)
REPORTS = {
    "GetBaseReport": "NotifyReport",
    "GetReport": "NotifyReport",
    "GetMonitoringReport": "NotifyMonitoringReport",
    "CustomerInformation": "NotifyCustomerInformation",
    "GetChargingProfiles": "ReportChargingProfiles",
    "GetDisplayMessages": "NotifyDisplayMessages",
}
PARTS = tuple(dict.fromkeys(REPORTS.values()))
NUMBERED = {
    "NotifyReport": NUMBERS,
    "NotifyMonitoringReport": OTHER_NUMBERS,
    "NotifyCustomerInformation": OTHER_NUMBERS,
}


MOST = 200
"""Reports that are remembered; of an older one it is no longer known what was asked for."""


@dataclass(slots=True, eq=False)
class _Report:
    """A report that was asked for, as far as it has come. `sure`: no part of it may have been missed or sent again."""

    question: Exchange
    parts: int = 0
    next: int = 0
    over: bool = False
    sure: bool = True
    last: Exchange | None = None
    more: Due | None = None


class Reports(Subject):
    """Each report by its kind and requestId."""

    rules = (
        ASKED_FOR,
        ACCEPTED,
        AFTER_ANSWER,
        NUMBERS,
        OTHER_NUMBERS,
        LAST,
        CONTINUED,
    )

    def begin(self) -> None:
        self._reports: dict[tuple[str, Any], _Report | None] = {}
        """None where it is not known what was asked for under the number."""
        self._newest: deque[tuple[str, Any]] = deque()
        self._listening: float | None = None
        self._unknown_asked: set[str] = set()
        """Reports that something was asked for which has no number."""

    def opened(self, connection: int, now: float) -> None:
        self._listening = now
        self._doubt()

    def closed(self, connection: int, now: float) -> None:
        self._doubt()

    def _doubt(self) -> None:
        """A station may begin a report anew, send a part again, or give it up, when the connection is lost."""
        for report in self._reports.values():
            if report is not None:
                report.sure = False
                _came(report)

    def unsound(self, exchange: Exchange) -> None:
        """It may have acted on the wrong request; and a part that is wrong is one all the same."""
        if exchange.action in REPORTS:
            number = number_of(exchange)
            if number is not None:
                self._reports[REPORTS[exchange.action], number] = None
            else:
                self._unknown_asked.add(REPORTS[exchange.action])
        elif exchange.action in PARTS:
            for (action, _), report in self._reports.items():
                if action == exchange.action and report is not None:
                    report.sure = False
                    _came(report)

    def unreadable(self, sender: Side) -> None:
        self._doubt()

    @on("csms asks", *REPORTS)
    def asked(self, exchange: Exchange) -> None:
        """The same number again while its report comes: the parts cannot be told apart."""
        key = REPORTS[exchange.action], exchange.request["requestId"]
        before = self._reports.get(key)
        if before is not None:
            _came(before)
        sure = key not in self._reports or _is_over(before)
        self._reports.pop(key, None)
        self._reports[key] = _Report(exchange, sure=sure)
        self._newest.append(key)
        if len(self._newest) > MOST and (oldest := self._newest.popleft()) != key:
            _came(self._reports[oldest])
            self._reports[oldest] = None

    @on("station asks", *PARTS)
    def part(self, exchange: Exchange) -> None:
        number = exchange.request["requestId"]
        if (exchange.action, number) not in self._reports:
            self._unknown(exchange)
            return
        report = self._reports[exchange.action, number]
        if report is None or not report.sure:
            return
        if report.last is not None and report.last.response is None:  # it may be sent again
            report.sure = False
            _came(report)
            return
        if not self._answered(report, exchange):
            return
        _came(report)
        rule = NUMBERED.get(exchange.action)
        if report.over:
            self._part_wrong(LAST, report, exchange, "no part after the last one", "tbc")
            report.sure = False
            return
        if rule is not None and exchange.request["seqNo"] != report.next:
            self._part_wrong(rule, report, exchange, f"seqNo {report.next}", "seqNo")
        report.parts += 1
        report.next = exchange.request.get("seqNo", 0) + 1
        report.last = exchange
        report.over = not exchange.request.get("tbc", False)
        if not report.over:
            report.more = self.due(
                CONTINUED,
                exchange,
                expected=f"another part of the report {number}: this one has tbc true",
                within=self.judge.in_time,
                field="tbc",
            )

    @on("csms answers", *PARTS)
    def taken(self, exchange: Exchange) -> None:
        """A part that is refused may be sent again, or be the last."""
        report = self._reports.get((exchange.action, exchange.request["requestId"]))
        if exchange.error and report is not None:
            report.sure = False
            _came(report)

    def _unknown(self, exchange: Exchange) -> None:
        """Certain only when what was asked for before anybody listened has surely come."""
        if exchange.action in self._unknown_asked:
            return
        if self._listening is not None and exchange.asked > self._listening + self.judge.in_time:
            known = [str(number) for action, number in self._reports if action == exchange.action]
            self.breaks(
                ASKED_FOR,
                exchange,
                expected=f"the requestId of a request: {', '.join(known[-5:]) or 'there was none'}",
                received=str(exchange.request["requestId"]),
                field="requestId",
            )

    def _answered(self, report: _Report, exchange: Exchange) -> bool:
        question = report.question
        if question.answered is None:
            self.breaks(
                AFTER_ANSWER,
                exchange,
                expected=f"the answer to {question.action} before its report",
                received=exchange.text(),
                contradicts=question.text(),
                should=True,  # the scenarios show it so; no sentence says which comes first
            )
            return True
        status = (question.response or {}).get("status")
        if status == "Accepted":
            return True
        if status is not None and not question.deviating:
            self.breaks(
                ACCEPTED,
                exchange,
                expected=f"no report: {question.action} was answered {status}",
                received=exchange.text(),
                field="requestId",
                contradicts=question.answer_text(),
                should=(question.action, status) != ("GetBaseReport", "NotSupported"),
            )
        return False

    def _part_wrong(self, rule: Rule, report: _Report, exchange: Exchange, expected: str, field: str) -> None:
        self.breaks(
            rule,
            exchange,
            expected=f"{expected} in the report {exchange.request['requestId']}",
            received=f"{field} {exchange.request.get(field, 'left out')}",
            field=field,
            contradicts=(report.last or report.question).text(),
        )


def number_of(exchange: Exchange) -> int | None:
    """The requestId of a message that may be wrong in any way."""
    request: object = exchange.request
    number = request.get("requestId") if isinstance(request, dict) else None
    return number if isinstance(number, int) else None


def _is_over(report: _Report | None) -> bool:
    """Whether no part of it can be on its way: it has come as a whole, or was refused."""
    if report is None or not report.sure:
        return False
    refused = report.question.response is not None and report.question.response["status"] != "Accepted"
    return report.over or refused


def _came(report: _Report | None) -> None:
    if report is not None and report.more is not None:
        report.more.came()
