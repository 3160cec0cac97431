"""What each verb means, and the arguments that a driver gets with it: docs/bench.md is made from this."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["VERBS", "Verb"]

_PLACE = ("evseId", "connectorId")


@dataclass(frozen=True, slots=True)
class Verb:
    """`arguments` by name; `text` in Markdown: what is done, or what is answered."""

    text: str
    arguments: tuple[str, ...] = ()


VERBS: dict[str, Verb] = {
    "plug_in": Verb("Connect the cable to the connector, and to the vehicle", _PLACE),
    "plug_in_halfway": Verb("Put the plug in so far that the lock cannot close", _PLACE),
    "unplug": Verb("Take the cable out", _PLACE),
    "unplug_vehicle": Verb(
        "Take the cable out of the vehicle, and leave it in the socket where it is not fixed there", _PLACE
    ),
    "plug_in_vehicle": Verb("Put the cable back into the vehicle, after `unplug_vehicle`", _PLACE),
    "present_token": Verb("Present a card, or enter a code, at the reader", ("idToken", "type", *_PLACE)),
    "press_stop": Verb("Press the stop button of the station", ("evseId",)),
    "parking_bay": Verb("A vehicle drives into the parking bay (`occupied` true) or leaves it", ("occupied", "evseId")),
    "power_cycle": Verb("Switch the station off and on again; may return when it is back"),
    "power_off": Verb("Switch the station off"),
    "power_on": Verb("Switch it on again"),
    "fault": Verb("A fault appears at the connector; 0 and 0: of the whole station", _PLACE),
    "clear_fault": Verb("The fault is mended; without one nothing happens", _PLACE),
    "fail_unlock": Verb("From now on the lock does not open (`active` true), or does again (false)", ("active",)),
    "refuse_local_list": Verb(
        "From now on a local list cannot be installed (`active` true), or can again (false)", ("active",)
    ),
    "limit_charging": Verb("Something at the site limits the charging, to `limit`", ("limit",)),
    "set_limit": Verb(
        "A driver enters a limit for the transaction at the station (2.1): `limit` is `maxEnergy` (`value` in Wh), "
        "`maxTime` (s), `maxCost` or `maxSoC` (%); a station may refuse one",
        ("limit", "value", "evseId"),
    ),
    "ev_ready": Verb("The vehicle draws energy", _PLACE),
    "ev_suspend": Verb("The vehicle pauses", _PLACE),
    "ev_end": Verb("The vehicle ends the charging", _PLACE),
    "cut_network": Verb("Take the network away from the station"),
    "restore_network": Verb("Give it back; where it is there nothing happens"),
    "set_security_profile": Verb(
        "Set the security profile at the station, which OCPP can only raise", ("securityProfile",)
    ),
    "request": Verb(
        "Have the CSMS send the request `action` to the station `identity`. `wish`: the fields that the case cares "
        "for; `payload`: a whole payload with them, for an API that passes on what it is given",
        ("action", "payload", "wish"),
    ),
    "set_password": Verb("Set the station's password in the CSMS", ("password",)),
    "add_token": Verb("Put a token on the books of the CSMS", ("idToken", "type", "status", "group")),
    "block_token": Verb("Block a token there", ("idToken",)),
    "accept_station": Verb(
        "What the CSMS answers the station's next boot: `Accepted`, `Pending`, `Rejected`", ("registration",)
    ),
    "limit_transaction": Verb(
        "Limit a transaction (2.1, E16): the running one `transactionId`, or where that is none the next one that this "
        "token starts at the station. `limit` has what the standard calls `maxCost`, `maxEnergy` (Wh), `maxTime` (s); "
        "empty: no limit any more. Done when the CSMS has it, for it has to be in the next answer",
        ("limit", "transactionId", "idToken", "type", "evseId"),
    ),
    "transaction": Verb(
        "Answer what the CSMS recorded of a transaction, as a JSON object with `meterStart`, `meterStop`, … ; HTTP 404 "
        "or nothing: it has none",
        ("id",),
    ),
    "variable": Verb(
        'Answer the value of a station\'s variable as the CSMS knows it: `{"value": …}`', ("component", "variable")
    ),
}
"""By name, in the order of STATION_VERBS and CSMS_VERBS."""
