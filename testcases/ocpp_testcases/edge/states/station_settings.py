"""How a station under test has to be configured for these cases, in each version."""

from __future__ import annotations

from functools import partial
from typing import Any

from ocpp_proof import NotApplicable, on_undo
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.fields import contains
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states import b_provisioning
from ocpp_testcases.ocpp16.station.states import configuration

__all__ = [
    "ATTEMPTS",
    "BACK_OFF",
    "RETRY_INTERVAL",
    "adjusted",
    "attempts_while_refused",
    "configured",
    "frequent_meter_values",
    "longest_wait",
    "ping_interval",
    "refusals_allowed",
    "restored_afterwards",
    "retrying",
    "set_to",
    "setting",
    "short_back_off",
    "short_ping_interval",
    "wait_after_one_refusal",
]

ATTEMPTS = "TransactionMessageAttempts", "OCPPCommCtrlr.MessageAttempts/TransactionEvent"
RETRY_INTERVAL = "TransactionMessageRetryInterval", "OCPPCommCtrlr.MessageAttemptInterval/TransactionEvent"
BACK_OFF = "OCPPCommCtrlr.RetryBackOff"
PING = "WebSocketPingInterval", "OCPPCommCtrlr.WebSocketPingInterval"
MEASURANDS = "MeterValuesSampledData", "SampledDataCtrlr.TxUpdatedMeasurands"
ENERGY = "Energy.Active.Import.Register"
ENOUGH = 3
"""Attempts for a message that fails once or twice in a case."""

Names = tuple[str, str]
"""What a setting is called in 1.6, and in 2.x."""


async def setting(csms: Csms, sut: Sut, names: Names) -> str | None:
    """The value of a setting; None where the station does not have it."""
    if sut.ocpp == "1.6":
        return await configuration.get_configuration(csms, names[0])
    return await b_provisioning.get_variable(csms, names[1])


async def set_to(csms: Csms, sut: Sut, names: Names, value: str) -> str:
    """Ask for a value; the status of the answer."""
    if sut.ocpp == "1.6":
        return await configuration.change_configuration(csms, names[0], value)
    return await b_provisioning.set_variable(csms, names[1], value)


async def adjusted(csms: Csms, sut: Sut, names: Names, value: Any) -> None:
    """The station is configured so where it can be; it is set back when the case ends"""
    if sut.ocpp != "1.6":
        await b_provisioning.configured(csms, {names[1]: value}, if_writable=True)
        return
    name, wanted = names[0], str(value)
    current = await configuration.get_configuration(csms, name)
    if current is None or current.lower() == wanted.lower():
        return
    status = await configuration.change_configuration(csms, name, wanted)
    if status in ("Accepted", "RebootRequired"):
        on_undo(f"Set {name} back to {current}", partial(_set_back, csms, name, current))
    if status == "RebootRequired":
        await configuration.rebooted(csms)


async def _set_back(csms: Csms, name: str, value: str) -> None:
    status = await configuration.change_configuration(csms, name, value)
    if status == "RebootRequired":
        await configuration.rebooted(csms)
    elif status != "Accepted":
        raise Inconclusive(f"{name} could not be set back to {value!r}: {status}")


async def restored_afterwards(csms: Csms, sut: Sut, names: Names, value: str) -> None:
    """Whatever the case sets this to, it is `value` again when the case ends."""
    if sut.ocpp == "1.6":
        on_undo(f"Set {names[0]} back to {value}", partial(_set_back, csms, names[0], value))
    else:
        await b_provisioning.restored_afterwards(csms, names[1])


async def retrying(csms: Csms, sut: Sut, *, once: bool = False) -> int:
    """The station sends a transaction message again that failed: three times or more, soon, where it can be set

    Returns the seconds that it waits before it does (1.6 3.7.1, E13). Not applicable where it tries once only, and so
    rightly gives up what failed, a lost connection included; unless `once` will do.
    """
    attempts = await setting(csms, sut, ATTEMPTS)
    if attempts is not None and _number(attempts) < ENOUGH:
        await adjusted(csms, sut, ATTEMPTS, ENOUGH)
        attempts = await setting(csms, sut, ATTEMPTS)
    if attempts is not None and _number(attempts) < 2 and not once:
        name = ATTEMPTS[sut.ocpp != "1.6"]
        raise NotApplicable(f"the station tries a transaction message once ({name} is {attempts} and cannot be set)")
    return await _at_most(csms, sut, RETRY_INTERVAL, sut.short_interval)


async def _at_most(csms: Csms, sut: Sut, names: Names, most: int) -> int:
    """The number is not more than this, where it can be set; returns what it is, 0 where the station has none."""
    number = _number(await setting(csms, sut, names))
    if number <= most:
        return number
    await adjusted(csms, sut, names, most)
    return _number(await setting(csms, sut, names))


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() else 0


