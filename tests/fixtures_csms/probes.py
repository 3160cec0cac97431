"""Short dialogues with a CSMS, each with an outcome that can be compared between a sound CSMS and one with a defect."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import urllib.request
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

PROBES: dict[str, tuple[tuple[str, ...], Callable[[Probe], Awaitable[Any]]]] = {}
ALL, V16, V2 = ("1.6", "2.0.1", "2.1"), ("1.6",), ("2.0.1", "2.1")
TOKEN = {"idToken": "GOOD", "type": "ISO14443"}
TIME = "2036-11-20T10:00:00Z"
QUIET = 0.06
"""Seconds of silence where a sound CSMS says nothing; answers have a second."""


def probe(*versions: str) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        PROBES[function.__name__] = (versions, function)
        return function

    return register


class Line:
    """One connection, frame by frame."""

    def __init__(self, websocket: Any) -> None:
        self.websocket = websocket
        self.count = 0

    async def receive(self, timeout: float = 1) -> Any:
        try:
            return json.loads(await asyncio.wait_for(self.websocket.recv(), timeout))
        except TimeoutError:
            return "silence"
        except ConnectionClosed:
            return "closed"

    async def raw(self, text: str) -> Any:
        await self.websocket.send(text)
        return await self.receive()

    async def call(self, action: str, **payload: Any) -> Any:
        """The payload of the answer, or the code of the CALLERROR; requests of the CSMS are kept waiting."""
        self.count += 1
        answer = await self.raw(json.dumps([2, f"id{self.count}", action, payload]))
        return answer[2] if isinstance(answer, list) else answer

    async def answer(self, payload: dict[str, Any], timeout: float = 1) -> Any:
        """Take the next request, answer it, give (action, payload)."""
        request = await self.receive(timeout)
        if not isinstance(request, list):
            return request
        await self.websocket.send(json.dumps([3, request[1], payload]))
        return request[2], request[3]


class Probe:
    """One CSMS, a station identity of its own for each dialogue."""

    def __init__(self, csms: Any, version: str) -> None:
        self.csms, self.version, self.first = csms, version, version == "1.6"
        self.identity = "CS"

    @contextlib.asynccontextmanager
    async def line(self, *, boot: bool = True, subprotocols: list[str] | None = None) -> Any:
        names: Any = subprotocols or [f"ocpp{self.version}"]
        async with connect(f"{self.csms.url}/{self.identity}", subprotocols=names, close_timeout=0.2) as websocket:
            line = Line(websocket)
            if boot:
                await self.boot(line)
            yield line

    async def boot(self, line: Line, reason: str = "PowerUp") -> Any:
        if self.first:
            return await line.call("BootNotification", chargePointVendor="V", chargePointModel="M")
        return await line.call("BootNotification", reason=reason, chargingStation={"vendorName": "V", "model": "M"})

    async def status(self, line: Line, status: str) -> Any:
        if self.first:
            return await line.call("StatusNotification", connectorId=1, errorCode="NoError", status=status)
        return await line.call("StatusNotification", timestamp=TIME, connectorStatus=status, evseId=1, connectorId=1)

    async def authorize(self, line: Line, token: str) -> Any:
        if self.first:
            return await line.call("Authorize", idTag=token)
        return await line.call("Authorize", idToken={"idToken": token, "type": "ISO14443"})

    async def start(self, line: Line, **more: Any) -> Any:
        request = {"connectorId": 1, "idTag": "GOOD", "meterStart": 0, "timestamp": TIME} | more
        return await line.call("StartTransaction", **request)

    async def event(self, line: Line, kind: str, number: int, trigger: str = "Authorized", **more: Any) -> Any:
        info = {"transactionId": more.pop("transaction", "T1")} | more.pop("info", {})
        request = {"eventType": kind, "timestamp": TIME, "triggerReason": trigger, "seqNo": number}
        return await line.call("TransactionEvent", **request, transactionInfo=info, **more)

    async def http(self, method: str, path: str, value: Any = None) -> Any:
        def ask() -> Any:
            body = None if value is None else json.dumps(value).encode()
            request = urllib.request.Request(f"{self.csms.api_url}{path}", body, method=method)
            try:
                with urllib.request.urlopen(request) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                with error:
                    return error.code

        return await asyncio.to_thread(ask)

    async def demand(self, action: str, **payload: Any) -> Any:
        return await self.http("POST", f"/stations/{self.identity}/requests/{action}", payload)

    async def variable(self, name: str) -> Any:
        """The value that the CSMS knows, once it has taken in the station's answer."""
        for _ in range(20):
            found = await self.http("GET", f"/stations/{self.identity}/variables/{name}")
            if found != 404:
                return found
            await asyncio.sleep(QUIET / 10)
        return found

    async def sends(self, action: str, response: dict[str, Any] | None = None, /, **payload: Any) -> Any:
        """What the CSMS puts on the wire for a demand."""
        async with self.line() as line:
            refused = await self.demand(action, **payload)
            return refused if isinstance(refused, int) else await line.answer(response or {"status": "Accepted"})


