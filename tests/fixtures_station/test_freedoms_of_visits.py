"""Each freedom of a 2.x station shows on the wire, and is legal there: a boot, a report, two visits, a reset."""

import pytest
from ocpp_fixtures.station import FREEDOMS
from ocpp_fixtures.station.freedoms import (
    authorization_memory,
    device_model,
    firmware_display,
    measurands,
    reported_status,
    transaction_events,
    transaction_points,
)

from .bench import bench, moment, operate

CARD = f"{authorization_memory.CARD}01"
AUTHORIZE = f"authorize?id={CARD}&type=ISO14443&evse_id=1"
TOKEN = {"idToken": CARD, "type": "ISO14443"}
ASKED = (
    ("TxCtrlr", "TxStartPoint"),
    ("TxCtrlr", "TxStopPoint"),
    ("AuthCtrlr", "LocalPreAuthorize"),
    ("AuthCtrlr", "Enabled"),
    ("AuthCtrlr", "AuthorizeRemoteStart"),
    ("AuthCacheCtrlr", "Available"),
    ("LocalAuthListCtrlr", "Available"),
    ("OCPPCommCtrlr", "NetworkProfileConnectionAttempts"),
    ("DisplayMessageCtrlr", "SupportedFormats"),
    ("SampledDataCtrlr", "TxStartedMeasurands"),
)
SET = (
    ("TxCtrlr", "EVConnectionTimeOut", "9"),
    ("TxCtrlr", "TxStartPoint", "EVConnected,Authorized"),
    ("SampledDataCtrlr", "TxStartedMeasurands", "Energy.Active.Import.Register,Power.Active.Import"),
)
MESSAGE = {"id": 5, "priority": "NormalCycle", "message": {"format": "ASCII", "content": "Hello"}}
OTHERWISE = {
    "update-without-reboot",
    "update-with-a-new-connection",
    "reboot-before-installation",
    "out-of-service-during-update",
    "download-failure-of-a-canceled-update",
    "invalid-signer-as-revoked",
    "unsigned-as-invalid-certificate",
    "missing-image-found-at-once",
    "bad-image-as-failed-installation",
    "bad-signature-event-first",
    "update-at-the-end-of-a-transaction",
    "installed-while-charging",
    "waiting-installation-untold",
    "installed-told-before-the-reboot",
    "old-firmware-back-by-a-watchdog",
    "restart-after-a-bad-signature",
    "image-looked-at-before-the-download",
}
"""Of what is not done here: an update of the firmware."""
TIMED = {"samples-in-several-events", "clock-aligned-values-each-second"}
"""What shows when time passes."""


class Log(list):
    """(action, payload) of all that came, and of the answers that the station gave to what is asked below."""

    def of(self, action):
        return [payload for name, payload in self if name == action]

    @property
    def events(self):
        return self.of("TransactionEvent")

    def triggers(self):
        return [event["triggerReason"] for event in self.events]

    def started(self):
        return next(e for e in self.events if e["eventType"] == "Started")

    def samples(self):
        return [s for e in self.events for v in e.get("meterValue", []) for s in v["sampledValue"]]

    def value(self, component, name):
        return next(
            r.get("attributeValue", r["attributeStatus"])
            for answer in self.of("GetVariables")
            for r in answer["getVariableResult"]
            if r["component"]["name"].lower() == component.lower() and r["variable"]["name"].lower() == name.lower()
        )

    def reported(self):
        return [
            (d["component"]["name"], d["variable"]["name"], d) for r in self.of("NotifyReport") for d in r["reportData"]
        ]

    def fixed(self, component, name):
        found = next(d for c, n, d in self.reported() if (c, n) == (component, name))
        return found["variableAttribute"][0]["mutability"] == "ReadOnly"


