"""A 2.0.1 station on PyPI `ocpp`: it boots, reports two connectors, answers what it knows, and charges nothing.

Argument: URL.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from ocpp.routing import after, on
from ocpp.v201 import ChargePoint, call, call_result
from pypi_connections import connections

ENERGY = "Energy.Active.Import.Register"
EVSES = (1, 2)
VARIABLES = {
    ("AlignedDataCtrlr", "Measurands"): ENERGY,
    ("OCPPCommCtrlr", "HeartbeatInterval"): "300",
    ("OCPPCommCtrlr", "OfflineThreshold"): "60",
}
TRIGGERS = ("FirmwareStatusNotification", "Heartbeat", "LogStatusNotification", "MeterValues", "StatusNotification")


class Clock:
    """The time as the CSMS has told it last."""

    ahead = timedelta()

    def set(self, time):
        self.ahead = datetime.fromisoformat(time) - datetime.now(UTC)

    def now(self):
        return (datetime.now(UTC) + self.ahead).isoformat()


CLOCK = Clock()


class Station(ChargePoint):
    @on("GetVariables")
    def get_variables(self, get_variable_data, **_):
        return call_result.GetVariables(get_variable_result=[self.variable(item) for item in get_variable_data])

    def variable(self, item):
        name = (item["component"]["name"], item["variable"]["name"])
        result = {"component": item["component"], "variable": item["variable"]}
        if name in VARIABLES:
            return {**result, "attribute_status": "Accepted", "attribute_value": VARIABLES[name]}
        return {**result, "attribute_status": "UnknownVariable"}

    @on("GetTransactionStatus")
    def transaction_status(self, transaction_id=None, **_):
        ongoing = None if transaction_id is None else False
        return call_result.GetTransactionStatus(messages_in_queue=False, ongoing_indicator=ongoing)

    @on("UnlockConnector")
    def unlock(self, evse_id, connector_id, **_):
        known = evse_id in EVSES and connector_id == 1
        return call_result.UnlockConnector(status="Unlocked" if known else "UnknownConnector")

    @on("TriggerMessage")
    def trigger_message(self, requested_message, evse=None, **_):
        if requested_message in TRIGGERS:
            known = evse is None or evse["id"] in (0, *EVSES)
            return call_result.TriggerMessage(status="Accepted" if known else "Rejected")
        has_no_reason = requested_message in ("BootNotification", "TransactionEvent")
        return call_result.TriggerMessage(status="Rejected" if has_no_reason else "NotImplemented")

    @after("TriggerMessage")
    async def triggered(self, requested_message, evse=None, **_):
        number = (evse or {}).get("id", 0)
        meant = [each for each in EVSES if number in (0, each)]
        match requested_message:
            case "Heartbeat":
                CLOCK.set((await self.call(call.Heartbeat())).current_time)
            case "LogStatusNotification":
                await self.call(call.LogStatusNotification(status="Idle"))
            case "FirmwareStatusNotification":
                await self.call(call.FirmwareStatusNotification(status="Idle"))
            case "StatusNotification":
                await self.statuses(meant)
            case "MeterValues":
                for each in meant:
                    sample = {"value": 1000, "context": "Trigger", "measurand": ENERGY}
                    values = [{"timestamp": CLOCK.now(), "sampled_value": [sample]}]
                    await self.call(call.MeterValues(evse_id=each, meter_value=values))

    async def statuses(self, evses):
        for each in evses:
            await self.call(
                call.StatusNotification(
                    timestamp=CLOCK.now(), connector_status="Available", evse_id=each, connector_id=1
                )
            )

    async def boot(self):
        answer = await self.call(
            call.BootNotification(charging_station={"model": "pypi", "vendor_name": "ocpp"}, reason="PowerUp")
        )
        CLOCK.set(answer.current_time)
        await self.statuses(EVSES)


async def main(url):
    print("started", flush=True)
    async for websocket in connections(f"{url}/CS001", "ocpp2.0.1"):
        station = Station("CS001", websocket)
        booting = asyncio.create_task(station.boot())
        try:
            await station.start()
        except Exception:  # the connection is gone: connect again
            booting.cancel()


asyncio.run(main(sys.argv[1]))
