"""A Central System of 1.6 that sends requests of its own, just before those of the operator, fails no official case."""

import runner
from ocpp_fixtures.csms.stations import Station
from ocpp_reports.model import Verdict

OWN = {
    "ChangeAvailability": {"connectorId": 2, "type": "Operative"},
    "ChangeConfiguration": {"key": "HeartbeatInterval", "value": "300"},
    "ClearChargingProfile": {"id": 1},
    "GetCompositeSchedule": {"connectorId": 0, "duration": 60},
    "GetConfiguration": {"key": ["NumberOfConnectors"]},
    "GetInstalledCertificateIds": {"certificateType": "ManufacturerRootCertificate"},
    "GetLog": {"logType": "DiagnosticsLog", "requestId": 1, "log": {"remoteLocation": "https://own.example/"}},
    "RemoteStopTransaction": {"transactionId": 999_999_999},
    "SendLocalList": {"listVersion": 1, "updateType": "Differential", "localAuthorizationList": []},
    "SetChargingProfile": {
        "connectorId": 0,
        "csChargingProfiles": {
            "chargingProfileId": 1,
            "stackLevel": 9,
            "chargingProfilePurpose": "ChargePointMaxProfile",
            "chargingProfileKind": "Absolute",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 32.0}],
            },
        },
    },
    "TriggerMessage": {"requestedMessage": "BootNotification"},
    "UnlockConnector": {"connectorId": 77},
    "UpdateFirmware": {"location": "https://own.example/image", "retrieveDate": "2026-01-01T00:00:00Z"},
}
"""What it sends of its own, by the action that the operator asks for."""
ALIKE = "TC_043_5_CSMS"
"""Wants a differential list, and takes the empty one that is sent first."""


def test_requests_of_its_own_fail_no_case(monkeypatch):
    asked = Station.request

    def request(station, action, payload):
        if action in OWN and payload not in OWN.values():
            asked(station, action, dict(OWN[action]))
        return asked(station, action, payload)

    monkeypatch.setattr(Station, "request", request)
    results, _, _ = runner.run(runner.config("csms"), "1.6", 2, select="official")
    assert {r.id for r in results if r.verdict is not Verdict.PASS} == {ALIKE}
