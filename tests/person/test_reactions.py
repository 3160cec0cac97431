"""By which messages a question to a person ends by itself, and what the person is asked in words."""

import pytest
from ocpp_proof.person.reactions import reaction_to
from ocpp_proof.person.wording import sentence
from ocpp_proof.sut.drivers.base import QUESTIONS, STATION_VERBS

HERE = {"evseId": 1, "connectorId": 1}
CARD = HERE | {"idToken": "04a1B2", "type": "ISO14443"}


def status(state, connectorId=1):
    return "StatusNotification", {"connectorId": connectorId, "errorCode": "NoError", "status": state}


def status2(state, evseId=1, connectorId=1):
    return "StatusNotification", {"evseId": evseId, "connectorId": connectorId, "connectorStatus": state}


def notify(variable, value, evseId=1):
    evse = {"id": evseId, "connectorId": 1}
    event = {"component": {"name": "Connector", "evse": evse}, "variable": {"name": variable}, "actualValue": value}
    return "NotifyEvent", {"eventData": [event]}


def event(evseId=None, chargingState=None, limit=None, **fields):
    evse = {"evse": {"id": evseId}} if evseId is not None else {}
    info = {"transactionId": "1"} | ({"chargingState": chargingState} if chargingState else {})
    info |= {"transactionLimit": limit} if limit else {}
    return "TransactionEvent", {"transactionInfo": info, **evse, **fields}


@pytest.mark.parametrize(
    ("verb", "arguments", "shown_by", "not_by"),
    [
        (
            "plug_in",
            HERE,
            [status("Preparing"), status("Charging"), ("StartTransaction", {"connectorId": 1})],
            [
                ("Heartbeat", {}),
                status("Preparing", 2),
                status("Available"),
                status("Faulted"),
                ("StartTransaction", {"connectorId": 2}),
                ("MeterValues", {"connectorId": 1}),
            ],
        ),
        (
            "unplug",
            HERE,
            [status("Available"), ("StopTransaction", {"reason": "EVDisconnected"})],
            [status("Finishing"), status("Available", 2), ("StopTransaction", {"reason": "Remote"})],
        ),
        (
            "present_token",
            CARD,
            [(action, {"idTag": "04A1b2"}) for action in ("Authorize", "StartTransaction", "StopTransaction")],
            [("Authorize", {"idTag": "04A1B3"}), ("DataTransfer", {"idTag": "04a1B2"}), status("Preparing")],
        ),
        (
            "press_stop",
            HERE,
            [("StopTransaction", {"reason": "Local"}), ("StopTransaction", {})],
            [status("Finishing")],
        ),
        ("power_cycle", {}, [("BootNotification", {})], [("Heartbeat", {}), status("Available")]),
        ("fault", HERE, [status("Faulted")], [status("Faulted", 2), status("Available")]),
        ("clear_fault", HERE, [status("Available"), status("Charging")], [status("Faulted"), status("Available", 2)]),
        ("ev_suspend", HERE, [status("SuspendedEV")], [status("SuspendedEVSE")]),
    ],
)
def test_what_shows_a_verb_in_1_6(verb, arguments, shown_by, not_by):
    reaction = reaction_to(verb, arguments, "1.6")
    assert all(reaction.fits(*message) for message in shown_by)
    assert not [message for message in not_by if reaction.fits(*message)]


@pytest.mark.parametrize(
    ("verb", "arguments", "shown_by", "not_by"),
    [
        (
            "plug_in",
            HERE,
            [
                status2("Occupied"),
                notify("AvailabilityState", "Occupied"),
                event(triggerReason="CablePluggedIn"),
                event(1, "Charging", triggerReason="Authorized"),
            ],
            [
                ("Heartbeat", {}),
                status2("Occupied", 2),
                status2("Available"),
                notify("AvailabilityState", "Occupied", 2),
                notify("Problem", "true"),
                event(2, "Charging", triggerReason="CablePluggedIn"),
                event(triggerReason="MeterValuePeriodic", chargingState="Charging"),
            ],
        ),
        (
            "unplug",
            HERE,
            [status2("Available"), event(triggerReason="EVCommunicationLost")],
            [status2("Unavailable"), event(triggerReason="RemoteStop")],
        ),
        (
            "present_token",
            CARD,
            [("Authorize", {"idToken": {"idToken": "04A1b2"}}), event(idToken={"idToken": "04a1B2"})],
            [("Authorize", {"idToken": {"idToken": "04A1B3"}}), event(triggerReason="Authorized"), ("Authorize", {})],
        ),
        (
            "parking_bay",
            {"evseId": 1, "occupied": True},
            [event(triggerReason="EVDetected")],
            [event(triggerReason="EVDeparted"), event(2, triggerReason="EVDetected")],
        ),
        ("fault", HERE, [status2("Faulted"), notify("Problem", "true")], [notify("Problem", "false")]),
        ("clear_fault", HERE, [status2("Available"), notify("Problem", "false")], [status2("Faulted")]),
        ("ev_ready", HERE, [event(chargingState="Charging")], [event(chargingState="EVConnected")]),
        (
            "set_limit",
            {"limit": "maxTime", "value": 20, "evseId": 1},
            [event(limit={"maxTime": 20})],
            [event(limit={"maxEnergy": 20}), event(chargingState="Charging")],
        ),
    ],
)
@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_what_shows_a_verb_in_2_x(ocpp, verb, arguments, shown_by, not_by):
    reaction = reaction_to(verb, arguments, ocpp)
    assert all(reaction.fits(*message) for message in shown_by)
    assert not [message for message in not_by if reaction.fits(*message)]


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
@pytest.mark.parametrize("verb", [verb for verb in STATION_VERBS if verb not in QUESTIONS])
@pytest.mark.parametrize(
    "payload", [{}, {"eventData": 7}, {"eventData": [3]}, {"idToken": "x", "transactionInfo": [], "evse": "1"}]
)
def test_message_that_breaks_its_schema_shows_nothing_and_does_no_harm(ocpp, verb, payload):
    reaction = reaction_to(verb, CARD | {"occupied": True}, ocpp)
    if reaction is not None and verb not in ("power_cycle", "power_on", "press_stop"):
        for action in ("NotifyEvent", "StatusNotification", "TransactionEvent", "StartTransaction", "Authorize"):
            assert not reaction.fits(action, payload)


