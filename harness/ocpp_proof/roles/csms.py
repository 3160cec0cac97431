"""The harness as CSMS: it listens, and the station under test connects."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID
from websockets.http11 import Request

from ..cases.errors import ConfigurationError, Inconclusive
from ..cases.requirements import STEP
from ..cases.timing import Timing
from ..net.endpoint import Accept, Endpoint, Listener, Refuse, TlsFailure, Verdict, listen
from ..net.server_hello import ServerHello
from ..net.waiting import timeout
from .message import Message
from .observed import Observed
from .peer import Peer

__all__ = ["SUBPROTOCOLS", "Csms", "Handshake", "HandshakePolicy"]

SUBPROTOCOLS = {"1.6": "ocpp1.6", "2.0.1": "ocpp2.0.1", "2.1": "ocpp2.1"}


@dataclass(frozen=True, slots=True)
class HandshakePolicy:
    """How stations are let in: as whom, with which password, over which TLS.

    At profile 3 the certificate has to name the identity or the `serial_number` (A00.FR.405).
    """

    identity: str
    security_profile: int
    password: str = ""
    tls: ssl.SSLContext | None = None
    path: str = ""
    serial_number: str = ""


@dataclass(slots=True)
class Handshake:
    """One attempt of the SUT to connect: what it presented and what became of it."""

    index: int
    identity: str = ""
    host: str = ""
    subprotocols: list[str] = field(default_factory=list)
    user: str | None = None
    password: str | None = None
    tls_failure: TlsFailure | None = None
    endpoint: Endpoint | None = None
    accepted: bool = False
    why: str = ""
    taken: bool = False


class Csms(Peer):
    """The CSMS that the station under test talks to.

    It admits one station, checks its credentials as the security profile demands, and answers everything soundly.
    """

    plays: Literal["csms", "station"] = "csms"

    def __init__(self, *, ocpp: str, timing: Timing, policy: HandshakePolicy, heartbeat_interval: int = 300) -> None:
        super().__init__(ocpp=ocpp, timing=timing, heartbeat_interval=heartbeat_interval)
        self.handshake_policy = policy
        self.handshakes: list[Handshake] = []
        self._judge_handshake: Callable[[Handshake], Verdict | None] | None = None
        self.observed = Observed()
        self.ready = False
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

    def _respond(self, message: Message, endpoint: Endpoint | None = None) -> None:
        super()._respond(message, endpoint)
        if self.ocpp == "1.6":
            self.observed.learn(message)

    def _accept(self, request: Request, endpoint: Endpoint) -> Verdict:
        handshake = self._read(request, endpoint)
        self.handshakes.append(handshake)
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

    def _read(self, request: Request, endpoint: Endpoint) -> Handshake:
        path = urlsplit(request.path).path
        handshake = Handshake(len(self.handshakes), unquote(path.rsplit("/", 1)[-1]), endpoint=endpoint)
        handshake.host = request.headers.get("Host", "")
        offered = request.headers.get_all("Sec-WebSocket-Protocol")
        handshake.subprotocols = [p.strip() for line in offered for p in line.split(",") if p.strip()]
        credentials = request.headers.get("Authorization", "")
        if credentials.lower().startswith("basic "):
            try:
                decoded = base64.b64decode(credentials[6:].strip(), validate=True).decode("utf-8", "replace")
                handshake.user, _, handshake.password = decoded.partition(":")
            except binascii.Error:
                handshake.user = ""
        return handshake

    def _sound_verdict(self, handshake: Handshake) -> Verdict:
        policy = self.handshake_policy
        if handshake.identity != policy.identity:
            handshake.why = (
                f"unknown station {handshake.identity!r}; sut.toml has connection.identity = {policy.identity!r}"
            )
            return Refuse(404, reason="unknown station")
        if policy.security_profile >= 2 and handshake.endpoint is not None and handshake.endpoint.tls is None:
            handshake.why = f"the station comes without TLS, and security profile {policy.security_profile} is asked"
            return Refuse(403, reason="TLS is needed")
        if policy.security_profile in (1, 2):
            given = (handshake.password or "").encode()
            if handshake.user != policy.identity or not hmac.compare_digest(given, policy.password.encode()):
                handshake.why = "the station's HTTP Basic credentials are wrong or missing"
                return Refuse(401, headers={"WWW-Authenticate": 'Basic realm="ocpp"'}, reason="wrong credentials")
        if policy.security_profile == 3:
            name, known = common_name(handshake.endpoint), (policy.identity, policy.serial_number)
            if not name or name not in known:
                handshake.why = (
                    f"the client certificate is for {name!r}, not for {policy.identity!r}; a station whose serial "
                    "number is not its identity needs values.serial_number in sut.toml"
                )
                return Refuse(401, reason="the certificate belongs to another station")
        wanted = SUBPROTOCOLS[self.ocpp]
        if wanted in handshake.subprotocols:
            return Accept(subprotocol=wanted)
        handshake.why = f"the station offers {handshake.subprotocols or 'no subprotocol'}, not {wanted}"
        return Accept(subprotocol=None)

    def adopt(self, endpoint: Endpoint) -> None:
        """Take a connection into use; one without the right subprotocol is closed, as OCPP-J demands."""
        if endpoint in self.unmanaged:
            return
        if endpoint.subprotocol != SUBPROTOCOLS[self.ocpp]:
            endpoint.close(1002, "no common subprotocol")
            return
        super().adopt(endpoint)

    def _tls_failed(self, failure: TlsFailure, endpoint: Endpoint) -> None:
        self.handshakes.append(
            Handshake(len(self.handshakes), tls_failure=failure, endpoint=endpoint, why=f"TLS: {failure}")
        )
        self._wake()

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
                received=f"{len(self.handshakes) - since} attempts: {[h.why for h in self.handshakes[since:]]}",
                note=note,
            ) from None
        return attempt

    async def expect_reconnected(
        self, *, connections: int, requirement: str = STEP, within: float | None = None
    ) -> Endpoint:
        """The SUT must come back: waits until there are more than `connections` connections and the newest is open."""
        within = within or self.timing.long
        try:
            await self.wait_until(
                lambda: len(self.connections) > connections and self.connected, within, "the station to connect"
            )
        except TimeoutError:
            why = "; ".join(h.why for h in self.handshakes[-3:] if h.why) or "it did not try"
            raise self._case().fail(
                requirement, expected=f"the station connects within {within:g} s", received=why
            ) from None
        return self.connections[-1]

    async def boot(self, *, requirement: str = STEP, within: float | None = None, **fields: Any) -> Message:
        """A BootNotification of the SUT, on whichever connection it comes."""
        return await self.expect(
            "BootNotification", requirement=requirement, within=within or self.timing.long, **fields
        )


def common_name(endpoint: Endpoint | None) -> str:
    """The CN of the client certificate that the SUT showed; empty without one."""
    tls = endpoint.tls if endpoint is not None else None
    certificate: x509.Certificate | None = tls.peer_certificate if tls is not None else None
    if certificate is None:
        return ""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


async def wait_for_station(csms: Csms, within: float) -> None:
    """Wait for the station's first connection; Inconclusive with what was seen when it never comes."""
    try:
        await csms.wait_until(lambda: csms.connected, within, "the station to connect")
    except TimeoutError:
        seen = "; ".join(dict.fromkeys(h.why for h in csms.handshakes[-5:] if h.why))
        raise Inconclusive(
            f"the station did not connect within {within:g} s"
            + (
                f"; its attempts were refused: {seen}"
                if seen
                else "; nothing tried to connect: is it pointed at this address?"
            )
        ) from None
    if not csms.ready:
        await csms.wait_until_quiet()
        csms.ready = True
        csms.match_from_now_on()
