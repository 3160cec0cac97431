"""What connections end in: verdicts on a handshake, refusals, closes, and what TLS told about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cryptography import x509

from ocpp_proof.net.client_hello import ClientHello

__all__ = [
    "Accept",
    "CloseInfo",
    "ConnectionRefused",
    "Drop",
    "Phase",
    "Record",
    "Refuse",
    "TlsFailure",
    "TlsInfo",
    "Verdict",
]

Record = Callable[[str, str, object], None]
"""record(direction, kind, data): direction "in", "out" or "-"; kinds tcp-open, tls, handshake, text, binary, frame,
bytes-bad, tcp-lost, note."""

Phase = Literal["tcp", "tls", "handshake"]


@dataclass(frozen=True)
class Accept:
    """Answer the handshake with 101; `headers` replace the usual ones, an empty value removes one."""

    subprotocol: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refuse:
    """Answer the handshake with another HTTP status; `reason` is the body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class Drop:
    """Do not answer the handshake: close the TCP connection, or reset it."""

    reset: bool = False


Verdict = Accept | Refuse | Drop


@dataclass(frozen=True)
class TlsInfo:
    """What was agreed (versions like "TLSv1.3", suites by OpenSSL's names) and what the peer showed."""

    version: str | None
    cipher: str | None
    peer_chain: tuple[bytes, ...]  # DER, as the peer sent it, leaf first; also when it was refused
    client_hello: ClientHello | None
    alert_sent: str | None = None
    alert_received: str | None = None

    @property
    def peer_certificate(self) -> x509.Certificate | None:
        """The peer's own certificate, or None when it showed none."""
        return x509.load_der_x509_certificate(self.peer_chain[0]) if self.peer_chain else None


@dataclass(frozen=True)
class TlsFailure:
    """Why TLS failed; alerts have the names of RFC 8446, such as unknown_ca."""

    reason: str
    alert_sent: str | None = None
    alert_received: str | None = None
    info: TlsInfo | None = None

    @property
    def alert(self) -> str | None:
        """The alert that crossed the wire; the peer's own counts first."""
        return self.alert_received or self.alert_sent

    def __str__(self) -> str:
        received = f"; the peer sent the alert {self.alert_received}" if self.alert_received else ""
        sent = f"; we sent the alert {self.alert_sent}" if self.alert_sent else ""
        return self.reason + received + sent


@dataclass(frozen=True)
class CloseInfo:
    """How a connection ended.

    `code` is that of the peer's close frame and None when there was none; `clean` means that both close frames were
    exchanged; `error` says in words what was wrong, and is empty otherwise.
    """

    code: int | None
    reason: str
    clean: bool
    error: str
    tls_alert: str | None = None

    def __str__(self) -> str:
        what = "without a close frame" if self.code is None else f"with close code {self.code}"
        details: Sequence[str] = [text for text in (self.reason, self.error) if text]
        return f"closed {what}" + (f" ({'; '.join(details)})" if details else "")


class ConnectionRefused(ConnectionError):
    """The connection was not opened: which phase stopped it, and why.

    `timed_out`: nothing was wrong but that it took too long; `late`: as of `net.waiting.Timeout`. `unprovoked`: who
    wanted to connect came in the right way, with the right credentials. `tls`: how far TLS came, where that failed.
    """

    tls: TlsInfo | None = None
    timed_out = False
    late = 0.0
    unprovoked = False

    @property
    def hung_up(self) -> bool:
        """Whether it was let in by TCP, and then the connection was ended without a word."""
        return self.phase != "tcp" and not self.timed_out and self.status is None and self.tls_alert is None

    def __init__(
        self,
        reason: str,
        *,
        phase: Phase,
        status: int | None = None,
        tls_alert: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.phase: Phase = phase
        self.status = status
        self.tls_alert = tls_alert
        self.headers: Mapping[str, str] = headers or {}

    def __str__(self) -> str:
        status = f"HTTP {self.status}: " if self.status is not None else ""
        alert = f" (TLS alert {self.tls_alert})" if self.tls_alert else ""
        return f"refused in the {self.phase} phase: {status}{self.reason}{alert}"
