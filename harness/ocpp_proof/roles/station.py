"""The harness as charging station: it connects to the CSMS under test, as a station of its own for each case."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from ..cases.errors import Inconclusive, NonConformance
from ..cases.passwords import octets
from ..cases.requirements import STEP
from ..cases.timing import Timing
from ..net.endpoint import ConnectionRefused, Endpoint, dial
from .back_off import ASKED_TO_WAIT, BackOff, refused_for_now
from .connection_texts import closing_text
from .csms import SUBPROTOCOLS
from .line_observer import LineObserver
from .message import Answer, ErrorAnswer, Message
from .nameplate import Nameplate
from .operator_requests import OperatorRequests

__all__ = ["Credentials", "Station"]

FIRST = "BootNotification"
"""What a station says first on a new connection."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """As whom a station connects: what HTTP Basic carries (None: nothing), and its TLS context (None: plain)."""

    identity: str
    user: str | None = None
    password: str | None = None
    tls: ssl.SSLContext | None = None


class Station(OperatorRequests):
    """A charging station that the harness plays. `url` is the CSMS' address without the identity."""

    plays: Literal["csms", "station"] = "station"

    def __init__(
        self, *, ocpp: str, timing: Timing, url: str, credentials: Credentials, nameplate: Nameplate | None = None
    ) -> None:
        super().__init__(ocpp=ocpp, timing=timing)
        self.url = url.rstrip("/")
        self.credentials = credentials
        self.nameplate = nameplate or Nameplate()
        self.refusal: ConnectionRefused | None = None
        self.boot_answers: list[Answer] = []
        """What the CSMS said to each BootNotification, also to those that it triggered."""
        self.by_way_of: tuple[str, int] | None = None
        """Host and port to which TCP goes instead of those of the URL: where something stands in between."""
        self.observer: LineObserver | None = None
        self.rules.answered = self._answered

    @property
    def identity(self) -> str:
        """The identity that this station has."""
        return self.credentials.identity

    def has(self, name: str, value: str) -> None:
        """From now on the station has this value of a configuration key, 2.x: of a variable, which is
        "Component.Variable" or "Component.Variable[Instance]".

        All its answers say so, however the CSMS asks; in 2.x a CSMS that sets another one is refused. LookupError for
        what a station of the harness does not have.
        """
        self.defaults.have(name, value)

    def report_data(self, request: Message) -> list[dict[str, Any]]:
        """The reportData of the report that a GetBaseReport or GetReport asks for (2.x)."""
        return self.defaults.report_data(dict(request.payload))

    def forget_profiles(self, purpose: str) -> None:
        """The station has lost the charging profiles of this purpose, as some do when they are without power."""
        self.defaults.forget_profiles(purpose)

    async def dial(
        self,
        *,
        credentials: Credentials | None = None,
        subprotocols: list[str] | None = None,
        url: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        identity: str | None = None,
        server_hostname: str | None = None,
        compression: bool = False,
    ) -> Endpoint:
        """Connect in one way or another; raises ConnectionRefused. The connection is taken into use."""
        c = credentials or self.credentials
        base = (url or self.url).rstrip("/")
        basic = (c.user, octets(c.password or "")) if c.user is not None else None
        number = len(self.connections)
        self.refusal = None
        try:
            return await dial(
                f"{base}/{quote(identity or c.identity, safe='')}",
                subprotocols=[SUBPROTOCOLS[self.ocpp]] if subprotocols is None else subprotocols,
                headers=headers,
                basic=basic,
                tls=c.tls if base.startswith("wss") else None,
                server_hostname=server_hostname,
                record=self.recorder(number),
                timeout=self.timing.message,
                setup=self.adopt,
                link=self.real_link,
                compression=compression,
                by_way_of=self.by_way_of,
            )
        except ConnectionRefused as error:
            self.refusal = error
            usual = subprotocols is None and identity is None and server_hostname is None and not headers
            error.unprovoked = usual and base == self.url and c == self.credentials
            if error.timed_out and self.case is not None:
                self.case.time_passed(f"a connection was {error}", late=error.late)
            if self.observer is not None and base == self.url and self.by_way_of is None:
                self.observer.refused(error)
            if self.connections and not self.connections[-1].is_open:
                self.connections.pop()
            raise

    async def dial_until_let_in(self, **options: Any) -> Endpoint:
        """Connect, and while that is refused for now back off and try again until the time of an event is over.

        A station that was connected before may find that the CSMS has not noticed yet that its connection has ended,
        and refuses it or hangs up at once; another one may be told to come later. `options` of dial; raises
        ConnectionRefused.
        """
        came_before = bool(self.connections)
        back_off = BackOff(self, first=self.timing.quiet, within=self.timing.event)
        while True:
            try:
                endpoint = await self.dial(**options)
                if not came_before or await self._is_kept(endpoint) or not await back_off.wait():
                    return endpoint
            except ConnectionRefused as error:
                if not refused_for_now(error, came_before=came_before) or not await back_off.wait():
                    raise

    async def _is_kept(self, endpoint: Endpoint) -> bool:
        """Whether a new connection is open once a ping was answered; one that is not answered in a moment is kept."""
        answered = False

        def note(_: bytes) -> None:
            nonlocal answered
            answered = True
            self._wake()

        before, endpoint.on_pong = endpoint.on_pong, note
        if endpoint.is_open:
            endpoint.ping(b"kept")
        with suppress(TimeoutError):
            await self.wait_until(lambda: answered or not endpoint.is_open, self.timing.quiet, "the answer to a ping")
        endpoint.on_pong = before
        return endpoint.is_open

    async def connect(self, *, requirement: str = STEP, compression: bool = False) -> Endpoint:
        """Connect with the right credentials; a refusal is a NonConformance, a CSMS that is not there Inconclusive."""
        try:
            endpoint = await self.dial_until_let_in(compression=compression)
        except ConnectionRefused as error:
            if error.phase == "tcp":
                raise Inconclusive(
                    f"the CSMS cannot be reached at {self.url}: {error}; is it running, and is connection.url right?"
                ) from None
            raise self._case().fail(
                requirement,
                expected=f"the CSMS lets {self.identity} in",
                received=str(error),
                note="sut.toml: connection.identities, password, pki; the CSMS has to know this station",
            ) from None
        if endpoint.subprotocol != SUBPROTOCOLS[self.ocpp]:
            raise self._case().fail(
                "OCPP-J subprotocol",
                expected=f"the subprotocol {SUBPROTOCOLS[self.ocpp]} accepted",
                received=f"{endpoint.subprotocol!r}",
            )
        return endpoint

    async def reconnect(self) -> Endpoint:
        """Close what is open and connect again."""
        await self.close()
        return await self.connect()

    async def expect_refused(self, *, requirement: str, credentials: Credentials, what: str, **options: Any) -> str:
        """The CSMS must not let this attempt in: refused in TLS or HTTP, or closed before anything is answered.

        Judges the requirement and returns how it was refused. A CSMS that asks to come later says nothing of that: the
        station backs off and tries again until the time of an event is over, and then it is Inconclusive.
        """
        back_off = BackOff(self, first=self.timing.quiet, within=self.timing.event)
        while True:
            how, _ = await self.try_connection(credentials=credentials, **options)
            if self.refusal is None or self.refusal.status not in ASKED_TO_WAIT:
                break
            if not await back_off.wait():
                raise Inconclusive(f"whether {what} would be let in cannot be told: each attempt was {how}")
        if not how:
            self.connection.close()
        self._case().check(requirement, bool(how), expected=f"{what}: refused", received=how or "the CSMS let it in")
        return how

    async def try_connection(
        self,
        *,
        credentials: Credentials | None = None,
        asking: tuple[str, dict[str, Any]] | None = None,
        **options: Any,
    ) -> tuple[str, Answer | ErrorAnswer | None]:
        """Connect in one way or another (`options` of dial) and ask something: a BootNotification, or `asking`.

        Gives how the CSMS refused that, empty where it let the station in, and the answer. A refusal is one of TLS or
        HTTP, or that the connection is upgraded and closed before anything was answered: in TLS 1.3 a refused
        certificate looks like success until the first read, and some CSMS cannot refuse otherwise. That nothing is
        answered on a connection which stays open is none. Inconclusive where the CSMS cannot be reached.
        """
        try:
            endpoint = await self.dial(credentials=credentials, **options)
        except ConnectionRefused as error:
            if error.phase == "tcp":
                raise Inconclusive(f"the CSMS cannot be reached at {self.url}: {error}") from None
            return str(error), None
        answer = None
        if endpoint.is_open:
            action, payload = asking or (FIRST, self._nameplate_of(credentials).boot(self.ocpp))
            answer = await self.outcome_of(action, payload, within=self.timing.message)
        if answer is not None or endpoint.is_open:
            return "", answer
        return f"upgraded, and closed before anything was answered: {closing_text(endpoint)}", None

    async def _send_owed(self, action: str, payload: dict[str, Any]) -> None:
        """A BootNotification says what this station is, and why it comes."""
        await super()._send_owed(action, self.nameplate.boot(self.ocpp) | payload if action == FIRST else payload)

    async def _call_now(
        self, action: str, payload: Any, message_id: str | None, within: float, *, judge: bool
    ) -> Answer | ErrorAnswer:
        self._about_to_send(action, payload)
        sent = time.monotonic()
        try:
            answer = await super()._call_now(action, payload, message_id, within, judge=judge)
        except NonConformance:
            if self.observer is not None and self.connected:
                self.observer.unanswered(sent)
            raise
        self._booted(action, answer)
        return answer

    async def _outcome_now(
        self, action: str, payload: Any, within: float | None, on_purpose: str
    ) -> Answer | ErrorAnswer | None:
        self._about_to_send(action, payload)
        answer = await super()._outcome_now(action, payload, within, on_purpose)
        self._booted(action, answer)
        return answer

    def recorder(self, number: int) -> Callable[[str, str, object], None]:
        """What a connection calls for everything that happens on it; who observes the line is told as well."""
        record = super().recorder(number)
        observer = self.observer
        if observer is None:
            return record

        def told(direction: str, kind: str, data: object) -> None:
            record(direction, kind, data)
            observer.wire(number, direction, kind, data)

        return told

    def _answered(self, seconds: float) -> None:
        if self.observer is not None:
            self.observer.answered(seconds)

    def _about_to_send(self, action: str, payload: object) -> None:
        """What it says of itself counts; from its BootNotification on, until it is accepted, it boots when asked to."""
        self.defaults.told(action, payload)
        if action == FIRST:
            self.defaults.register(accepted=False)

    def _booted(self, action: str, answer: Answer | ErrorAnswer | None) -> None:
        if action == FIRST and isinstance(answer, Answer):
            self.defaults.register(accepted=answer.status == "Accepted")
            self.boot_answers.append(answer)
            self._wake()

    def _nameplate_of(self, credentials: Credentials | None) -> Nameplate:
        """The nameplate with the serial number of whoever connects, where there are serial numbers."""
        plate = self.nameplate
        other = credentials is not None and credentials.identity != self.identity
        return plate.of_certificate(credentials.identity) if credentials and other and plate.serial_number else plate