def still(value: Any) -> str:
    """An outcome without what differs from run to run: times, ids, ports, certificates."""
    text = json.dumps(value, sort_keys=True, default=str)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(?=Z?)", "TIME", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "HOST", text)
    text = re.sub(r'"(id|transactionId|reservationId|signature)": ("[^"]{30,}"|\d+)', r'"\1": N', text)
    return re.sub(r"-----BEGIN.*?END CERTIFICATE-----", "PEM", text)


# --- framing


@probe(*ALL)
async def unreadable_frame(p: Probe) -> Any:
    async with p.line() as line:
        return [await line.raw('[2,"u","Heartbeat"]'), await line.call("Heartbeat")]


@probe(*ALL)
async def unknown_action(p: Probe) -> Any:
    async with p.line() as line:
        return (await line.raw('[2,"u","Nonsense",{}]'))[:3]


@probe(*ALL)
async def violation(p: Probe) -> Any:
    async with p.line() as line:
        return [(await line.raw('[2,"u","Heartbeat",{"a":1}]'))[:3], await line.call("Authorize")]


@probe(*ALL)
async def two_demands(p: Probe) -> Any:
    async with p.line() as line:
        await p.demand("ClearCache")
        await p.demand("ClearCache")
        first, second = await line.receive(), await line.receive(QUIET)
        if second != "silence":
            return [first[1] == second[1], "both"]
        crossing = await line.call("Heartbeat")
        await line.websocket.send(json.dumps([3, first[1], {"status": "Accepted"}]))
        second = await line.receive(QUIET)
        return [first[1] == second[1], "one after the other", crossing]


@probe(*ALL)
async def two_connections(p: Probe) -> Any:
    async with p.line() as old, p.line() as new:
        await p.demand("ClearCache")
        found = await new.receive()
        await old.websocket.close()
        return found[2] if isinstance(found, list) else found


@probe(*ALL)
async def reconnect(p: Probe) -> Any:
    async with p.line():
        pass
    async with p.line(boot=False) as line:
        return await line.call("Heartbeat")


@probe(*ALL)
async def foreign_subprotocol(p: Probe) -> Any:
    found = []
    for names in (["ocpp0.1"], ["ocpp0.1", f"ocpp{p.version}"]):
        try:
            async with p.line(boot=False, subprotocols=names) as line:
                found.append([line.websocket.subprotocol, await p.boot(line)])
        except (InvalidHandshake, ConnectionClosed) as error:
            found.append(type(error).__name__)
    return found


# --- boot


@probe(*ALL)
async def boot(p: Probe) -> Any:
    async with p.line(boot=False) as line:
        return [await p.boot(line), await line.call("Heartbeat"), await p.status(line, "Available")]


@probe(*V2)
async def clock(p: Probe) -> Any:
    async with p.line(boot=False) as line:
        told = (await p.boot(line))["currentTime"].rstrip("Z") + "+00:00"
    return abs((datetime.now(UTC) - datetime.fromisoformat(told)).total_seconds()) < 5


