"""A 2.0.1 station on PyPI `ocpp`: it boots, reports two connectors, answers what it knows. Argument: URL."""

import asyncio
import sys

from ocpp.routing import on
from ocpp.v201 import ChargePoint, call, call_result
from pypi_connections import connections

VARIABLES = {("OCPPCommCtrlr", "HeartbeatInterval"): "300", ("OCPPCommCtrlr", "OfflineThreshold"): "60"}


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

    @on("TriggerMessage")
    def trigger_message(self, **_):
        return call_result.TriggerMessage(status="NotImplemented")

    async def boot(self):
        await self.call(
            call.BootNotification(charging_station={"model": "pypi", "vendor_name": "ocpp"}, reason="PowerUp")
        )
        for evse in (1, 2):
            await self.call(
                call.StatusNotification(
                    timestamp="2026-01-01T00:00:00Z", connector_status="Available", evse_id=evse, connector_id=1
                )
            )


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
