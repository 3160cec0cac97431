"""A CALL of either side with its answer: what the rules look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .rule import Side

__all__ = ["HIDDEN", "Exchange", "is_secret"]

HIDDEN = "•••"
_SECRETS = ("authorizationkey", "basicauthpassword")
_SECRET_FIELDS = ("basicAuthPassword", "apnPassword", "password", "userPassword")
_VALUES = ("value", "attributeValue", "variableAttribute")


@dataclass(slots=True)
class Exchange:
    """A CALL (or a SEND, which has no answer). Times are seconds since the epoch.

    `sender`: the side that asks. `response` is the payload of a CALLRESULT, `error` the code of a CALLERROR; neither:
    it is not answered (yet). `confirmed`: the sender said something on the same connection after its answer, and so
    has most likely read it. `deviating`: the request, `answer_deviating`: the answer was made wrong on purpose.
    """

    sender: Side
    action: str
    request: dict[str, Any]
    message_id: str
    asked: float
    connection: int = 0
    response: dict[str, Any] | None = None
    error: str = ""
    answered: float | None = None
    confirmed: bool = False
    deviating: bool = False
    answer_deviating: bool = False
    notes: dict[str, Any] = field(default_factory=dict)
    """What a subject keeps with it, under names of its own."""

    def text(self) -> str:
        """The request in words, short enough for a line."""
        said = f"{self.action} {_shown(self.request)}"
        return said if len(said) <= 200 else f"{said[:200]}..."

    def answer_text(self) -> str:
        """The answer in words, short enough for a line."""
        said = f"the answer to {self.action}: {self.error or _shown(self.response)}"
        return said if len(said) <= 200 else f"{said[:200]}..."


def is_secret(name: object) -> bool:
    """Whether a configuration key or variable of this name holds a password."""
    return str(name).casefold() in _SECRETS


def _shown(data: Any) -> Any:
    """A payload without passwords: once a text is cut, nobody can tell any more which of its values was one."""
    match data:
        case dict():
            variable = data.get("variable")
            secret = is_secret(data.get("key")) or (isinstance(variable, dict) and is_secret(variable.get("name")))
            return {
                key: HIDDEN if key in _SECRET_FIELDS or (secret and key in _VALUES) else _shown(value)
                for key, value in data.items()
            }
        case list():
            return [_shown(one) for one in data]
    return data