@probe(*ALL)
async def pending(p: Probe) -> Any:
    await p.http("PUT", f"/stations/{p.identity}", {"registration": "Pending"})
    async with p.line(boot=False) as line:
        found = [await p.boot(line)]
        with contextlib.suppress(ConnectionClosed):
            found.append(await line.call("Heartbeat"))
        return found


@probe(*V2)
async def boot_reasons(p: Probe) -> Any:
    async with p.line() as line:
        return [await p.boot(line, reason) for reason in ("RemoteReset", "FirmwareUpdate", "PowerUp")]


@probe(*ALL)
async def boot_keeps_transactions(p: Probe) -> Any:
    async with p.line() as line:
        if p.first:
            await p.start(line)
        else:
            await p.event(line, "Started", 0)
        await p.boot(line)
        return len(await p.http("GET", f"/stations/{p.identity}/transactions"))


# --- tokens


@probe(*ALL)
async def tokens(p: Probe) -> Any:
    async with p.line() as line:
        found = [await p.authorize(line, token) for token in ("GOOD", "BLOCKED", "NOBODY")]
        name = f"T{abs(hash(p.identity)) % 1000}"
        await p.http("PUT", f"/tokens/{name}", {"status": "Accepted"})
        found.append(await p.authorize(line, name))
        await p.http("PUT", f"/tokens/{name}", {"status": "Blocked"})
        return [*found, await p.authorize(line, name)]


# --- transactions


@probe(*V16)
async def charging(p: Probe) -> Any:
    async with p.line() as line:
        await p.authorize(line, "GOOD")
        first, again = await p.start(line), await p.start(line)
        other = await p.start(line, connectorId=2)
        number = first["transactionId"]
        end = {"meterStop": 9, "timestamp": TIME, "reason": "Local"}
        stop = await line.call("StopTransaction", transactionId=number, **end)
        shown = await p.http("GET", f"/stations/{p.identity}/transactions/{number}")
        ids = [first["transactionId"] == again["transactionId"], other["transactionId"] == number]
        return [first["idTagInfo"], ids, stop, shown["active"]]


@probe(*V16)
async def charging_offline(p: Probe) -> Any:
    async with p.line() as line:
        return (await p.start(line))["idTagInfo"]


@probe(*V16)
async def charging_plug_first(p: Probe) -> Any:
    async with p.line() as line:
        await p.status(line, "Preparing")
        await p.authorize(line, "GOOD")
        return (await p.start(line))["idTagInfo"]


@probe(*V16)
async def charging_reserved(p: Probe) -> Any:
    async with p.line() as line:
        found = await p.status(line, "Reserved")
        await p.authorize(line, "GOOD")
        return [found, (await p.start(line, reservationId=5))["idTagInfo"]]


@probe(*V16)
async def charging_remotely(p: Probe) -> Any:
    async with p.line() as line:
        await p.demand("RemoteStartTransaction", idTag="GOOD")
        sent = await line.answer({"status": "Accepted"})
        return [sent, await p.authorize(line, "GOOD")]


@probe(*V2)
async def plug_first(p: Probe) -> Any:
    def energy(value: int) -> list[Any]:
        return [{"timestamp": TIME, "sampledValue": [{"value": value}]}]

    async with p.line() as line:
        found = [
            await p.event(line, "Started", 0, "CablePluggedIn", meterValue=energy(0)),
            await p.event(line, "Updated", 1, idToken=TOKEN),
            await p.event(line, "Updated", 2, "MeterValuePeriodic", meterValue=energy(2000)),
            await p.event(line, "Updated", 2, "MeterValuePeriodic", meterValue=energy(2000)),
            await p.event(line, "Ended", 3, "StopAuthorized"),
        ]
        shown = await p.http("GET", f"/stations/{p.identity}/transactions/T1")
        second = await p.event(line, "Started", 0, transaction="T2")
        return [found, shown["active"], shown["seqNos"], second]


