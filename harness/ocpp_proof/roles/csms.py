"""The harness as CSMS: it listens, and the station under test connects."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from websockets.http11 import Request

from ..cases.errors import ConfigurationError, Inconclusive
from ..cases.evidence import CaseRun
from ..cases.requirements import STEP
from ..cases.timing import Timing
from ..net.endpoint import Accept, Endpoint, Listener, Refuse, TlsFailure, Verdict, listen
from ..net.no_handshake import SILENT, NoHandshake
from ..net.server_hello import ServerHello
from ..net.waiting import held_up, timeout
from ..ocppj.frames import Call, CallError, CallResult, Frame
from ..rules.protocol import Finding
from .connector_statuses import ConnectorStatuses
from .handshake_policy import HandshakePolicy
from .handshakes import Handshake, client_hello_of, read_handshake, rsa_only
from .message import Message
from .open_transactions import OpenTransactions
from .peer import Peer
from .station_state import StationState
from .tls_offers import TlsOffers

__all__ = ["SUBPROTOCOLS", "Csms", "Handshake", "HandshakePolicy"]

_SERIAL_NUMBERS = ("serialNumber", "chargePointSerialNumber", "chargeBoxSerialNumber")
FIRST_BOOT_HELD = 0.2
"""Seconds for which the answer to the first BootNotification of a run is held back."""
SUBPROTOCOLS = {"1.6": "ocpp1.6", "2.0.1": "ocpp2.0.1", "2.1": "ocpp2.1"}


class Csms(Peer):
    """The CSMS that the station under test talks to.

    It admits one station, checks its credentials as the security profile demands, and answers everything soundly.
    """

    plays: Literal["csms", "station"] = "csms"

    def __init__(self, *, ocpp: str, timing: Timing, policy: HandshakePolicy, heartbeat_interval: int = 300) -> None:
        super().__init__(ocpp=ocpp, timing=timing, heartbeat_interval=heartbeat_interval)
        self.handshake_policy = policy
        self.handshakes: list[Handshake] = []
        self._silent: list[int] = []  # connections on which nothing came, by the number of attempts before
        self._seen_before = 0
        self._subprotocol_missed = False
        self._tls_offers = TlsOffers(ocpp)
        self._connected_at = self._late = 0.0
        self.boots = 0
        """How many BootNotifications have been answered."""
        self.boot_read_late = 0.0
        """For how many seconds the first BootNotification of a run may have lain unread."""
        self.transactions = OpenTransactions()
        self.state = StationState(ocpp)
        self.serial_numbers: set[str] = set()
        """What the station said to be its serial number when it booted."""
        self._judge_handshake: Callable[[Handshake], Verdict | None] | None = None
        self.connector_statuses = ConnectorStatuses()
        self.ready = False
        self._boots_until: float | None = None
        """Until when the answer to the first BootNotification is held back."""
        self.unmanaged: set[Endpoint] = set()
        """Connections of which a case sees to itself: they are not taken into use, nor closed."""
        self._listener: Listener | None = None
        self._others: list[Listener] = []
        self._host = ""
        self._port = 0

    async def wait_until_quiet(self) -> None:
        """Wait until the SUT has been silent for the quiet time: it has booted and said what it has to say."""
        deadline = asyncio.get_running_loop().time() + self.timing.long
        while asyncio.get_running_loop().time() < deadline:
            try:
                async with timeout(self.timing.quiet):
                    await self.activity()
            except TimeoutError:
                if asyncio.get_running_loop().time() >= (self._boots_until or 0.0) + self.timing.quiet:
                    return

    # --- listening

    async def listen(self, host: str, port: int) -> int:
        """Listen on host and port (0: any free one); returns the port. ConfigurationError when it is taken."""
        self._listener = await self._listen(host, port, "connection.listen")
        self._host, self._port = host, self._listener.port
        return self._port

    @property
    def address(self) -> tuple[str, int]:
        """Host and port at which the harness listens."""
        return (self.real_link.address if self.real_link else self._host), self._port

    async def listen_too(self, host: str, port: int) -> None:
        """Listen at another address as well, until `stop`. ConfigurationError when it is taken."""
        self._others.append(await self._listen(host, port, "values.upgrade.listen"))

    async def _listen(self, host: str, port: int, key: str) -> Listener:
        try:
            return await listen(
                host,
                port,
                tls=self.handshake_policy.tls,
                accept=self._accept,
                record_for=lambda endpoint: self.recorder(len(self.connections)),
                on_connected=self.adopt,
                on_tls_failure=self._tls_failed,
                on_no_handshake=self._no_handshake,
                link=self.real_link,
            )
        except OSError as error:
            raise ConfigurationError(
                f"cannot listen on {host}:{port}: {error.strerror}; change {key} in sut.toml"
            ) from None

    def require(self, policy: HandshakePolicy) -> None:
        """From now on the station is let in so, at the same address; what is connected stays.

        Where the harness came without TLS and gets one, a connection without TLS is heard too, and refused in HTTP.
        """
        for listener in filter(None, (self._listener, *self._others)):
            listener.plain_too = policy.tls is not None and (listener.plain_too or listener.tls is None)
            listener.tls = policy.tls
        self.handshake_policy = policy

    def stop(self) -> None:
        """Stop listening and cut what is connected."""
        for listener in filter(None, (self._listener, *self._others)):
            listener.close()
        self._listener, self._others = None, []

    def _accept(self, request: Request, endpoint: Endpoint) -> Verdict:
        handshake = read_handshake(request, endpoint, len(self.handshakes))
        self.handshakes.append(handshake)
        self._judge_offer(handshake)
        verdict: Verdict | None = None
        if self._judge_handshake is not None:
            verdict = self._judge_handshake(handshake)
        if verdict is None:
            verdict = self._sound_verdict(handshake)
        handshake.accepted = isinstance(verdict, Accept)
        if isinstance(verdict, Refuse):
            handshake.why = handshake.why or f"HTTP {verdict.status} {verdict.reason}"
            self._record("-", "note", f"the harness refuses the connection: {handshake.why}")
        self._wake()
        return verdict

    @property
    def rsa_only(self) -> bool:
        """Whether the station can do the pair of TLS_RSA suites and no other: certificates for it need an RSA key."""
        return rsa_only(self.handshakes[-1:])

    @property
    def station_names(self) -> set[str]:
        """Whose name a certificate of the station may have: its identity, and the serial numbers that are known."""
        given = {self.handshake_policy.identity, self.handshake_policy.serial_number}
        return (given | self.serial_numbers) - {""}

    def _respond_unless_held(self, message: Message, endpoint: Endpoint) -> None:
        """The first BootNotification of a run waits for its answer: a station that does not wait for it shows so."""
        respond = super()._respond_unless_held
        if message.action == "BootNotification" and self._boots_until is None:
            self.boot_read_late = held_up() - self._late
            loop = asyncio.get_running_loop()
            self._boots_until = loop.time() + FIRST_BOOT_HELD
            loop.call_at(self._boots_until, respond, message, endpoint)
        else:
            respond(message, endpoint)

    def _respond(self, message: Message, endpoint: Endpoint | None = None) -> None:
        super()._respond(message, endpoint)
        self.transactions.heard(message)
        self.state.heard(message, self._case_key())
        self.connector_statuses.heard(message)
        if message.action == "BootNotification":
            self.boots += 1
            told = message.payload.get("chargingStation")
            found = map((told if isinstance(told, dict) else message.payload).get, _SERIAL_NUMBERS)
            self.serial_numbers |= {serial for serial in found if isinstance(serial, str) and serial}

    def _send(self, frame: Frame, endpoint: Endpoint | None = None, *, on_purpose: str = "") -> None:
        if isinstance(frame, Call):
            self.state.asked(frame, self._case_key())
        super()._send(frame, endpoint, on_purpose=on_purpose)

    def _note_answer(self, frame: CallResult | CallError) -> None:
        super()._note_answer(frame)
        self.state.answered(frame)

    def begin(self, case: CaseRun) -> None:
        """See Conversation; the case is told of remote starts, and how long the station waits for a driver."""
        super().begin(case)
        case.kept_waiting.patience = self.state.settings.connection_timeout
        self.state.starts.on_accepted = case.kept_waiting.remote_start

    def operated(self, verb: str, arguments: dict[str, Any], case: str) -> None:
        """A driver has done a verb in a case."""
        self.state.starts.operated(verb, arguments, case)
        evse, connector = arguments.get("evseId"), arguments.get("connectorId")
        place = (evse, connector) if isinstance(evse, int) and isinstance(connector, int) else None
        self.judge.operated(verb, place, time.time())

    def _case_key(self) -> str:
        return self.case.result.key if self.case is not None else "no case"

    def _sound_verdict(self, handshake: Handshake) -> Verdict:
        wanted = SUBPROTOCOLS[self.ocpp]
        if refused := self.handshake_policy.refusal(handshake, names=self.station_names):
            return refused
        if wanted in handshake.subprotocols:
            return Accept(subprotocol=wanted)
        handshake.why = f"the station offers {handshake.subprotocols or 'no subprotocol'}, not {wanted}"
        if not handshake.subprotocols and not self._subprotocol_missed:
            self._subprotocol_missed = True  # it is said once: every case finds it so
            self.findings.append(
                Finding("HANDSHAKE", "OCPP-J 3.1.2", f"Sec-WebSocket-Protocol with {wanted}", "no subprotocol at all")
            )
        return Accept(subprotocol=None)

    def adopt(self, endpoint: Endpoint) -> None:
        """Take a connection into use; one without the right subprotocol is closed, as OCPP-J demands."""
        if endpoint in self.unmanaged:
            return
        if endpoint.subprotocol != SUBPROTOCOLS[self.ocpp]:
            endpoint.close(1002, "no common subprotocol")
            return
        self._connected_at, self._late = asyncio.get_running_loop().time(), held_up()
        super().adopt(endpoint)

    @property
    def has_just_connected(self) -> bool:
        """Whether the station may still be saying what it says first on a new connection, as some boot on each."""
        return asyncio.get_running_loop().time() - self._connected_at < self.timing.quiet

    def _tls_failed(self, failure: TlsFailure, endpoint: Endpoint) -> None:
        self.handshakes.append(
            Handshake(len(self.handshakes), tls_failure=failure, endpoint=endpoint, why=f"TLS: {failure}")
        )
        self._judge_offer(self.handshakes[-1])
        self._wake()

    def _judge_offer(self, handshake: Handshake) -> None:
        offered = client_hello_of(handshake)
        self.findings += self._tls_offers.faults(offered, self.handshake_policy.security_profile)

    def _no_handshake(self, found: NoHandshake, endpoint: Endpoint) -> None:
        attempt = next((h for h in reversed(self.handshakes) if h.endpoint is endpoint), None)
        if found.silent:
            self._silent.append(len(self.handshakes))
        elif attempt is not None:
            attempt.accepted, attempt.why = False, found.why
        else:
            self.handshakes.append(Handshake(len(self.handshakes), endpoint=endpoint, why=found.why))
        self._record("-", "note", f"no WebSocket connection: {found.why}")
        self._wake()

    def refusals(self, since: int = 0) -> str:
        """Why attempts to connect, from this one on, came to nothing, and how often; empty where there was none."""
        counted = Counter(attempt.why for attempt in self.handshakes[since:] if attempt.why)
        counted.update(SILENT for before in self._silent if before >= since)
        for listener in filter(None, (self._listener, *self._others)):
            counted.update(listener.unfinished)
        return "; ".join(why if many == 1 else f"{why} ({many} times)" for why, many in counted.items())

    def match_from_now_on(self) -> None:
        """Match only what comes from now on."""
        super().match_from_now_on()
        self._seen_before = len(self.handshakes)

    def _since_text(self, told: Message | None = None) -> str:
        refused = "" if self.connected else self.refusals(self._seen_before)
        return super()._since_text(told) + (f"; attempts to connect came to nothing: {refused}" if refused else "")

    # --- words of a case

    @contextmanager
    def answering_handshakes(self, judge: Callable[[Handshake], Verdict | None]) -> Iterator[None]:
        """While the block runs, `judge` decides on each attempt to connect; None leaves it to the sound decision."""
        before, self._judge_handshake = self._judge_handshake, judge
        try:
            yield
        finally:
            self._judge_handshake = before

    @contextmanager
    def presenting_tls(self, tls: ssl.SSLContext | ServerHello, *, plain_too: bool = False) -> Iterator[None]:
        """While the block runs, new connections are met with another TLS context; `plain_too` hears those without."""
        listener = self._listener
        if listener is None or listener.tls is None:
            raise Inconclusive("the harness does not use TLS here")
        before, listener.tls = (listener.tls, listener.plain_too), tls
        listener.plain_too = listener.plain_too or plain_too
        try:
            yield
        finally:
            listener.tls, listener.plain_too = before

    @contextmanager
    def compressing(self) -> Iterator[None]:
        """While the block runs, new connections are compressed where the station offers it (RFC 7692)."""
        listener = self._listener
        if listener is None:
            raise Inconclusive("the harness does not listen")
        listener.compression = True
        try:
            yield
        finally:
            listener.compression = False

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        """While the block runs nobody listens; what is connected is cut. `listen()` or `reopen()` ends it."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        yield

    async def go_offline(self) -> None:
        """Listen no more, and end what is connected; the station has noticed when this returns.

        A station that does not end its side of TCP within the close timeout is cut. Needs `await reopen()` afterwards.
        """
        if self._listener is not None:
            listener, self._listener = self._listener, None
            self._record("-", "note", "the harness takes the connection away")
            await listener.hang_up()

    async def reopen(self) -> None:
        """Listen again on the same port."""
        if self._listener is None:
            await self.listen(self._host, self._port)

    async def expect_attempt(
        self,
        *,
        requirement: str = STEP,
        since: int = 0,
        within: float | None = None,
        note: str = "",
        **options: Any,
    ) -> Handshake:
        """The SUT must try to connect: the first attempt with an index of at least `since` is returned.

        `failed_tls=True` waits for an attempt that TLS ended, `accepted=True/False` for what became of it.
        """
        within = within or self.timing.long

        def first() -> Handshake | None:
            for attempt in self.handshakes[since:]:
                if "accepted" in options and attempt.accepted is not options["accepted"]:
                    continue
                if "failed_tls" in options and (attempt.tls_failure is not None) is not options["failed_tls"]:
                    continue
                return attempt
            return None

        try:
            attempt: Handshake = await self.wait_until(first, within, "an attempt of the station to connect")
        except TimeoutError:
            raise self._case().fail(
                requirement,
                expected=f"an attempt to connect within {within:g} s",
                received=f"{len(self.handshakes) - since} attempts; {self.refusals(since) or 'none was refused'}",
                note=note,
            ) from None
        return attempt

    async def expect_reconnected(
        self, *, connections: int, requirement: str = STEP, within: float | None = None
    ) -> Endpoint:
        """The SUT must come back: waits until there are more than `connections` connections and the newest is open."""
        within = within or self.timing.long
        let_in = max((attempt.index + 1 for attempt in self.handshakes if attempt.let_in), default=0)
        try:
            await self.wait_until(
                lambda: len(self.connections) > connections and self.connected, within, "the station to connect"
            )
        except TimeoutError:
            raise self._case().fail(
                requirement,
                expected=f"the station connects within {within:g} s",
                received=self.refusals(let_in) or "it did not try",
            ) from None
        return self.connections[-1]

    async def boot(self, *, requirement: str = STEP, within: float | None = None, **fields: Any) -> Message:
        """A BootNotification of the SUT, on whichever connection it comes."""
        return await self.expect(
            "BootNotification", requirement=requirement, within=within or self.timing.long, **fields
        )
