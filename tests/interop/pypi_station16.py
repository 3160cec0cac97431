"""A 1.6 charge point on PyPI `ocpp`: Core, local list and trigger as an average product has them. No cache, no offline
queue, no reservations, no profiles. Arguments: URL of the Central System, port of its bench API (octt-api paths).
"""

import asyncio
import sys
from contextlib import suppress

from ocpp.routing import after, on
from ocpp.v16 import ChargePoint, call, call_result
from ocpp_fixtures import http_api
from pypi_connections import connections
from pypi_station16_state import CONNECTORS, LIST, NUMBERS, READONLY, SETTINGS, UNKNOWN, YES_NO, now


class Station(ChargePoint):
    def spawn(self, work):
        task = asyncio.ensure_future(work)
        self.tasks = getattr(self, "tasks", set()) | {task}

    # --- what it says

    async def boot(self):
        answer = await self.call(call.BootNotification(charge_point_model="pypi", charge_point_vendor="ocpp"))
        while answer.status != "Accepted":
            await asyncio.sleep(answer.interval or 1)
            answer = await self.call(call.BootNotification(charge_point_model="pypi", charge_point_vendor="ocpp"))
        SETTINGS["HeartbeatInterval"] = str(answer.interval or 300)
        await self.status(0, "Available")
        for connector in CONNECTORS.values():
            connector.told = None
            await self.tell(connector)
        while True:
            await asyncio.sleep(int(SETTINGS["HeartbeatInterval"]))
            await self.call(call.Heartbeat())

    async def status(self, number, status):
        await self.call(call.StatusNotification(connector_id=number, error_code="NoError", status=status))

    async def tell(self, connector):
        if connector.status != connector.told:
            connector.told = connector.status
            error = "OtherError" if connector.faulted else "NoError"
            await self.call(
                call.StatusNotification(connector_id=connector.number, error_code=error, status=connector.status)
            )

    # --- drivers and vehicles

    async def plug_in(self, connector):
        connector.plugged, connector.token = True, None
        if connector.waiting is None:
            await self.tell(connector)
        else:
            await self.begin(connector, connector.waiting)

    async def unplug(self, connector):
        connector.plugged = False
        if connector.transaction is not None:
            if SETTINGS["StopTransactionOnEVSideDisconnect"] == "true":
                await self.end(connector, "EVDisconnected")
            else:
                connector.suspended = True
        connector.token = None
        await self.tell(connector)

    async def present(self, connector, token):
        if connector.transaction is not None:
            if token != connector.token:
                info = await self.info(token)
                if info["status"] != "Accepted" or not connector.parent or info.get("parent") != connector.parent:
                    return
            await self.end(connector, "Local", token)
            return
        info = await self.info(token)
        if info["status"] != "Accepted" or connector.status == "Unavailable":
            return
        connector.parent = info.get("parent")
        await self.admit(connector, token)

    async def info(self, token):
        entry = LIST["entries"].get(token)
        if entry and SETTINGS["LocalPreAuthorize"] == "true" and SETTINGS["LocalAuthListEnabled"] == "true":
            return {"status": entry.get("status"), "parent": entry.get("parent_id_tag")}
        answer = await self.call(call.Authorize(id_tag=token))
        return {"status": answer.id_tag_info["status"], "parent": answer.id_tag_info.get("parent_id_tag")}

    async def admit(self, connector, token):
        if connector.plugged:
            await self.begin(connector, token)
            return
        connector.waiting = token
        connector.timer = asyncio.get_running_loop().call_later(
            int(SETTINGS["ConnectionTimeOut"]), lambda: self.spawn(self.give_up(connector))
        )
        await self.tell(connector)

    async def give_up(self, connector):
        connector.waiting = None
        await self.tell(connector)

    async def begin(self, connector, token):
        if connector.timer:
            connector.timer.cancel()
        connector.waiting, connector.token, connector.suspended = None, token, False
        connector.transaction, connector.starting = UNKNOWN, self
        connector.numbered.clear()
        answer = await self.call(
            call.StartTransaction(
                connector_id=connector.number, id_tag=token, meter_start=connector.meter, timestamp=now()
            )
        )
        connector.transaction = answer.transaction_id
        connector.numbered.set()
        connector.parent = answer.id_tag_info.get("parent_id_tag") or connector.parent
        await self.tell(connector)
        if answer.id_tag_info["status"] != "Accepted":
            await self.end(connector, "DeAuthorized")
            return
        self.spawn(self.sample(connector, answer.transaction_id))

    async def numbered(self, connector, within=2):
        """Wait for the id of a transaction that has just started, where the answer can still come."""
        if connector.transaction == UNKNOWN and connector.starting is self:
            with suppress(TimeoutError):
                await asyncio.wait_for(connector.numbered.wait(), within)

    async def end(self, connector, reason, token=None):
        await self.numbered(connector)
        transaction, connector.transaction = connector.transaction, None
        connector.meter += 10
        connector.token = "ended"
        await self.call(
            call.StopTransaction(
                transaction_id=transaction, meter_stop=connector.meter, timestamp=now(), reason=reason, id_tag=token
            )
        )
        if connector.scheduled:
            connector.operative = connector.scheduled = False
        await self.tell(connector)

    async def sample(self, connector, transaction):
        while connector.transaction == transaction:
            interval = int(SETTINGS["MeterValueSampleInterval"])
            await asyncio.sleep(interval or 1)
            if interval and connector.transaction == transaction:
                await self.meter_values(connector)

    async def meter_values(self, connector, context="Sample.Periodic"):
        connector.meter += 1
        values = [
            {"value": str(connector.meter), "context": context, "measurand": m}
            for m in SETTINGS["MeterValuesSampledData"].split(",")
        ]
        await self.call(
            call.MeterValues(
                connector_id=connector.number,
                transaction_id=connector.transaction,
                meter_value=[{"timestamp": now(), "sampled_value": values}],
            )
        )

    # --- what it is asked

    @on("GetConfiguration")
    def get_configuration(self, key=None):
        known = {k: (v, True) for k, v in READONLY.items()} | {k: (v, False) for k, v in SETTINGS.items()}
        found = [{"key": k, "value": known[k][0], "readonly": known[k][1]} for k in key or known if k in known]
        return call_result.GetConfiguration(
            configuration_key=found, unknown_key=[k for k in key or () if k not in known] or None
        )

    @on("ChangeConfiguration")
    def change_configuration(self, key, value):
        if key in READONLY:
            return call_result.ChangeConfiguration(status="Rejected")
        if key not in SETTINGS:
            return call_result.ChangeConfiguration(status="NotSupported")
        if (key in NUMBERS and not value.isdecimal()) or (key in YES_NO and value.lower() not in ("true", "false")):
            return call_result.ChangeConfiguration(status="Rejected")
        SETTINGS[key] = value
        return call_result.ChangeConfiguration(status="Accepted")

    @on("ClearCache")
    def clear_cache(self):
        return call_result.ClearCache(status="Rejected")

    @on("DataTransfer")
    def data_transfer(self, **_):
        return call_result.DataTransfer(status="UnknownVendorId")

    @on("ChangeAvailability")
    def change_availability(self, connector_id, type):
        chosen = [c for n, c in CONNECTORS.items() if connector_id in (0, n)]
        busy = [c for c in chosen if c.transaction is not None and type == "Inoperative"]
        for connector in chosen:
            connector.scheduled = connector in busy
            if connector not in busy:
                connector.operative = type == "Operative"
        return call_result.ChangeAvailability(status="Scheduled" if busy else "Accepted" if chosen else "Rejected")

    @after("ChangeAvailability")
    async def availability_changed(self, **_):
        for connector in CONNECTORS.values():
            await self.tell(connector)

    @on("RemoteStartTransaction")
    def remote_start(self, id_tag, connector_id=1, **_):
        connector = CONNECTORS.get(connector_id)
        free = (
            connector is not None and connector.transaction is None and connector.status in ("Available", "Preparing")
        )
        if free:
            self.spawn(self.start_remotely(connector, id_tag))
        return call_result.RemoteStartTransaction(status="Accepted" if free else "Rejected")

    async def start_remotely(self, connector, token):
        await asyncio.sleep(0)
        if SETTINGS["AuthorizeRemoteTxRequests"] == "true" and (await self.info(token))["status"] != "Accepted":
            return
        await self.admit(connector, token)

    @on("RemoteStopTransaction")
    async def remote_stop(self, transaction_id):
        for each in CONNECTORS.values():
            await self.numbered(each, within=0.1)  # nothing is received meanwhile
        connector = next((c for c in CONNECTORS.values() if c.transaction == transaction_id), None)
        if connector is not None:
            self.spawn(self.end(connector, "Remote"))
        return call_result.RemoteStopTransaction(status="Accepted" if connector else "Rejected")

    @on("UnlockConnector")
    def unlock(self, connector_id):
        connector = CONNECTORS.get(connector_id)
        if connector is not None and connector.transaction is not None:
            self.spawn(self.end(connector, "UnlockCommand"))
        return call_result.UnlockConnector(status="Unlocked" if connector else "NotSupported")

    @on("Reset")
    def reset(self, type):
        return call_result.Reset(status="Accepted")

    @after("Reset")
    async def reset_now(self, type):
        for connector in CONNECTORS.values():
            if connector.transaction is not None:
                await self.end(connector, f"{type}Reset")
            connector.waiting = None
        await self._connection.close()

    @on("TriggerMessage")
    def trigger(self, requested_message, connector_id=None):
        known = {"BootNotification", "Heartbeat", "StatusNotification", "MeterValues"}
        if requested_message not in known:
            return call_result.TriggerMessage(status="NotImplemented")
        if connector_id not in (None, 0, *CONNECTORS):
            return call_result.TriggerMessage(status="Rejected")
        return call_result.TriggerMessage(status="Accepted")

    @after("TriggerMessage")
    def trigger_answered(self, requested_message, connector_id=None):
        """1.6, 5.17: the answer first."""
        if self.trigger(requested_message, connector_id).status == "Accepted":
            self.spawn(self.triggered(requested_message, connector_id))

    async def triggered(self, message, number):
        chosen = [c for n, c in CONNECTORS.items() if number in (None, n)]
        if message == "Heartbeat":
            await self.call(call.Heartbeat())
        elif message == "BootNotification":
            await self.call(call.BootNotification(charge_point_model="pypi", charge_point_vendor="ocpp"))
        elif message == "StatusNotification":
            if number in (None, 0):
                await self.status(0, "Available")
            for connector in chosen:
                await self.status(connector.number, connector.status)
        else:
            for connector in chosen:
                await self.meter_values(connector, "Trigger")

    @on("GetLocalListVersion")
    def list_version(self):
        enabled = SETTINGS["LocalAuthListEnabled"] == "true"
        return call_result.GetLocalListVersion(list_version=LIST["version"] if enabled else -1)

    @on("SendLocalList")
    def send_list(self, list_version, update_type, local_authorization_list=()):
        if SETTINGS["LocalAuthListEnabled"] != "true":
            return call_result.SendLocalList(status="NotSupported")
        if update_type == "Full":
            LIST["entries"] = {}
        elif list_version <= LIST["version"]:
            return call_result.SendLocalList(status="VersionMismatch")
        for entry in local_authorization_list:
            if "id_tag_info" in entry:
                LIST["entries"][entry["id_tag"]] = entry["id_tag_info"]
            else:
                LIST["entries"].pop(entry["id_tag"], None)
        LIST["version"] = list_version if LIST["entries"] else 0
        return call_result.SendLocalList(status="Accepted")


