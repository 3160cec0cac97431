"""By which message a SUT shows that somebody has done a verb: what ends the question to a person by itself.

Only what follows from the verb counts, at the place that it is about; where a sound SUT need not say anything, and
where it does not, the person's answer ends the question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..cases.fields import at, leaves

__all__ = ["Reaction", "reaction_to"]

Fits = Callable[[str, Mapping[str, Any]], bool]
_PLUGGED_16 = ("Preparing", "Charging", "SuspendedEV", "SuspendedEVSE")
_PLUGGED_2 = ("EVConnected", "Charging", "SuspendedEV", "SuspendedEVSE")


@dataclass(frozen=True, slots=True)
class Reaction:
    """`text` names the messages, `fits` knows one by its action and payload. `connection`: the connection that is
    "lost", or a new one that is "made", shows it as well."""

    text: str
    fits: Fits = lambda action, payload: False
    connection: Literal["", "lost", "made"] = ""


def reaction_to(verb: str, arguments: Mapping[str, Any], ocpp: str) -> Reaction | None:
    """What shows that the verb was done with these arguments; None where nothing on the wire does for certain."""
    match verb:
        case "power_cycle" | "power_on":
            return Reaction("BootNotification", lambda action, payload: action == "BootNotification")
        case "power_off" | "cut_network":
            return Reaction("the end of the connection", connection="lost")
        case "restore_network":
            return Reaction("a new connection", connection="made")
        case "request":
            return _request(str(arguments.get("action", "")), arguments.get("wish") or {})
    return (_reaction_16 if ocpp == "1.6" else _reaction_2)(verb, arguments)


def _request(action: str, wish: Mapping[str, Any]) -> Reaction:
    """A CSMS also sends requests by itself: this one has every value that the operator was asked for."""
    wanted = leaves(wish)
    said = ", ".join(f"{path} {value}" for path, value in wanted.items())
    return Reaction(
        f"{action} ({said})" if said else action,
        lambda name, payload: name == action and all(_same(at(payload, p), v) for p, v in wanted.items()),
    )


def _same(received: Any, wanted: Any) -> bool:
    """Identifiers and tokens are compared without regard to case, as the standard has them (CiString)."""
    if isinstance(received, str) and isinstance(wanted, str):
        return received.casefold() == wanted.casefold()
    return bool(received == wanted)


# --- 1.6


def _reaction_16(verb: str, arguments: Mapping[str, Any]) -> Reaction | None:
    connectorId, idToken = arguments.get("connectorId"), arguments.get("idToken", "")

    def status(*statuses: str) -> Fits:
        return lambda action, payload: (
            action == "StatusNotification"
            and payload.get("connectorId") == connectorId
            and payload.get("status") in statuses
        )

    def stopped(*reasons: str | None) -> Fits:
        return lambda action, payload: action == "StopTransaction" and payload.get("reason") in reasons

    here = f"StatusNotification of connector {connectorId}"
    match verb:
        case "plug_in" | "plug_in_vehicle":
            started: Fits = lambda action, payload: (  # noqa: E731
                action == "StartTransaction" and payload.get("connectorId") == connectorId
            )
            return Reaction(f"{here}: Preparing or Charging; StartTransaction", _any(status(*_PLUGGED_16), started))
        case "unplug":
            return Reaction(f"{here}: Available", _any(status("Available"), stopped("EVDisconnected")))
        case "unplug_vehicle":
            fits = _any(status("SuspendedEV", "Finishing", "Available"), stopped("EVDisconnected"))
            return Reaction(f"{here}: SuspendedEV or Finishing; StopTransaction", fits)
        case "present_token":
            tokens = ("Authorize", "StartTransaction", "StopTransaction")
            return Reaction(
                f"Authorize, StartTransaction or StopTransaction with {idToken}",
                lambda action, payload: action in tokens and _same(payload.get("idTag"), idToken),
            )
        case "press_stop":
            return Reaction("StopTransaction", stopped("Local", None))  # absent means Local
        case "fault":
            return Reaction(f"{here}: Faulted", status("Faulted"))
        case "clear_fault":
            others = ("Available", "Unavailable", "Reserved", "Finishing", *_PLUGGED_16)
            return Reaction(f"{here}: no longer Faulted", status(*others))
        case "ev_ready":
            return Reaction(f"{here}: Charging", status("Charging"))
        case "ev_suspend" | "ev_end":
            return Reaction(f"{here}: SuspendedEV or Finishing", status("SuspendedEV", "Finishing"))
    return None


# --- 2.x


def _reaction_2(verb: str, arguments: Mapping[str, Any]) -> Reaction | None:
    evseId, connectorId = arguments.get("evseId"), arguments.get("connectorId")
    idToken = arguments.get("idToken", "")

    def status(*statuses: str) -> Fits:
        return lambda action, payload: _told_status(action, payload, evseId, connectorId, statuses)

    def event(**wanted: tuple[str, ...]) -> Fits:
        return lambda action, payload: (
            action == "TransactionEvent"
            and at(payload, "evse.id") in (None, evseId)
            and any(at(payload, path.replace("__", ".")) in values for path, values in wanted.items())
        )

    here = f"connector {connectorId} of EVSE {evseId}"
    match verb:
        case "plug_in" | "plug_in_vehicle":
            begun: Fits = lambda action, payload: (  # noqa: E731
                action == "TransactionEvent"
                and at(payload, "evse.id") == evseId
                and at(payload, "transactionInfo.chargingState") in _PLUGGED_2
            )
            fits = _any(status("Occupied"), event(triggerReason=("CablePluggedIn",)), begun)
            return Reaction(f"{here} Occupied; TransactionEvent CablePluggedIn", fits)
        case "unplug":
            gone = event(triggerReason=("EVCommunicationLost",), transactionInfo__stoppedReason=("EVDisconnected",))
            return Reaction(f"{here} Available; TransactionEvent EVCommunicationLost", _any(status("Available"), gone))
        case "unplug_vehicle":
            gone = event(triggerReason=("EVCommunicationLost",), transactionInfo__stoppedReason=("EVDisconnected",))
            return Reaction("TransactionEvent EVCommunicationLost", _any(status("Available"), gone))
        case "present_token":
            return Reaction(
                f"Authorize or TransactionEvent with {idToken}",
                lambda action, payload: (
                    action in ("Authorize", "TransactionEvent") and _same(at(payload, "idToken.idToken"), idToken)
                ),
            )
        case "press_stop":
            return Reaction("TransactionEvent for a local stop", event(transactionInfo__stoppedReason=("Local",)))
        case "parking_bay":
            reason = "EVDetected" if arguments.get("occupied") else "EVDeparted"
            return Reaction(f"TransactionEvent {reason}", event(triggerReason=(reason,)))
        case "fault":
            return Reaction(f"{here} Faulted; NotifyEvent of a Problem", _any(status("Faulted"), _problem("true")))
        case "clear_fault":
            well = _any(status("Available", "Occupied", "Unavailable", "Reserved"), _problem("false"))
            return Reaction(f"{here} no longer Faulted; NotifyEvent of a Problem that is gone", well)
        case "ev_ready":
            return Reaction("TransactionEvent Charging", event(transactionInfo__chargingState=("Charging",)))
        case "ev_suspend":
            return Reaction("TransactionEvent SuspendedEV", event(transactionInfo__chargingState=("SuspendedEV",)))
        case "ev_end":
            over = event(transactionInfo__chargingState=("SuspendedEV", "EVConnected", "Idle"))
            return Reaction("TransactionEvent SuspendedEV, EVConnected or Idle", over)
        case "set_limit":
            path = f"transactionInfo.transactionLimit.{arguments.get('limit')}"
            told: Fits = lambda action, payload: (  # noqa: E731
                action == "TransactionEvent"
                and at(payload, "evse.id") in (None, evseId)
                and at(payload, path) is not None
            )
            return Reaction(f"TransactionEvent with {path}", told)
    return None


def _told_status(action: str, payload: Mapping[str, Any], evseId: Any, connectorId: Any, statuses: Any) -> bool:
    """A status by StatusNotification, or by NotifyEvent with the variable AvailabilityState (G01.FR.08)."""
    if action == "StatusNotification":
        here = (payload.get("evseId"), payload.get("connectorId")) == (evseId, connectorId)
        return here and payload.get("connectorStatus") in statuses
    return action == "NotifyEvent" and any(
        _names(event, "AvailabilityState")
        and at(event, "component.evse.id") == evseId
        and at(event, "component.evse.connectorId") in (None, connectorId)
        and at(event, "actualValue") in statuses
        for event in _event_data(payload)
    )


def _names(event: Any, variable: str) -> bool:
    """Whether an event is about this variable: names are case insensitive."""
    return str(at(event, "variable.name")).casefold() == variable.casefold()


def _problem(value: str) -> Fits:
    return lambda action, payload: (
        action == "NotifyEvent"
        and any(
            _names(event, "Problem") and str(at(event, "actualValue")).casefold() == value
            for event in _event_data(payload)
        )
    )


def _event_data(payload: Mapping[str, Any]) -> list[Any]:
    """The events of a NotifyEvent; none where it breaks its schema."""
    events = payload.get("eventData")
    return events if isinstance(events, list) else []


def _any(*ways: Fits) -> Fits:
    return lambda action, payload: any(fits(action, payload) for fits in ways)
