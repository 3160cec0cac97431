"""Why a connection came to nothing, and which key of sut.toml, or which setting of the product, that is about."""

from __future__ import annotations

from collections.abc import Sequence

from ...net.endpoint import ConnectionRefused
from ...roles.handshakes import Handshake
from ...sut.config import Connection

__all__ = ["refused_by_csms", "refused_station"]

_DISTRUST = (
    "unknown_ca",
    "bad_certificate",
    "certificate_unknown",
    "certificate_expired",
    "certificate_revoked",
    "unsupported_certificate",
    "certificate_required",
    "access_denied",
)
"""Alerts (RFC 8446, 6.2) with which a peer refuses the certificate that it was shown."""
_PLAIN_ANSWER = ("wrong version number", "record layer failure", "http request", "packet length too long")
"""What OpenSSL says of bytes that are no TLS."""


def refused_by_csms(error: ConnectionRefused, connection: Connection, identity: str, profile: int) -> str:
    """What to look at where a CSMS did not let the harness in."""
    match error.phase:
        case "tcp":
            return "is the CSMS running (--wait SECONDS waits for it), and is connection.url right?"
        case "tls":
            return _tls(error, connection)
    return _http(error, identity, profile)


def _tls(error: ConnectionRefused, connection: Connection) -> str:
    reason = error.reason.lower()
    root = "connection.pki" if connection.pki is not None else "connection.pki or connection.ca"
    silent = error.hung_up or "ended inside" in reason
    if any(words in reason for words in _PLAIN_ANSWER) or (silent and not _showed_certificate(error)):
        return (
            "nothing speaks TLS at this port: connection.url names the wrong one, or the CSMS is without TLS "
            "(connection.security_profile 0 or 1, with ws://)"
        )
    if "has expired" in reason or "not yet valid" in reason:
        return "the certificate of the CSMS is out of date (or the clock of this machine is wrong): renew it there"
    if "mismatch" in reason or "not valid for" in reason:
        return "the certificate of the CSMS is for another name: connection.url has to have one that is in it"
    if "certificate is refused" in reason:
        return f"its root is not trusted here: put it into a file and name that in connection.ca (now: {root})"
    if silent or (error.tls_alert in _DISTRUST and f"peer sent the alert {error.tls_alert}" in error.reason):
        return (
            "the CSMS showed its certificate and ended TLS then, as one does that refuses the certificate of the "
            "station: it has to trust root.pem of the folder connection.pki, and know whose certificate it is"
        )
    return "TLS versions or suites do not fit: the CSMS has to offer what the standard requires (A00.FR.318)"


def _showed_certificate(error: ConnectionRefused) -> bool:
    return error.tls is not None and bool(error.tls.peer_chain)


def _http(error: ConnectionRefused, identity: str, profile: int) -> str:
    who = f"the station {identity!r} (connection.identities)"
    match error.status:
        case 404:
            return f"is the path of connection.url right, and does the CSMS know {who}?"
        case 401 if profile in (1, 2):
            return f"is connection.password right, and is it that of {who}?"
        case 401 | 403 if profile == 0:
            return f"does the CSMS let {who} in without credentials, or should connection.security_profile be another?"
        case 401 | 403 if profile == 3:
            return f"does the CSMS know the certificate of {who}: its commonName, and the root of connection.pki?"
        case 403:
            return f"does the CSMS allow {who} at security_profile = {profile}?"
        case 301 | 302 | 303 | 307 | 308:
            return f"it redirects to {_header(error, 'Location')!r}: put the address itself into connection.url"
        case 429 | 503:
            return "it asks to come later: is it still starting (--wait SECONDS waits for it), or has it no room?"
        case 400 | 426:
            return "is connection.url the address for OCPP, and sut.ocpp (or --ocpp) a version that it speaks there?"
        case 502 | 504:
            return "a proxy answers, and the CSMS behind it does not: is that running?"
        case 101:
            return (
                "it answers 101 and something in the answer is wrong: the CSMS, or a proxy in between, breaks RFC 6455"
            )
        case 200:
            return "an ordinary web server answers: connection.url is not the address for OCPP"
        case None:
            return (
                "no HTTP answer came: is that port one with TLS (connection.security_profile 2 or 3, with wss://), or "
                "no CSMS at all (connection.url)?"
            )
    return f"is connection.url right, and does the CSMS know {who}?"


def _header(error: ConnectionRefused, name: str) -> str:
    return next((value for key, value in error.headers.items() if key.lower() == name.lower()), "")


def refused_station(handshakes: Sequence[Handshake], refusals: str, connection: Connection, ocpp: str) -> list[str]:
    """What to look at where the station tried and was not let in; `refusals` are its attempts in words."""
    hints: dict[str, None] = {}
    failed = [handshake.tls_failure for handshake in handshakes if handshake.tls_failure is not None]
    for failure in failed:
        if "without TLS" in failure.reason:
            hints["it comes without TLS: give it the address with wss://, or lower connection.security_profile"] = None
        elif failure.alert_received in _DISTRUST:
            hints[_distrusts(connection, f"it sent the alert {failure.alert_received}")] = None
        elif "certificate is refused" in failure.reason:
            hints[
                f"its client certificate is refused here ({failure.reason.rpartition(': ')[2]}): give it one with "
                "ocpp-proof certs DIR --station IDENTITY, of the folder connection.pki, or name the root of its own in "
                "connection.ca"
            ] = None
        elif "did not return a certificate" in failure.reason:
            hints["it shows no client certificate: is it at security profile 3, as connection.security_profile is?"] = (
                None
            )
        elif "ended" in failure.reason:
            hints[_distrusts(connection, "it ended TLS without a word, as many do that do not trust the server")] = None
    words = {
        "ClientHello came to an address without TLS": "it comes with TLS: give it the address with ws://, or raise "
        "connection.security_profile and listen at wss://",
        "credentials are wrong": "user name is its identity; compare connection.password with what it was given",
        "offers ": f"this run is about OCPP {ocpp}: choose another with sut.ocpp or --ocpp, or set the station to it",
        "a TLS handshake that does not go on": _distrusts(connection, "its TLS handshake stopped"),
    }
    hints |= {hint: None for text, hint in words.items() if text in refusals}
    return list(hints)


def _distrusts(connection: Connection, seen: str) -> str:
    folder = connection.pki or "PKI"
    return (
        f"{seen}: install {folder}/root.pem in it as a trusted root of the CSMS, and let the address that it calls "
        "have a host of the certificate (ocpp-proof certs DIR --host NAME)"
    )