async def visits(version, *freedoms):
    """What comes of a station with these freedoms."""
    log = Log()
    async with bench(version, boot=False, freedoms=freedoms) as (csms, station):
        sound = csms._answer

        async def recorded(action, request):
            log.append((action, request))
            return await sound(action, request)

        csms._answer = recorded

        async def asked(action, **payload):
            answer = await csms.call(action, **payload)
            log.append((action, answer))
            return answer

        async def done():
            """All that came before has been told."""
            await csms.call("TriggerMessage", requestedMessage="Heartbeat")
            await csms.wait("Heartbeat")

        await csms.wait("SecurityEventNotification")
        await done()
        for component, name in ASKED:
            await asked("GetVariables", getVariableData=[_variable(component.lower(), name)])
        for component, name, value in SET:
            await asked("SetVariables", setVariableData=[{**_variable(component, name), "attributeValue": value}])
        await asked("GetBaseReport", requestId=1, reportBase="FullInventory")
        await done()
        await asked("SetDisplayMessage", message=MESSAGE)
        await asked("GetDisplayMessages", requestId=2)
        await done()
        await csms.call("ReserveNow", id=3, expiryDateTime=moment(hours=1), idToken=TOKEN, evseId=1)
        await operate(station, "parking?occupied=true&evse_id=1")
        for operation in ("plugin?evse_id=1", AUTHORIZE, AUTHORIZE, "plugout?evse_id=1"):
            await operate(station, operation)
            await done()
        other = AUTHORIZE.replace("evse_id=1", "evse_id=2")
        for operation in (other, "plugin?evse_id=2", other, "plugout?evse_id=2", "plugin?evse_id=1"):
            await operate(station, operation)
            await done()
        await asked("RequestStartTransaction", idToken=TOKEN, remoteStartId=77, evseId=1)
        await done()
        if timed := TIMED.intersection(freedoms):
            await asked("SetVariables", setVariableData=[_interval("1")])
            trigger = "MeterValueClock" if "clock-aligned-values-each-second" in timed else "MeterValuePeriodic"
            await csms.wait("TransactionEvent", triggerReason=trigger)
            await done()
        await csms.call("Reset", type="Immediate")
        await csms.wait("BootNotification")
        await done()
    return log


def _variable(component, name):
    return {"component": {"name": component}, "variable": {"name": name}}


def _interval(seconds):
    return {**_variable("SampledDataCtrlr", "TxUpdatedInterval"), "attributeValue": seconds}


def _starts(point):
    return lambda log: log.value("TxCtrlr", "TxStartPoint") == point and log.fixed("TxCtrlr", "TxStartPoint")


def _stops(point):
    return lambda log: log.value("TxCtrlr", "TxStopPoint") == point and log.fixed("TxCtrlr", "TxStopPoint")


def _energy(log):
    return [s for s in log.samples() if s.get("measurand", "").startswith("Energy.")]


def _info(log):
    return [event["transactionInfo"] for event in log.events]


def _statuses(log, action):
    return [
        payload
        for payload in log.of(action)
        if action == "StatusNotification" or payload["eventData"][0]["component"]["name"] == "Connector"
    ]


def _set(log, name):
    return next(
        r
        for answer in log.of("SetVariables")
        for r in answer["setVariableResult"]
        if r["variable"]["name"].lower() == name.lower()
    )


