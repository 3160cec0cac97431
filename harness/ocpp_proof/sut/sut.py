"""The system under test as a case sees it: its facts and the verbs that operate it."""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ..cases.errors import CannotTell, DriverError, NotPossible
from ..cases.evidence import current_case, describe
from ..cases.timing import Timing
from ..ocppj.samples import complete
from ..person.questions import Answer
from ..person.reactions import Reaction, reaction_to
from .config import SutConfig
from .drivers import Driver, Job, Unsupported
from .drivers.base import QUESTIONS
from .field_values import FieldValues
from .pics import canonical, claims, evaluate
from .tokens import Token, Tokens

__all__ = ["Sut"]

_SECRET_ARGUMENTS = ("password",)
_BOOTS = ("power_cycle", "power_off", "power_on")


class Sut:
    """The SUT for one case. `identity` is the station's: of the SUT itself, or of the lane that plays a station."""

    def __init__(
        self,
        config: SutConfig,
        *,
        ocpp: str,
        security_profile: int,
        identity: str,
        drivers: list[Driver],
        seed: str,
        case: str,
        reacted: Callable[[Reaction], Awaitable[str]] | None = None,
        asking: Callable[[str, dict[str, Any]], None] = lambda *_: None,
        withholding: Callable[[], bool] = lambda: False,
        operated: Callable[[str, dict[str, Any], str], None] = lambda *_: None,
        tokens: dict[str, dict[str, str]] | None = None,
        shared_tokens: frozenset[str] = frozenset(),
        certain_tokens: frozenset[str] = frozenset(),
    ) -> None:
        """`reacted` waits until the SUT shows on the wire that a verb was done. `asking` is told each request that the
        operator of a CSMS is to have sent. `withholding`: whether the SUT waits for an answer that the case does not
        give. `operated` is told each verb that a driver has done, with
        its arguments and the case. `tokens`: those of its lane, by name; `shared_tokens`: the
        names of those that other lanes have as well; `certain_tokens`: of those that the CSMS is known to have."""
        self.config = config
        self.role = config.role
        self.ocpp = ocpp
        self.security_profile = security_profile
        self.identity = identity
        self.timing: Timing = config.timing
        self.rng = random.Random(hashlib.sha256(f"{seed}/{case}".encode()).digest())  # noqa: S311 - test data
        self.fresh = FieldValues.of(self.rng)
        self.tokens = Tokens(
            config.tokens if tokens is None else tokens,
            self.fresh,
            ocpp=ocpp,
            reader=config.role == "station",
            shared=shared_tokens,
            certain=certain_tokens,
        )
        self.evseId = int(config.values.get("evse", 1))
        self.connectorId = int(config.values.get("connector", 1))
        self._drivers = drivers
        self._case = case
        self._reacted = reacted
        self.asking = asking
        self._withholding = withholding
        self._operated = operated
        self._background: set[asyncio.Task[Any]] = set()
        self._impossible: set[str] = set()
        self._let_go: dict[asyncio.Task[Any], str] = {}
        self.late_failure = ""
        """What became wrong with a verb for which the case did not wait any more."""

    # --- facts

    def value(self, name: str, default: Any = None) -> Any:
        """A fact of this bench from [values]."""
        return self.config.values.get(name, default)

    @property
    def short_interval(self) -> int:
        """Seconds between messages where a case has to see an interval kept: as few as the product takes."""
        return int(self.value("short_interval", 10))

    def claims(self, condition: str) -> bool:
        """Whether the product claims what the PICS expression says."""
        return evaluate(condition, claims(self.config.profiles, self.config.features, self.ocpp)).holds

    def says(self, feature: str) -> bool:
        """Whether [features] of sut.toml says anything of this feature, true or false."""
        return canonical(feature) in {canonical(name) for name in self.config.features}

    def number(self, low: int = 1, high: int = 2**31 - 1) -> int:
        """A fresh number for an id."""
        return self.fresh.random_int(low, high)

    def text(self, length: int = 12) -> str:
        """A fresh text of letters and digits."""
        return self.fresh.letters_and_digits(length)

    # --- operating it

    async def do(self, verb: str, /, **arguments: Any) -> Any:
        """Have the first driver that can do so do the verb; DriverError names the verb when none can."""
        if verb in self._impossible and arguments.get("active") is False:
            return None  # nobody could make it so: there is nothing to take back
        told = {k: v for k, v in arguments.items() if k != "payload" or "wish" not in arguments}
        shown = {k: ("•••" if k in _SECRET_ARGUMENTS else v) for k, v in told.items()}
        case = current_case()
        job = self._job(verb, arguments)
        what = f"{verb} {arguments.get('action', '')}".strip()
        reasons: list[str] = []
        began, said = time.time(), len(case.said_done)
        for driver in self._drivers:
            try:
                case.record("-", "driver", f"{driver.name}: {verb} {describe(shown)}")
                try:
                    answer = await self._done(driver, job)
                except DriverError:
                    if verb != "unplug":  # the cable may be in, whatever has failed, and is not known to be out
                        self._operated(verb, arguments, self._case)
                    raise
                person = driver.name == "manual"
                who = "the operator" if person else f"the driver {driver.name}"
                case.kept_waiting.did(verb, who, began, seen=person and len(case.said_done) == said)
                self._operated(verb, arguments, self._case)
                if driver.name == "manual" or (
                    verb == "request" and answer is not None
                ):  # an API may say that it refuses
                    case.record("-", "driver", f"{driver.name} answers {describe(answer)}")
                return answer
            except Unsupported as reason:
                if str(reason) not in ("", verb, what):
                    reasons.append(f"{driver.name}: {reason}")
                    case.record("-", "driver", f"{driver.name} cannot: {reason}")
        names = ", ".join(d.name for d in self._drivers) or "none"
        if verb in QUESTIONS:
            raise CannotTell(f"no driver ({names}) can tell what the CSMS recorded ({verb} under [driver] in sut.toml)")
        self._impossible.add(verb)
        why = f" ({'; '.join(reasons)})" if reasons else ""
        raise NotPossible(f"no driver ({names}) can do: {what}{why}; name another one under [driver] in sut.toml")

    def _job(self, verb: str, arguments: dict[str, Any]) -> Job:
        """The verb with what a person is told of it."""
        case, reacted = current_case(), self._reacted
        reaction = reaction_to(verb, arguments, self.ocpp) if reacted is not None else None
        return Job(
            verb,
            arguments,
            identity=self.identity,
            case=self._case,
            ocpp=self.ocpp,
            title=case.result.title,
            step=case.row_text,
            card=self.tokens.given_name(arguments["idToken"]) if "idToken" in arguments else "",
            reaction=reaction,
            reacted=partial(reacted, reaction) if reacted is not None and reaction is not None else None,
        )

    async def _done(self, driver: Driver, job: Job) -> Any:
        """What the driver answers; None where it answers only when the SUT has what the case keeps back.

        The call goes on by itself then: an API that answers when the station is done would wait for ever.
        """
        if driver.name == "manual":
            return await self._done_by_a_person(driver, job)
        task = asyncio.ensure_future(driver.do(job))
        self._background.add(task)
        task.add_done_callback(self._forget)
        limit, passed = self._limit(job.verb), 0.0
        with current_case().waiting(f"the driver {driver.name}: {job.verb} {job.arguments.get('action', '')}".strip()):
            while not task.done():
                try:
                    await asyncio.wait({task}, timeout=self.timing.quiet)
                except asyncio.CancelledError:
                    task.cancel()
                    raise
                passed += self.timing.quiet
                if task.done():
                    break
                if self._withholding():
                    current_case().record(
                        "-", "driver", f"{driver.name} goes on: it waits for what the case keeps back"
                    )
                    self._let_go[task] = driver.name
                    return None
                if passed >= limit:
                    task.cancel()
                    late = f"it did not end within {limit:g} s (values.driver_timeout in sut.toml)"
                    raise DriverError(f"{job.verb} ({driver.name}): {late}")
        return task.result()

    def _limit(self, verb: str) -> float:
        """Seconds for one verb of a driver; an API may return when the station is back."""
        return max(self.timing.driver, self.timing.long if verb in _BOOTS else 0.0)

    async def _done_by_a_person(self, driver: Driver, job: Job) -> Any:
        """What a person did, who is waited for whatever the case keeps back.

        One who took longer than a driver may have kept a station waiting for longer than it waits (ConnectionTimeOut).
        """
        case, began = current_case(), time.time()
        with (
            case.waiting(f"the operator: {job.verb} {job.arguments.get('action', '')}".strip()),
            case.asking_a_person(),
        ):
            try:
                how = await driver.do(job)
                if how is Answer.DONE:
                    case.said_done.append(job.verb)
                return "the person has done it" if how is Answer.DONE else f"the SUT has reacted: {how}"
            finally:
                took = time.time() - began
                if self.role == "station" and took > self._limit(job.verb) and case.slow_person is None:
                    said = f"the operator took {took:.0f} s for {job.verb}, and the SUT may have given up waiting"
                    case.slow_person = began, f"{said}: run the case again"

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        let_go = self._let_go.pop(task, "")
        if task.cancelled():
            return
        error = task.exception()  # whoever still waits gets it
        if error is not None and let_go:
            self.late_failure = f"{let_go} failed after the case went on: {error or type(error).__name__}"

    def close(self) -> None:
        """The case is over: what drivers still do is no longer waited for."""
        for task in list(self._background):
            task.cancel()

    def can(self, verb: str) -> bool:
        """Whether any driver says that it can do this: to be asked before the SUT is touched."""
        return any(driver.can(verb) for driver in self._drivers)

    # --- a station

    def place(self, evseId: int | None = None, connectorId: int | None = None) -> dict[str, int]:
        """EVSE and connector as drivers are told of them; what is not given is that of sut.toml.

        1.6 has no EVSE: its connectors are numbered through the whole charge point, and both are that number.
        """
        evse = self.evseId if evseId is None else evseId
        if self.ocpp == "1.6":
            number = connectorId if connectorId is not None else evse if evseId is not None else self.connectorId
            return {"evseId": number, "connectorId": number}
        return {"evseId": evse, "connectorId": self.connectorId if connectorId is None else connectorId}

    async def plug_in(self, evseId: int | None = None, connectorId: int | None = None) -> None:
        """Connect the cable to the EVSE and to the EV."""
        await self.do("plug_in", **self.place(evseId, connectorId))

    async def unplug(self, evseId: int | None = None, connectorId: int | None = None) -> None:
        """Take the cable out."""
        await self.do("unplug", **self.place(evseId, connectorId))

    async def plug_in_halfway(self) -> None:
        """Put the plug into the socket so far that the lock cannot close."""
        await self.do("plug_in_halfway", **self.place())

    async def unplug_vehicle(self) -> None:
        """Take the cable out of the vehicle, and leave it in the socket where it is not fixed there."""
        await self.do("unplug_vehicle", **self.place())

    async def plug_in_vehicle(self) -> None:
        """Put the cable back into the vehicle."""
        await self.do("plug_in_vehicle", **self.place())

    async def ev_ready(self) -> None:
        """The vehicle draws energy."""
        await self.do("ev_ready", **self.place())

    async def ev_suspend(self) -> None:
        """The vehicle pauses, with the cable in."""
        await self.do("ev_suspend", **self.place())

    async def ev_end(self) -> None:
        """The vehicle ends the charging, with the cable in."""
        await self.do("ev_end", **self.place())

    async def present_token(self, token: Token, evseId: int | None = None) -> None:
        """A driver presents a token at the reader."""
        await self.do("present_token", idToken=token.idToken, type=token.type, **self.place(evseId))

    async def parking_bay(self, occupied: bool, evseId: int | None = None) -> None:
        """A vehicle drives into the parking bay of an EVSE or leaves it."""
        await self.do("parking_bay", occupied=occupied, evseId=self.place(evseId)["evseId"])

    async def set_limit(self, limit: str, value: float) -> None:
        """A driver enters a limit of the transaction at the station (2.1): `maxEnergy`, `maxTime`, `maxCost`."""
        await self.do("set_limit", limit=limit, value=value, evseId=self.place()["evseId"])

    async def power_off(self) -> None:
        """Switch the station off."""
        await self.do("power_off")

    async def power_on(self) -> None:
        """Switch it on again."""
        await self.do("power_on")

    async def power_cycle(self) -> None:
        """Switch the station off and on again."""
        await self.do("power_cycle")

    async def fault(self, evseId: int | None = None, connectorId: int | None = None) -> None:
        """A fault appears at the connector; with 0 and 0 it concerns the whole station."""
        await self._at_connector("fault", evseId, connectorId)

    async def clear_fault(self, evseId: int | None = None, connectorId: int | None = None) -> None:
        """The fault is mended."""
        await self._at_connector("clear_fault", evseId, connectorId)

    async def _at_connector(self, verb: str, evseId: int | None, connectorId: int | None) -> None:
        await self.do(verb, **self.place(evseId, connectorId))

    async def refuse_local_list(self, active: bool = True) -> None:
        """From now on the station fails to install a local list, as with a full memory; `active=False`: no more."""
        await self.do("refuse_local_list", active=active)

    async def set_security_profile(self, profile: int) -> None:
        """Somebody at the station sets its security profile, which over OCPP can only be raised."""
        await self.do("set_security_profile", securityProfile=profile)

    # --- a CSMS

    async def request(self, action: str, /, **payload: Any) -> Any:
        """Make the CSMS send this request to the station of this case; what it chooses itself is left out.

        A driver gets the wish as it is, and as a whole payload for a CSMS that only passes on what it is given.
        """
        soon = datetime.now(UTC) + timedelta(hours=1)
        whole = complete(
            self.ocpp,
            action,
            payload,
            number=int(soon.timestamp()),
            moment=soon.strftime("%Y-%m-%dT%H:%M:%SZ"),
            text=self.fresh.text_for,
        )
        self.asking(action, payload)
        return await self.do("request", action=action, payload=whole, wish=payload)

    async def transaction(self, id: Any, *, when: Callable[[dict[str, Any]], bool] = bool) -> dict[str, Any] | None:
        """What the CSMS recorded of a transaction; None: nothing; raises CannotTell where its API cannot say.

        A CSMS may answer before it has written: it is asked again until `when` holds of what it says, at most for the
        time of an event; then what it says in the end is given.
        """
        answer = await self._asked("transaction", when, id=id)
        return answer if isinstance(answer, dict) else None

    async def variable(
        self, component: str, variable: str, *, value: str | None = None, once: bool = False
    ) -> str | None:
        """The value of a station's variable as the CSMS knows it; None: it knows none; raises CannotTell.

        With `value` it gets the time of an event to learn this one; `once`: it is asked now, there is nothing to learn.
        """

        def known(answer: dict[str, Any]) -> bool:
            return value is None or answer.get("value") == value

        if once:
            answer = await self.do("variable", component=component, variable=variable)
        else:
            answer = await self._asked("variable", known, component=component, variable=variable)
        found = answer.get("value") if isinstance(answer, dict) else None
        return None if found is None else str(found)

    async def _asked(self, verb: str, enough: Callable[[dict[str, Any]], bool], /, **arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + self.timing.event, 0.05
        while True:
            answer = await self.do(verb, **arguments)
            if (isinstance(answer, dict) and enough(answer)) or loop.time() >= deadline:
                return answer
            await asyncio.sleep(pause)
            pause = min(2 * pause, 1.0)
