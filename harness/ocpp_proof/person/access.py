"""Who may operate a run over the page: who has the code that the terminal shows, once, and then a cookie."""

from __future__ import annotations

import hmac
import os
import secrets
from hashlib import sha256

__all__ = ["SECRET", "Access"]

SECRET = "OCPP_PROOF_OPERATOR_SECRET"  # noqa: S105 - the name of a variable
"""The environment variable in which `ocpp-proof run` hands one secret to the runs of all versions: a browser that the
first one let in is let in by the next one as well."""


class Access:
    """Codes and the cookie of one run. Each code lets one browser in; then there is another one."""

    def __init__(self, secret: str = "", run: str = "") -> None:
        """`secret` is shared by runs that let the same browsers in, and `run` tells them apart."""
        self._secret = (secret or secrets.token_urlsafe(32)).encode()
        self._run = run
        self._count = 0

    @classmethod
    def of_environment(cls, run: str) -> Access:
        """With the secret that `ocpp-proof run` handed on, which no driver gets to see."""
        return cls(os.environ.pop(SECRET, ""), run)

    @property
    def code(self) -> str:
        """The code that is good now."""
        return self._derived(f"code/{self._run}/{self._count}")

    @property
    def cookie(self) -> str:
        """The value of the cookie of a browser that was let in."""
        return self._derived("cookie")

    def redeem(self, code: str) -> bool:
        """Use the code up; False where it is not the one that is good now."""
        if not _same(code, self.code):
            return False
        self._count += 1
        return True

    def admits(self, cookie: str) -> bool:
        """Whether this is the cookie of a browser that was let in."""
        return _same(cookie, self.cookie)

    def _derived(self, what: str) -> str:
        return hmac.new(self._secret, what.encode(), sha256).hexdigest()[:32]


def _same(given: str, right: str) -> bool:
    """In a time that does not tell how much of it is right."""
    return hmac.compare_digest(given.encode(), right.encode())
