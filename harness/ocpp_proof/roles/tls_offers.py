"""What a station offers when it begins with TLS, in each attempt to connect (A00.FR.3xx and 4xx of the station)."""

from __future__ import annotations

from ..net.client_hello import ClientHello
from ..rules.protocol import Finding

__all__ = ["TlsOffers"]

_OLD = {"SSLv3", "TLSv1", "TLSv1.1"}
_VERSION = {2: "A00.FR.313", 3: "A00.FR.416"}
_COMPRESSION = {
    "1.6": {2: "1.6S A00.FR.320", 3: "1.6S A00.FR.424"},
    "2": {2: "A00.FR.321", 3: "A00.FR.424"},
}


class TlsOffers:
    """Judges ClientHellos of one station, each fault once.

    That an old version, or a weak suite, is offered beside others is no use of it: what a station does when that is
    chosen is for X_TLS_02 and X_TLS_04. In 1.6 a charge point that cannot do better may use an older version.
    """

    def __init__(self, ocpp: str) -> None:
        self._ocpp = ocpp
        self._told: set[str] = set()

    def faults(self, hello: ClientHello | None, security_profile: int) -> list[Finding]:
        """What is wrong with an offer at this security profile; None: it was not read."""
        if hello is None or security_profile not in _VERSION:
            return []
        found = []
        if self._ocpp != "1.6" and hello.versions and set(hello.versions) <= _OLD:
            received = f"a ClientHello with {', '.join(hello.versions)}"
            found.append(Finding("TLS_OFFER", _VERSION[security_profile], "TLS 1.2 or newer", received))
        if hello.compression:
            requirement = _COMPRESSION["1.6" if self._ocpp == "1.6" else "2"][security_profile]
            expected = "no compression method but null in the ClientHello"
            # with null beside it, which must be there, a CSMS chooses that
            found.append(Finding("TLS_OFFER", requirement, expected, "compression is offered", should=True))
        new = [finding for finding in found if finding.requirement not in self._told]
        self._told |= {finding.requirement for finding in new}
        return new
