"""The messages of the reference CSMS at every version, and that a defect does not spread."""

from __future__ import annotations

import json

import pytest
from ocpp_certs import Pki, make_request
from ocpp_fixtures import payloads
from ocpp_fixtures.csms import DEFECTS
from ocpp_fixtures.csms.defects import rules
from ocpp_fixtures.csms.dispatch import table
from ocpp_fixtures.null_csms import WELCOME, NullCsms, agreeable
from ocpp_fixtures.rpc import CallFailed

from .bench import VERSIONS, asked, demand, http, running, station

pytestmark = pytest.mark.asyncio


# --- boot


@pytest.mark.parametrize("version", VERSIONS)
async def test_pending(version):
    async with running(version) as csms, station(csms, version, booted=False) as bench:
        await http("PUT", f"{csms.api_url}/stations/CS001", {"registration": "Pending"})
        assert (await bench.boot())["status"] == "Pending"
        with pytest.raises(CallFailed, match="SecurityError"):
            await bench.call("Heartbeat")
        assert (await demand(csms, "TriggerMessage", {"requestedMessage": "Heartbeat"}))[0] == 202
        await asked(bench)
        await bench.call("Heartbeat")
        start = "RemoteStartTransaction" if version == "1.6" else "RequestStartTransaction"
        token = "GOOD" if version == "1.6" else {"idToken": "GOOD", "type": "ISO14443"}
        payload = {"idTag" if version == "1.6" else "idToken": token}
        assert (await demand(csms, start, payload))[0] == 400
        await http("PUT", f"{csms.api_url}/stations/CS001", {"registration": "Accepted"})
        assert (await bench.boot())["status"] == "Accepted"
        await bench.call("Heartbeat")


# --- tokens and transactions


@pytest.mark.parametrize("version", VERSIONS)
async def test_tokens(version):
    async with running(version) as csms, station(csms, version) as bench:
        good = await bench.authorize("good")
        assert good["status"] == "Accepted"
        assert good.get("parentIdTag") == "FAMILY" or good["groupIdToken"]["idToken"] == "FAMILY"
        assert (await bench.authorize("BLOCKED"))["status"] == "Blocked"
        assert (await bench.authorize("NOBODY"))["status"] == ("Invalid" if version == "1.6" else "Unknown")
        await http("PUT", f"{csms.api_url}/tokens/GOOD", {"status": "Blocked"})
        assert (await bench.authorize("GOOD"))["status"] == "Blocked"


async def test_1_6_transaction():
    begin = {"connectorId": 1, "idTag": "ONCE", "meterStart": 100, "timestamp": "2026-11-20T10:00:00Z"}
    async with running("1.6") as csms, station(csms, "1.6") as bench:
        first = await bench.call("StartTransaction", **begin)
        again = await bench.call("StartTransaction", **begin)
        assert first == again
        assert first["idTagInfo"]["status"] == "Accepted"
        other = await bench.call("StartTransaction", **(begin | {"connectorId": 2}))
        assert other["transactionId"] != first["transactionId"]
        assert other["idTagInfo"]["status"] == "ConcurrentTx"
        end = {"meterStop": 900, "timestamp": "2026-11-20T11:00:00Z"}
        await bench.call("StopTransaction", transactionId=first["transactionId"], **end)
        await bench.call("StopTransaction", transactionId=-1, **end)
        _, shown = await http("GET", f"{csms.api_url}/stations/CS001/transactions/{first['transactionId']}")
        assert (shown["active"], shown["meterStop"], shown["idToken"]) == (False, 900, "ONCE")


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
async def test_2_x_transaction(version):
    def energy(value):
        return [{"timestamp": "2026-11-20T10:00:00Z", "sampledValue": [{"value": value}]}]

    async with running(version) as csms, station(csms, version) as bench:
        assert await bench.event("Started", 0, evse={"id": 1, "connectorId": 1}, meterValue=energy(1000)) == {}
        token = {"idToken": "GOOD", "type": "ISO14443"}
        judged = await bench.event("Updated", 1, idToken=token)
        assert judged["idTokenInfo"]["status"] == "Accepted"
        assert (await bench.event("Updated", 3, meterValue=energy(3000)))["totalCost"] == 0.6
        assert (await bench.event("Updated", 3, meterValue=energy(3000)))["totalCost"] == 0.6
        await bench.event("Ended", 4, trigger="StopAuthorized")
        assert await bench.event("Started", 0, transaction="T2") == {}
        _, shown = await http("GET", f"{csms.api_url}/stations/CS001/transactions/T1")
        assert (shown["seqNos"], shown["missingSeqNos"]) == ([0, 1, 3, 4], [2])
        assert (shown["active"], shown["idToken"], shown["stoppedReason"]) == (False, "GOOD", "Local")
        assert (await http("GET", f"{csms.api_url}/stations/CS001/transactions/T9"))[0] == 404


