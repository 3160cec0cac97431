"""What a person is asked to do for each verb, in the words of the trade."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["cards_text", "sentence"]


def sentence(verb: str, arguments: Mapping[str, Any], *, ocpp: str, card: str = "", identity: str = "") -> str:
    """The request to the person. `card`: the name of the token under [values.tokens]; `identity`: of the station."""
    place = place_text(arguments, ocpp)
    at_place = f" at {place}" if place else ""
    match verb:
        case "plug_in":
            return f"Plug the cable into {place} and into the vehicle."
        case "plug_in_halfway":
            return f"Push the plug into {place} only so far that the lock cannot close."
        case "unplug":
            return f"Take the cable out of {place}; where it is fixed to the station, out of the vehicle."
        case "unplug_vehicle":
            return f"Take the cable out of the vehicle{at_place}, and leave it in the station."
        case "plug_in_vehicle":
            return f"Put the cable{at_place} back into the vehicle."
        case "present_token":
            reader = f"at {place}" if ocpp == "1.6" or arguments.get("evseId") else "at the reader"
            return _present(arguments, card, reader)
        case "press_stop":
            return f"Press the stop button{at_place}."
        case "parking_bay":
            way = "Drive a vehicle into" if arguments.get("occupied") else "Drive the vehicle out of"
            return f"{way} the bay{at_place}."
        case "power_cycle":
            return "Switch the station off at the supply, and on again when its display is dark."
        case "power_off":
            return "Switch the station off at the supply, and leave it off."
        case "power_on":
            return "Switch the station on again at the supply."
        case "fault":
            return f"Bring about a fault{at_place} (such as the emergency stop)."
        case "clear_fault":
            return f"Clear the fault{at_place} (such as the emergency stop)."
        case "fail_unlock":
            if arguments.get("active", True):
                return f"Block the lock of the plug{at_place}, so that it cannot open."
            return f"Free the lock of the plug{at_place} again."
        case "refuse_local_list":
            if arguments.get("active", True):
                return "Make the station unable to store a local authorization list (such as a full memory)."
            return "Let the station store local authorization lists again."
        case "limit_charging":
            return f"Limit the charging{at_place} at the vehicle or the load."
        case "set_limit":
            return f"Enter the limit {limit_text(arguments)} for the transaction{at_place}, if the station lets you."
        case "ev_ready":
            return f"Let the vehicle{at_place} ask for energy."
        case "ev_suspend":
            return f"Let the vehicle{at_place} pause charging, with the cable in."
        case "ev_end":
            return f"Let the vehicle{at_place} end charging, with the cable in."
        case "cut_network":
            return "Disconnect the station from the network (pull its network cable, or switch its modem off)."
        case "restore_network":
            return "Connect the station to the network again."
        case "set_security_profile":
            return f"Set the security profile of the station to {arguments.get('securityProfile')} in its own menu."
    return _at_the_csms(verb, arguments, identity)


def place_text(arguments: Mapping[str, Any], ocpp: str) -> str:
    """Where: in 1.6 a connector's number, which is unique in the charge point; else connector and EVSE."""
    evseId, connectorId = arguments.get("evseId"), arguments.get("connectorId")
    if connectorId == 0 or evseId == 0:
        return "the station as a whole"
    if ocpp == "1.6":
        number = connectorId if connectorId is not None else evseId
        return f"connector {number}" if number is not None else ""
    if connectorId is None:
        return f"EVSE {evseId}" if evseId is not None else ""
    return f"connector {connectorId} of EVSE {evseId}" if evseId is not None else f"connector {connectorId}"


def limit_text(arguments: Mapping[str, Any]) -> str:
    """A limit of a transaction, as one who enters it thinks of it."""
    value = arguments.get("value", "")
    match arguments.get("limit"):
        case "maxEnergy":
            return f"{value} Wh"
        case "maxTime":
            return f"{value} seconds"
        case "maxSoC":
            return f"{value} % state of charge"
    return f"{value} of the currency"


def _present(arguments: Mapping[str, Any], card: str, reader: str) -> str:
    named = f"your {card} " if card else "the "
    idToken = arguments.get("idToken", "")
    match arguments.get("type"):
        case "KeyCode":
            return f"Type the code {idToken} of {named}token {reader}."
        case "MacAddress":
            return f"Connect the vehicle with the MAC address {idToken} ({named}token) {reader}."
        case "eMAID":
            return f"Connect the vehicle with the contract {idToken} ({named}token) {reader}."
    return f"Present {named}card, {idToken}, {reader}."


def cards_text(cards: Mapping[str, str]) -> str:
    """The request to lay the cards ready: each name with its token."""
    listed = "; ".join(f"{name}: {idToken}" for name, idToken in cards.items())
    return f"Lay these cards ready, marked with their names: {listed}."


def _at_the_csms(verb: str, arguments: Mapping[str, Any], identity: str) -> str:
    """What an operator of a CSMS does in its user interface."""
    match verb:
        case "request":
            wish = json.dumps(arguments.get("wish") or {}, ensure_ascii=False, default=str)
            given = f" with {wish}" if wish != "{}" else ""
            return f"In the CSMS: send {arguments.get('action')}{given} to the station {identity}."
        case "accept_station":
            return f"In the CSMS: set the registration of the station {identity} to {arguments.get('registration')}."
        case "set_password":
            return f"In the CSMS: set the password of the station {identity} to {arguments.get('password')}."
        case "add_token":
            return f"In the CSMS: make the token {arguments.get('idToken')} known and valid."
        case "block_token":
            return f"In the CSMS: block the token {arguments.get('idToken')}."
        case "limit_transaction":
            return _limit(arguments, identity)
    given = ", ".join(f"{name} {value}" for name, value in arguments.items() if value is not None)
    return f"{verb.replace('_', ' ').capitalize()}{f' ({given})' if given else ''}."


def _limit(arguments: Mapping[str, Any], identity: str) -> str:
    """A transaction that runs, or the next one of a token, is limited, or is not any more."""
    running = arguments.get("transactionId")
    which = f"transaction {running}" if running else f"next transaction of the token {arguments.get('idToken')}"
    limits = ", ".join(f"{name} {value}" for name, value in (arguments.get("limit") or {}).items())
    what = f"limit the {which} at the station {identity} to {limits}"
    return f"In the CSMS: {what}." if limits else f"In the CSMS: take the limit of the {which} back."