SHOWS = {
    "cards-known-from-before": lambda log: not log.of("Authorize"),
    "no-authorization-cache": lambda log: log.value("AuthCacheCtrlr", "Available") == "false",
    "no-local-list": lambda log: log.value("LocalAuthListCtrlr", "Available") == "false",
    "remote-start-not-authorized": lambda log: len(log.of("Authorize")) == 2 and "RemoteStart" in log.triggers(),
    "reservation-is-enough": lambda log: len(log.of("Authorize")) == 2 and "RemoteStart" in log.triggers(),
    "start-button": lambda log: "NoAuthorization" in str(log.events) and "Authorized" in log.triggers(),
    "free-vend-at-plug-in": lambda log: "NoAuthorization" in str(log.started().get("idToken")),
    "required-variables-only": lambda log: (
        log.value("AuthCtrlr", "Enabled") == "UnknownVariable"
        and log.value("AuthCacheCtrlr", "Available") == "UnknownComponent"
    ),
    "authorization-always-on": lambda log: log.fixed("AuthCtrlr", "Enabled"),
    "one-item-a-message": lambda log: all(
        d["variableAttribute"][0]["value"] == "1"
        for _, n, d in log.reported()
        if n == "ItemsPerMessage" and "Device" in _
    ),
    "accepted-with-a-reason": lambda log: _set(log, "EVConnectionTimeOut").get("attributeStatusInfo"),
    "names-as-the-station-writes-them": lambda log: "TxCtrlr" in str(log.of("GetVariables")),
    "one-item-a-report": lambda log: {len(r["reportData"]) for r in log.of("NotifyReport")} == {1},
    "reports-from-the-end": lambda log: log.reported()[0][0] == "Connector",
    "last-part-without-tbc": lambda log: all("tbc" not in r or r["tbc"] for r in log.of("NotifyReport")),
    "measurand-lists-empty": lambda log: log.value("SampledDataCtrlr", "TxStartedMeasurands") == "",
    "more-measurands-as-delivered": lambda log: "Current" in log.value("SampledDataCtrlr", "TxStartedMeasurands"),
    "energy-in-kilowatt-hours": lambda log: {s["unitOfMeasure"]["unit"] for s in _energy(log)} == {"kWh"},
    "energy-with-multiplier": lambda log: {s["unitOfMeasure"].get("multiplier") for s in _energy(log)} == {3},
    "sample-defaults-left-out": lambda log: any(set(s) == {"value", "context"} for s in log.samples()),
    "values-of-each-phase": lambda log: {"L1", "L2", "L3"} <= {s.get("phase") for s in log.samples()},
    "each-measurand-its-own-meter-value": lambda log: (
        all(len(v["sampledValue"]) == 1 for e in log.events for v in e.get("meterValue", [])) and log.samples()
    ),
    "more-measured-at-the-start": lambda log: "SoC" in {s["measurand"] for s in log.samples()},
    "clock-aligned-values-each-second": lambda log: "MeterValueClock" in log.triggers(),
    "display-of-letters-only": lambda log: log.value("DisplayMessageCtrlr", "SupportedFormats") == "ASCII",
    "every-status-by-notify-event": lambda log: not log.of("StatusNotification") and log.of("NotifyEvent"),
    "status-by-both-messages": lambda log: _statuses(log, "StatusNotification") and _statuses(log, "NotifyEvent"),
    "statuses-in-one-event": lambda log: 2 in [len(event["eventData"]) for event in log.of("NotifyEvent")],
    "status-among-other-events": lambda log: "ChargingStation" in str(log.of("NotifyEvent")),
    "names-of-events-in-small-letters": lambda log: "availabilitystate" in str(log.of("NotifyEvent")),
    "monitors-of-the-maker": lambda log: "HardWiredMonitor" in str(log.of("NotifyEvent")),
    "unavailable-before-reset": lambda log: "Unavailable" in str(log.of("StatusNotification")),
    "security-event-before-statuses": lambda log: [name for name, _ in log][1] == "SecurityEventNotification",
    "charging-state-only-when-it-changes": lambda log: any("chargingState" not in info for info in _info(log)),
    "charging-state-told-with-its-cause": lambda log: (
        "ChargingStateChanged" not in log.triggers() and "Charging" in str(_info(log))
    ),
    "charging-state-has-its-own-event": lambda log: any(
        e["triggerReason"] == "ChargingStateChanged" and e["transactionInfo"]["chargingState"] == "EVConnected"
        for e in log.events
    ),
    "suspended-before-charging": lambda log: "SuspendedEVSE" in str(_info(log)),
    "sequence-numbers-go-on": lambda log: 0 not in [e["seqNo"] for e in log.events],
    "local-stop-without-reason": lambda log: any(
        e["eventType"] == "Ended" and "stoppedReason" not in e["transactionInfo"] for e in log.events
    ),
    "remote-start-told-before-authorization": lambda log: any(
        e["triggerReason"] == "RemoteStart" and "idToken" not in e for e in log.events
    ),
    "one-reader-for-all-evses": lambda log: (
        any(e["eventType"] == "Started" and "evse" not in e for e in log.events)
        and any(e["eventType"] == "Updated" and "Transaction.Begin" in str(e.get("meterValue")) for e in log.events)
    ),
    "transaction-ids-counted": lambda log: {i["transactionId"] for i in _info(log)} == {"Tx-1", "Tx-2", "Tx-3"},
    "optional-fields-of-events-given": lambda log: all("cableMaxCurrent" in e for e in log.events),
    "samples-in-several-events": lambda log: (
        len({(e["timestamp"], e["seqNo"]) for e in log.events if e["triggerReason"] == "MeterValuePeriodic"})
        > len({e["timestamp"] for e in log.events if e["triggerReason"] == "MeterValuePeriodic"})
    ),
    "tokens-in-small-letters": lambda log: CARD.lower() in str(log.events),
    "starts-at-parking-bay-at-first": lambda log: (
        log.value("TxCtrlr", "TxStartPoint") == "ParkingBayOccupancy" and not log.fixed("TxCtrlr", "TxStartPoint")
    ),
    "start-and-stop-points-need-a-reboot": lambda log: _set(log, "TxStartPoint")["attributeStatus"] == "RebootRequired",
    **{name: _starts(point) for point, name in transaction_points.STARTS.items()},
    **{name: _stops(point) for point, name in transaction_points.STOPS.items()},
}
"""How each freedom shows; the reference without freedoms shows none of these."""
TABLES = (
    authorization_memory,
    device_model,
    firmware_display,
    measurands,
    reported_status,
    transaction_events,
    transaction_points,
)


def test_each_freedom_of_these_tables_is_here():
    names = {row.name for table in TABLES for row in table.freedom.rows}
    assert names == set(SHOWS) | OTHERWISE


@pytest.mark.asyncio
@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
async def test_the_reference_shows_none(version):
    log = await visits(version)
    assert not [name for name, shows in SHOWS.items() if shows(log)]


@pytest.mark.asyncio
@pytest.mark.parametrize("freedom", sorted(SHOWS))
async def test_a_freedom_shows(freedom):
    version = ("2.0.1", "2.1")[len(freedom) % 2]
    assert version in FREEDOMS[freedom].versions
    log = await visits(version, freedom)
    assert SHOWS[freedom](log)