# --- what the CSMS sends


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
async def test_completes_requests(version):
    async with running(version) as csms, station(csms, version) as bench:
        token = {"idToken": "GOOD", "type": "ISO14443"}
        for action, payload, chosen in [
            ("RequestStartTransaction", {"idToken": token}, "remoteStartId"),
            ("ReserveNow", {"idToken": token, "evseId": 1}, "expiryDateTime"),
            ("SendLocalList", {}, "localAuthorizationList"),
            ("GetLog", {"logType": "DiagnosticsLog"}, "log"),
            ("GetBaseReport", {"reportBase": "FullInventory"}, "requestId"),
        ]:
            status, said = await demand(csms, action, payload)
            assert status == 202, said
            name, request = await asked(bench)
            assert name == action
            assert chosen in request
        assert (await demand(csms, "Nonsense"))[0] == 400
        assert (await demand(csms, "Heartbeat"))[0] == 400
        assert (await demand(csms, "Reset", {"type": "Sometime"}))[0] == 400
        assert (await demand(csms, "ClearCache", identity="CS404"))[0] == 404


@pytest.mark.parametrize("version", VERSIONS)
async def test_signs_certificates(version):
    pki = Pki.create()
    csr, _ = make_request("CS001", pki.organisation)
    foreign, _ = make_request("CS002", pki.organisation)
    async with running(version, authority=pki) as csms, station(csms, version) as bench:
        assert (await bench.call("SignCertificate", csr=foreign.decode()))["status"] == "Rejected"
        assert (await bench.call("SignCertificate", csr="junk"))["status"] == "Rejected"
        assert (await bench.call("SignCertificate", csr=csr.decode()))["status"] == "Accepted"
        action, request = await asked(bench)
        assert action == "CertificateSigned"
        assert request["certificateChain"].startswith("-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("defects", [(), ("tenths-refused",)])
async def test_tenths(version, defects):
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.1}]}
    profile = {"chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Absolute"}
    if version == "1.6":
        payload = {"connectorId": 1, "csChargingProfiles": profile | {"chargingSchedule": schedule}}
    else:
        payload = {"evseId": 1, "chargingProfile": profile | {"chargingSchedule": [schedule]}}
    async with running(version, defects=defects) as csms, station(csms, version) as bench:
        status, said = await demand(csms, "SetChargingProfile", payload)
        assert status == (400 if defects else 202), said
        if not defects:
            assert "8.1" in json.dumps((await asked(bench))[1])


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_answer_is_valid(version):
    pki = Pki.create()
    async with running(version, authority=pki) as csms, station(csms, version) as bench:
        for action in sorted(table.sent_by_stations(version)):
            schema = payloads.schema(version, action, "request")
            request = agreeable(schema, schema.get("definitions", {}))
            if action == "GetCertificateStatus":
                request["ocspRequestData"] |= {"issuerNameHash": "00", "issuerKeyHash": "00", "serialNumber": "1"}
            await bench.call(action, **request)


# --- the null CSMS


@pytest.mark.parametrize("version", VERSIONS)
async def test_null_csms_agrees_to_everything(version):
    async with running(version, NullCsms) as csms, station(csms, version, booted=False) as bench:
        for action in sorted(table.sent_by_stations(version)):
            assert (await bench.call(action)).get("status", "Accepted") in WELCOME
        assert (await bench.authorize("BLOCKED"))["status"] == "Accepted"
        assert (await demand(csms, "ClearCache"))[0] == 202
        assert (await asked(bench))[0] == "ClearCache"


# --- defects do not spread

BOOT = {"boot-time-without-zone", "boot-interval-missing"}
OTHERS = {"status-answer-with-extra-field", "empty-requests-carry-a-field", "compression-forgets"}
UNASKED = {row.name for row in rules.defect.rows}
"""Most of these speak by themselves after a boot."""


@pytest.mark.parametrize(
    ("version", "defect"),
    [
        (version, name)
        for name, bug in DEFECTS.items()
        for version in bug.versions
        if version != "2.0.1" or "2.1" not in bug.versions  # which share every line
        if name
        not in BOOT
        | UNASKED
        | {"status-answer-with-extra-field", "empty-requests-carry-a-field", "compression-forgets"}
    ],
)
async def test_an_ordinary_day_goes_on_with_any_defect(version, defect):
    """Boot, a token, a status and a request work in the presence of every defect that is not about them."""
    async with running(version, defects=[defect]) as csms, station(csms, version, close_timeout=1) as bench:
        assert (await bench.authorize("GOOD"))["status"] == "Accepted"
        if defect != "heartbeat-without-time":
            await bench.call("Heartbeat")
        if version == "1.6":
            request = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
        else:
            request = {
                "evseId": 1,
                "connectorId": 1,
                "connectorStatus": "Available",
                "timestamp": "2026-11-20T10:00:00Z",
            }
        await bench.call("StatusNotification", **request)
        assert (await demand(csms, "ClearCache"))[0] == 202
        assert (await asked(bench))[0] == "ClearCache"