@probe(*V2)
async def remote_start_event(p: Probe) -> Any:
    async with p.line() as line:
        return await p.event(line, "Started", 0, "RemoteStart", info={"remoteStartId": 5}, idToken=TOKEN)


@probe(*V2)
async def statuses(p: Probe) -> Any:
    async with p.line() as line:
        return [await p.status(line, word) for word in ("Reserved", "Unavailable")]


# --- requests


@probe(*ALL)
async def remote_start(p: Probe) -> Any:
    async with p.line() as line:
        payload = {"idTag": "GOOD"} if p.first else {"idToken": TOKEN}
        await p.demand("RemoteStartTransaction" if p.first else "RequestStartTransaction", **payload)
        return [await line.answer({"status": "Rejected"}), await line.receive(QUIET)]


@probe(*ALL)
async def triggers(p: Probe) -> Any:
    more = {"connectorId": 1} if p.first else {}
    return [
        await p.sends("TriggerMessage", requestedMessage="Heartbeat"),
        await p.sends("TriggerMessage", requestedMessage="StatusNotification", **more),
    ]


@probe(*ALL)
async def reservation(p: Probe) -> Any:
    payload = {"idTag": "GOOD", "connectorId": 1} if p.first else {"idToken": TOKEN, "evseId": 1}
    return await p.sends("ReserveNow", **payload)


@probe(*ALL)
async def charging_profile(p: Probe) -> Any:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.1}]}
    profile = {"chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Absolute", "validFrom": TIME}
    if p.first:
        return await p.sends(
            "SetChargingProfile", connectorId=1, csChargingProfiles=profile | {"chargingSchedule": schedule}
        )
    return await p.sends("SetChargingProfile", evseId=1, chargingProfile=profile | {"chargingSchedule": [schedule]})


@probe(*ALL)
async def firmware(p: Probe) -> Any:
    found = {"location": "http://h/f", "retrieveDateTime": TIME}
    return await p.sends("SignedUpdateFirmware" if p.first else "UpdateFirmware", firmware=found)


@probe(*V16)
async def configuration(p: Probe) -> Any:
    return [
        await p.sends("GetConfiguration", {}, key=["SupportedFeatureProfiles"]),
        await p.sends("ChangeConfiguration", key="AuthorizationKey", value="00112233445566778899"),
        p.csms.station(p.identity).password,
    ]


@probe(*V16)
async def diagnostics_status(p: Probe) -> Any:
    async with p.line() as line:
        return await line.call("DiagnosticsStatusNotification", status="Idle")


@probe(*V2)
async def variables(p: Probe) -> Any:
    asked = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "OfflineThreshold"}}
    names = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
    told = {"getVariableResult": [asked | {"attributeStatus": "Accepted", "attributeValue": "60"}]}
    done = {"setVariableResult": [names | {"attributeStatus": "Accepted"}]}
    return [
        await p.sends("GetVariables", told, getVariableData=[asked]),
        await p.variable("OCPPCommCtrlr.OfflineThreshold"),
        await p.sends("SetVariables", done, setVariableData=[names | {"attributeValue": "0123456789abcdef"}]),
        p.csms.station(p.identity).password,
    ]


@probe(*V2)
async def other_requests(p: Probe) -> Any:
    message = {"priority": "AlwaysFront", "state": "Idle", "message": {"format": "UTF8", "content": "Hello"}}
    return [
        await p.sends("Reset", type="OnIdle"),
        await p.sends("ChangeAvailability", operationalStatus="Inoperative", evse={"id": 1}),
        await p.sends("SendLocalList", updateType="Full"),
        await p.sends("InstallCertificate", certificateType="CSMSRootCertificate"),
        await p.sends("GetLog", logType="DiagnosticsLog"),
        await p.sends("SetDisplayMessage", message=message),
    ]


@probe(*V2)
async def log_status(p: Probe) -> Any:
    async with p.line() as line:
        return await line.call("LogStatusNotification", status="Uploading", requestId=1)


@probe(*ALL)
async def vendor_message(p: Probe) -> Any:
    async with p.line() as line:
        return await line.call("DataTransfer", vendorId="org.example")