def test_request_of_a_csms_has_what_the_operator_was_asked_for():
    wish = {"type": "Hard", "evse": {"id": 1}}
    reaction = reaction_to("request", {"action": "Reset", "wish": wish, "payload": wish | {"x": 1}}, "2.0.1")
    assert reaction.text == "Reset (type Hard, evse.id 1)"
    assert reaction.fits("Reset", {"type": "hard", "evse": {"id": 1, "connectorId": 1}})
    assert not reaction.fits("Reset", {"type": "Soft", "evse": {"id": 1}})
    assert not reaction.fits("GetVariables", wish)


@pytest.mark.parametrize("verb", ["fail_unlock", "refuse_local_list", "plug_in_halfway", "set_security_profile"])
def test_what_nothing_shows_for_certain_is_left_to_the_person(verb):
    assert reaction_to(verb, HERE, "1.6") is None
    assert reaction_to(verb, HERE, "2.0.1") is None


@pytest.mark.parametrize(
    ("verb", "arguments", "ocpp", "card", "said"),
    [
        ("plug_in", HERE, "1.6", "", "Plug the cable into connector 1 and into the vehicle."),
        ("plug_in", HERE, "2.1", "", "Plug the cable into connector 1 of EVSE 1 and into the vehicle."),
        ("present_token", CARD, "2.0.1", "second", "Present your second card, 04a1B2, at connector 1 of EVSE 1."),
        ("present_token", CARD | {"type": "KeyCode"}, "1.6", "", "Type the code 04a1B2 of the token at connector 1."),
        ("fault", {"evseId": 0, "connectorId": 0}, "1.6", "", "Bring about a fault at the station as a whole"),
        ("parking_bay", {"evseId": 2, "occupied": False}, "2.0.1", "", "Drive the vehicle out of the bay at EVSE 2."),
        ("fail_unlock", {"active": False}, "1.6", "", "Free the lock of the plug again."),
        ("set_limit", {"limit": "maxTime", "value": 20}, "2.1", "", "Enter the limit 20 seconds for the transaction"),
        ("set_limit", {"limit": "maxEnergy", "value": 200}, "2.1", "", "Enter the limit 200 Wh for the transaction"),
        ("set_limit", {"limit": "maxSoC", "value": 80}, "2.1", "", "Enter the limit 80 % state of charge for"),
        ("set_limit", {"limit": "maxCost", "value": 2}, "2.1", "", "Enter the limit 2 of the currency for"),
        (
            "accept_station",
            {"registration": "Pending"},
            "2.0.1",
            "",
            "set the registration of the station CS7 to Pending",
        ),
        (
            "limit_transaction",
            {"limit": {"maxEnergy": 6000}, "transactionId": "T1"},
            "2.1",
            "",
            "limit the transaction T1 at the station CS7 to maxEnergy 6000.",
        ),
        (
            "limit_transaction",
            {"limit": {"maxTime": 60}, "transactionId": None, "idToken": "04A1"},
            "2.1",
            "",
            "limit the next transaction of the token 04A1 at the station CS7 to maxTime 60.",
        ),
        ("limit_transaction", {"limit": {}, "idToken": "04A1"}, "2.1", "", "take the limit of the next transaction of"),
        ("request", {"action": "Reset", "wish": {"type": "Hard"}}, "1.6", "", 'send Reset with {"type": "Hard"} to'),
    ],
)
def test_sentence(verb, arguments, ocpp, card, said):
    assert said in sentence(verb, arguments, ocpp=ocpp, card=card, identity="CS7")


@pytest.mark.parametrize("verb", STATION_VERBS)
def test_every_verb_of_a_station_has_a_sentence_of_its_own(verb):
    said = sentence(verb, CARD | {"occupied": True, "securityProfile": 2}, ocpp="2.0.1")
    assert said.endswith((".", ")."))
    assert not said.lower().startswith(f"{verb.replace('_', ' ')} (")
