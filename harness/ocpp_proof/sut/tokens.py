"""The tokens that a case identifies itself with: given in sut.toml, or made up."""

from __future__ import annotations

from dataclasses import dataclass

from .field_values import FieldValues

__all__ = ["Token", "Tokens"]

FROM_STATIONS = ("ISO14443", "ISO14443", "ISO15693", "KeyCode", "MacAddress")
"""Types of the tokens that stations of 2.x send without a contract certificate."""


@dataclass(frozen=True, slots=True)
class Token:
    """An identification: `idToken` and its 2.x type, and the group that it belongs to."""

    idToken: str
    type: str = "ISO14443"
    group: str = ""

    @property
    def payload(self) -> dict[str, str]:
        """As an IdTokenType of OCPP 2.x."""
        return {"idToken": self.idToken, "type": self.type}


class Tokens:
    """The tokens of a case: those that sut.toml gives, else fresh ones (a fresh one is never known to a SUT)."""

    def __init__(
        self,
        given: dict[str, dict[str, str]],
        values: FieldValues,
        *,
        ocpp: str,
        reader: bool,
        shared: frozenset[str] = frozenset(),
        certain: frozenset[str] = frozenset(),
    ) -> None:
        self._given = given
        self._shared = shared
        self._certain = {Token(**given[name]) for name in certain if name in given}
        self._values = values
        self._ocpp = ocpp
        self._reader = reader
        self._fresh: dict[str, Token] = {}

    def fresh(self, type: str = "") -> Token:
        """A token that nobody has seen before.

        Without a type it is a card that every reader reads, where a reader of the SUT has to read it; in front of a
        CSMS it is whatever stations send.
        """
        if type:
            return Token(self._values.id_token(type), type)
        if self._ocpp == "1.6":
            return Token(self._values.id_tag(reader=self._reader))
        kind = "ISO14443" if self._reader else self._values.random_element(FROM_STATIONS)
        return Token(self._values.id_token(kind), kind)

    def get(self, name: str) -> Token:
        """The token of that name from [values.tokens], else a fresh one, the same all through the case."""
        if name in self._given:
            return Token(**self._given[name])
        if name not in self._fresh:
            self._fresh[name] = self.fresh()
        return self._fresh[name]

    def given(self, name: str) -> bool:
        """Whether sut.toml names this token."""
        return name in self._given

    def is_shared(self, token: Token) -> bool:
        """Whether cases that run at the same time have the same token: it may be charging elsewhere."""
        return any(name in self._shared and Token(**given) == token for name, given in self._given.items())

    def is_certain(self, token: Token) -> bool:
        """Whether the SUT is known to have the token: somebody put it on its books, or it accepted it in this case."""
        return token in self._certain

    def accepted(self, token: Token) -> None:
        """The SUT has accepted the token: what it says of it from now on is about more than whether it knows it."""
        self._certain.add(token)

    def name_of(self, token: Token) -> str:
        """The name in [values.tokens] under which the case has the token, or would have it."""
        named = [name for name, given in self._given.items() if Token(**given) == token]
        named += [name for name, fresh in self._fresh.items() if fresh == token]
        return named[0] if named else "valid"

    def given_name(self, idToken: str) -> str:
        """The name under which sut.toml gives this token; empty where it does not."""
        return next((name for name, given in self._given.items() if given["idToken"] == idToken), "")

    def is_fresh(self, token: Token) -> bool:
        """Whether the harness made it up: nobody has seen it before this case."""
        return all(Token(**given) != token for given in self._given.values())

    @property
    def valid(self) -> Token:
        """A token that may charge."""
        return self.get("valid")

    @property
    def second(self) -> Token:
        """Another token that may charge, of no common group."""
        return self.get("second")

    @property
    def invalid(self) -> Token:
        """A token that nobody knows."""
        return self.get("invalid")

    @property
    def blocked(self) -> Token:
        """A token that is known and blocked."""
        return self.get("blocked")

    @property
    def expired(self) -> Token:
        """A token that is known and expired."""
        return self.get("expired")
