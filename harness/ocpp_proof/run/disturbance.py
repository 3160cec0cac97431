"""Cases that load or disturb a SUT: what they say of themselves, and which SUT they run against without permission."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..cases.declaration import Case
from ..sut.config import SutConfig, is_loopback

__all__ = ["disturbance", "may_be_disturbed", "why_not_disturbed"]


def disturbance(case: Case) -> str:
    """What a case does to the SUT beyond talking to it; empty for most."""
    if not case.disruptive:
        return ""
    much = [f"about {case.connections:,} connections"] if case.connections else []
    much += [f"{case.wrong_logins} wrong log-ins"] if case.wrong_logins else []
    return "disturbs the SUT" + (f" with {' and '.join(much)}" if much else "")


def may_be_disturbed(sut: SutConfig) -> bool:
    """Whether the SUT runs on this machine: an embedded reference system, or one of which sut.toml says so.

    A loopback address alone does not say it: a charger or a site may be at the other end of a tunnel.
    """
    return "reference" in sut.drivers or sut.connection.on_this_machine is True


def why_not_disturbed(case: Case, sut: SutConfig) -> str:
    """Why such a case does not run, and what would let it run."""
    address = sut.connection.url or sut.connection.listen
    asked = sut.connection.on_this_machine is None and is_loopback(urlsplit(address).hostname or "")
    hint = (
        "; where the SUT itself runs on this machine, and not behind a tunnel or proxy, say so once in sut.toml: "
        "connection.on_this_machine = true"
    )
    return f"{disturbance(case)}; run it with --allow-disruptive" + (hint if asked else "")