async def short_back_off(csms: Csms, sut: Sut) -> None:
    """The station comes back soon after a lost connection, where it can be told to (2.x)"""
    if sut.ocpp != "1.6":
        for name, most in (("WaitMinimum", sut.short_interval), ("RandomRange", 0)):
            await _at_most(csms, sut, ("", f"{BACK_OFF}{name}"), most)


async def longest_wait(csms: Csms, sut: Sut, failures: int) -> float:
    """Seconds that a station may take to come back when so many attempts in a row have failed, by its own settings.

    The time of a reconnection at least, and what Part 4, 5.3 makes of RetryBackOff* on top.
    """
    if sut.ocpp == "1.6":
        return csms.timing.long
    numbers = []
    for name in ("WaitMinimum", "RandomRange", "RepeatTimes"):
        numbers.append(_number(await setting(csms, sut, ("", f"{BACK_OFF}{name}"))))
    least, random, times = numbers
    wait = least + random
    for _ in range(min(failures, times)):
        wait = 2 * wait + random
    return csms.timing.long + wait


async def refusals_allowed(csms: Csms, sut: Sut, most: int) -> int:
    """How often in a row the station may be kept out before it turns to another CSMS that it knows, `most` at most.

    In 2.x it does so after NetworkProfileConnectionAttempts where NetworkConfigurationPriority names several slots
    (B10.FR.03). Not applicable where one attempt is all that it makes.
    """
    if sut.ocpp == "1.6":
        return most
    slots = await setting(csms, sut, ("", "OCPPCommCtrlr.NetworkConfigurationPriority")) or ""
    attempts = _number(await setting(csms, sut, ("", "OCPPCommCtrlr.NetworkProfileConnectionAttempts")))
    if "," not in slots or not attempts:
        return most
    if attempts == 1:
        raise NotApplicable(
            "the station turns to another CSMS when it is kept out once (NetworkProfileConnectionAttempts is 1, and "
            f"NetworkConfigurationPriority {slots})"
        )
    return min(most, attempts - 1)


async def attempts_while_refused(csms: Csms, sut: Sut, most: int) -> tuple[int, float]:
    """It is known how often the station may be kept out, and how many seconds it may take to come back then

    `most`: attempts that are looked at at most.
    """
    attempts = await refusals_allowed(csms, sut, most)
    return attempts, await longest_wait(csms, sut, attempts)


async def wait_after_one_refusal(csms: Csms, sut: Sut) -> float:
    """It is known how many seconds the station may take to come back after it was kept out once"""
    _, within = await attempts_while_refused(csms, sut, 1)
    return within


async def short_ping_interval(csms: Csms, sut: Sut) -> None:
    """The station looks often whether its link is alive, where it can be told to"""
    connections = len(csms.connections)
    await adjusted(csms, sut, PING, sut.short_interval)
    await csms.close()  # a new interval may count from the next connection on
    await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")
    await csms.wait_until_quiet()  # some stations boot on each


async def configured(csms: Csms, sut: Sut, names: tuple[str, str], value: Any) -> None:
    """The station is configured as the case needs it; not applicable where it cannot be"""
    name = names[sut.ocpp != "1.6"]
    if await setting(csms, sut, names) is None:
        raise NotApplicable(f"the station does not have {name}")
    await adjusted(csms, sut, names, value)
    found = await setting(csms, sut, names)
    if str(found).lower() != str(value).lower():
        raise NotApplicable(f"{name} is {found} and cannot be set to {value}")


async def answer_timeout(csms: Csms, sut: Sut) -> int:
    """The seconds after which the station takes a CALL for unanswered, as few as it can be told (2.x)"""
    names = ("", "OCPPCommCtrlr.MessageTimeout/Default")
    if await setting(csms, sut, names) is None:
        raise NotApplicable(f"the station does not have {names[1]}")
    await adjusted(csms, sut, names, sut.short_interval)
    return int(await setting(csms, sut, names) or 0)


async def frequent_meter_values(csms: Csms, sut: Sut) -> None:
    """The station takes a sample of a running transaction every few seconds"""
    interval = str(sut.short_interval)
    if sut.ocpp == "1.6":
        await adjusted(csms, sut, MEASURANDS, ENERGY)
        await configuration.configured(csms, {"MeterValueSampleInterval": interval})
        return
    await b_provisioning.configured(csms, {"SampledDataCtrlr.Enabled": "true"}, if_implemented=True)
    await adjusted(csms, sut, MEASURANDS, contains(ENERGY))
    await b_provisioning.configured(csms, {"SampledDataCtrlr.TxUpdatedInterval": interval})


async def ping_interval(csms: Csms, sut: Sut) -> int:
    """The seconds between two pings of the station, as few as it can be told; not applicable where it sends none"""
    await short_ping_interval(csms, sut)
    name, value = PING[0], await setting(csms, sut, PING)
    if not (value or "").isdecimal() or not 0 < int(value or 0) <= csms.timing.long:
        raise NotApplicable(f"{name} is {value!r}, and the station does not take {sut.short_interval}")
    return int(value or 0)
