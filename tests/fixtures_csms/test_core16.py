"""The 1.6 Central System: the local list by versions and changes, what it refuses to send, what it keeps of a stop."""

from __future__ import annotations

import asyncio

import pytest

from .bench import asked, demand, http, running, station

pytestmark = pytest.mark.asyncio
TIME = "2026-11-20T10:00:00Z"


async def sent(csms, bench, action, **payload):
    status, told = await demand(csms, action, payload)
    assert status == 202, told
    name, request = await asked(bench)
    assert name == action
    await bench.call("Heartbeat")  # the answer has been taken in
    return request


async def test_local_list_full_then_changes():
    answers = {"SendLocalList": {"status": "Accepted"}}
    async with running("1.6") as csms, station(csms, "1.6", answers=answers) as bench:
        full = await sent(csms, bench, "SendLocalList", updateType="Full")
        verdicts = {entry["idTag"]: entry["idTagInfo"] for entry in full["localAuthorizationList"]}
        assert verdicts["GOOD"] == {"status": "Accepted", "parentIdTag": "FAMILY"}
        assert verdicts["BLOCKED"] == {"status": "Blocked"}
        await http("PUT", f"{csms.api_url}/tokens/GOOD", {"status": "Blocked", "group": "FAMILY"})
        changes = await sent(csms, bench, "SendLocalList", updateType="Differential")
        assert [entry["idTag"] for entry in changes["localAuthorizationList"]] == ["GOOD"]
        assert changes["listVersion"] == full["listVersion"] + 1
        again = await sent(csms, bench, "SendLocalList", updateType="Differential")
        assert again["localAuthorizationList"] == []


async def test_local_list_of_another_version_is_not_known():
    answers = {"GetLocalListVersion": {"listVersion": 40}, "SendLocalList": {"status": "Accepted"}}
    async with running("1.6") as csms, station(csms, "1.6", answers=answers) as bench:
        await sent(csms, bench, "GetLocalListVersion")
        changes = await sent(csms, bench, "SendLocalList", updateType="Differential")
        assert changes["listVersion"] == 41
        assert len(changes["localAuthorizationList"]) == 3


@pytest.mark.parametrize(("status", "retried"), [("Failed", True), ("VersionMismatch", True), ("NotSupported", False)])
async def test_changes_that_fail_are_followed_by_the_whole_list(status, retried):
    answers = {"SendLocalList": {"status": status}}
    async with running("1.6") as csms, station(csms, "1.6", answers=answers) as bench:
        changes = await sent(csms, bench, "SendLocalList", updateType="Differential")
        if not retried:
            await asyncio.sleep(0.05)
            assert bench.asked.empty()
            return
        _, full = await asked(bench)
        assert (full["updateType"], full["listVersion"]) == ("Full", changes["listVersion"] + 1)
        await asyncio.sleep(0.05)
        assert bench.asked.empty()


async def test_what_is_not_sent():
    async with running("1.6") as csms, station(csms, "1.6"):
        for action, payload in [
            ("UnlockConnector", {}),
            ("UnlockConnector", {"connectorId": 0}),
            ("RemoteStopTransaction", {}),
            ("SendLocalList", {"listVersion": 0}),
            ("RemoteStartTransaction", {}),
        ]:
            assert (await demand(csms, action, payload))[0] == 400, action


async def test_remote_stop_and_its_record():
    async with running("1.6") as csms, station(csms, "1.6") as bench:
        begin = {"connectorId": 1, "idTag": "GOOD", "meterStart": 100, "timestamp": TIME}
        number = (await bench.call("StartTransaction", **begin))["transactionId"]
        request = await sent(csms, bench, "RemoteStopTransaction")
        assert request == {"transactionId": number}
        samples = [{"timestamp": TIME, "sampledValue": [{"value": "0.5", "unit": "kWh"}]}]
        end = {"meterStop": 900, "timestamp": TIME, "reason": "Remote", "transactionData": samples}
        assert await bench.call("StopTransaction", transactionId=number, **end) == {}
        _, shown = await http("GET", f"{csms.api_url}/stations/CS001/transactions/{number}")
        assert (shown["active"], shown["stoppedReason"], shown["meterStop"]) == (False, "Remote", 900)


@pytest.mark.parametrize(("status", "known"), [("Accepted", "60"), ("RebootRequired", "60"), ("Rejected", None)])
async def test_only_what_was_set_is_kept(status, known):
    answers = {"ChangeConfiguration": {"status": status}}
    async with running("1.6") as csms, station(csms, "1.6", answers=answers) as bench:
        await sent(csms, bench, "ChangeConfiguration", key="HeartbeatInterval", value="60")
        assert csms.station("CS001").variables.get("HeartbeatInterval") == known