class Bench:
    """The bench API: what a robot at the charge point would do."""

    station = None

    async def handle(self, method, path, query, body):
        connector = CONNECTORS.get(int(query.get("evse_id", 1)))
        station = self.station
        match path.rsplit("/", 1)[-1]:
            case "plugin":
                station.spawn(station.plug_in(connector))
            case "plugout":
                station.spawn(station.unplug(connector))
            case "authorize":
                station.spawn(station.present(connector, query["id"]))
            case "reboot":
                for each in CONNECTORS.values():
                    each.transaction = each.waiting = None  # it has no memory over a loss of power
                await station._connection.close()
            case "state" if "faulted" in query:
                connector.faulted = query["faulted"] == "true"
                station.spawn(station.tell(connector))
            case _:
                return 501, None
        return 200, {}


async def main(url, port):
    print("started", flush=True)
    bench = Bench()
    server = http_api.HttpApi(bench.handle)
    await server._listen("127.0.0.1", int(port))
    async for websocket in connections(f"{url}/CS001", "ocpp1.6"):
        bench.station = station = Station("CS001", websocket)
        booting = asyncio.create_task(station.boot())
        with suppress(Exception):  # the connection is gone: connect again, as after a start
            await station.start()
        booting.cancel()


asyncio.run(main(*sys.argv[1:]))
