"""Whether a CSMS under test ever says no: asked once in a run, so that its "Accepted" means something.

Many official cases have the CSMS send what the operator wants, and take an empty answer. A system that agrees to
everything and remembers nothing passes them, and nothing in such a case can tell it from a sound one. A sound CSMS says
no to at least one of the questions here; who says yes to all of them has no PASS in an official case.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime

from ocpp_reports.model import CaseResult

from ..cases.errors import Inconclusive, NonConformance
from ..cases.evidence import CaseRun, running
from ..roles.message import Answer, ErrorAnswer
from ..roles.station import Station
from .identities import Identities

__all__ = ["YES", "Witness", "agrees_to_everything"]

YES = "this CSMS says yes to everything"
FIRST = "BootNotification"


class Witness:
    """Asks the CSMS of one run, before the first official case, as a station of its own.

    `station` makes a station of an identity, `nobody` the result of what is no case; `settle`: seconds that what
    follows may take. `note` gets what the CSMS agreed to.
    """

    def __init__(
        self,
        identities: Identities,
        *,
        station: Callable[[str], Station],
        nobody: Callable[[], CaseResult],
        seed: int,
        settle: float,
        note: Callable[[str], None],
    ) -> None:
        self._identities, self._station, self._nobody = identities, station, nobody
        self._seed, self._settle, self._note = seed, settle, note
        self._asked: asyncio.Future[str] | None = None

    async def heard(self, *, official: bool) -> str:
        """What the CSMS agreed to although no sound one does, where an official case asks; else empty.

        The others wait for it as well once one has: places are given in the order in which they are asked for, and
        the official cases come first.
        """
        if self._asked is None:
            if not official:
                return ""
            self._asked = asyncio.ensure_future(self._ask())
        found = await asyncio.shield(self._asked)
        return found if official else ""

    async def _ask(self) -> str:
        identity = await self._identities.take()
        station = self._station(identity)
        run = CaseRun(self._nobody())
        try:
            with running(run):
                station.begin(run)
                found = await agrees_to_everything(station, random.Random(self._seed))  # noqa: S311 - test data
                await station.accepted.settled(self._settle)
        except (NonConformance, Inconclusive, OSError):
            found = ""  # the cases say what is wrong
        finally:
            await station.close()
            self._identities.give_back(identity)
        if found:
            self._note(found)
        return found


async def agrees_to_everything(station: Station, rng: random.Random) -> str:
    """What the CSMS agreed to although no sound one agrees to all of it; empty for one that said no.

    Raises what the roles raise where the CSMS cannot be reached or asked.
    """
    await station.connect(requirement="known station")
    old = station.ocpp == "1.6"
    await station.attempt(FIRST, **station.nameplate.boot(station.ocpp))
    stranger, other = _token(rng), _token(rng)
    answer = await station.attempt("Authorize", **({"idTag": stranger} if old else {"idToken": _id_token(stranger)}))
    if answer.at("idTagInfo.status" if old else "idTokenInfo.status") != "Accepted":
        return ""
    answer = await station.attempt("DataTransfer", vendorId=f"org.{stranger.lower()}", data=other)
    if answer.get("status") != "Accepted":
        return ""
    third = await (_same_number_twice(station, stranger, other) if old else _strangers_start(station, rng, other))
    if not third:
        return ""
    return (
        f"{YES}: it authorized a token that nobody can know, took data of a vendor that nobody can know, and {third}; "
        "that it agreed to what this case is about proves nothing"
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _token(rng: random.Random) -> str:
    return "".join(rng.choices("0123456789ABCDEF", k=14))


def _id_token(text: str) -> dict[str, str]:
    return {"idToken": text, "type": "ISO14443"}


async def _same_number_twice(station: Station, *tokens: str) -> str:
    """1.6: two transactions that run at the same time have ids of their own (4.8)."""
    answers: list[Answer | ErrorAnswer] = []
    for connectorId, idTag in enumerate(tokens, 1):
        answers.append(
            await station.attempt(
                "StartTransaction", connectorId=connectorId, idTag=idTag, meterStart=0, timestamp=_now()
            )
        )
    accepted = all(answer.at("idTagInfo.status") == "Accepted" for answer in answers)
    numbers = [answer.get("transactionId") for answer in answers]
    for number in set(numbers) - {None}:
        await station.attempt("StopTransaction", transactionId=number, meterStop=0, timestamp=_now())
    same = accepted and numbers[0] == numbers[1]
    return f"gave two running transactions the same id {numbers[0]}" if same else ""


async def _strangers_start(station: Station, rng: random.Random, stranger: str) -> str:
    """2.x: a token in a TransactionEvent is judged as in Authorize (C01.FR.02)."""
    transaction = {"transactionId": f"witness-{rng.randrange(10**9)}"}
    answer = await station.attempt(
        "TransactionEvent",
        eventType="Started",
        triggerReason="Authorized",
        seqNo=0,
        timestamp=_now(),
        transactionInfo=transaction | {"chargingState": "EVConnected"},
        evse={"id": 1, "connectorId": 1},
        idToken=_id_token(stranger),
    )
    await station.attempt(
        "TransactionEvent",
        eventType="Ended",
        triggerReason="StopAuthorized",
        seqNo=1,
        timestamp=_now(),
        transactionInfo=transaction | {"stoppedReason": "Local"},
    )
    accepted = answer.at("idTokenInfo.status") == "Accepted"
    return "let another such token charge" if accepted else ""
