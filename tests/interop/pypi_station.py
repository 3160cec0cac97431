"""A station on PyPI `ocpp`: it boots, reports two connectors, answers what it knows. Arguments: VERSION URL."""

import asyncio
import sys

from ocpp.routing import on
from ocpp.v16 import ChargePoint as ChargePoint16
from ocpp.v16 import call as call16
from ocpp.v16 import call_result as result16
from ocpp.v201 import ChargePoint as ChargePoint201
from ocpp.v201 import call as call201
from ocpp.v201 import call_result as result201
from websockets.asyncio.client import connect

CONFIGURATION = {"HeartbeatInterval": "300", "NumberOfConnectors": "2", "SupportedFeatureProfiles": "Core"}
VARIABLES = {("OCPPCommCtrlr", "HeartbeatInterval"): "300", ("OCPPCommCtrlr", "OfflineThreshold"): "60"}


class Station16(ChargePoint16):
    @on("GetConfiguration")
    def get_configuration(self, key=None):
        names = key or list(CONFIGURATION)
        known = [{"key": n, "value": CONFIGURATION[n], "readonly": False} for n in names if n in CONFIGURATION]
        return result16.GetConfiguration(
            configuration_key=known, unknown_key=[n for n in names if n not in CONFIGURATION]
        )

    @on("ChangeConfiguration")
    def change_configuration(self, key, value):
        if key not in CONFIGURATION:
            return result16.ChangeConfiguration(status="NotSupported")
        CONFIGURATION[key] = value
        return result16.ChangeConfiguration(status="Accepted")

    @on("TriggerMessage")
    def trigger_message(self, **_):
        return result16.TriggerMessage(status="NotImplemented")

    async def boot(self):
        await self.call(call16.BootNotification(charge_point_model="pypi", charge_point_vendor="ocpp"))
        for connector in (0, 1, 2):
            await self.call(call16.StatusNotification(connector_id=connector, error_code="NoError", status="Available"))


class Station201(ChargePoint201):
    @on("GetVariables")
    def get_variables(self, get_variable_data):
        return result201.GetVariables(get_variable_result=[self.variable(item) for item in get_variable_data])

    def variable(self, item):
        name = (item["component"]["name"], item["variable"]["name"])
        result = {"component": item["component"], "variable": item["variable"]}
        if name in VARIABLES:
            return {**result, "attribute_status": "Accepted", "attribute_value": VARIABLES[name]}
        return {**result, "attribute_status": "UnknownVariable"}

    @on("TriggerMessage")
    def trigger_message(self, **_):
        return result201.TriggerMessage(status="NotImplemented")

    async def boot(self):
        await self.call(
            call201.BootNotification(charging_station={"model": "pypi", "vendor_name": "ocpp"}, reason="PowerUp")
        )
        for evse in (1, 2):
            await self.call(
                call201.StatusNotification(
                    timestamp="2026-01-01T00:00:00Z", connector_status="Available", evse_id=evse, connector_id=1
                )
            )


async def main(version, url):
    async for websocket in connect(f"{url}/CS001", subprotocols=[f"ocpp{version}"]):
        station = (Station16 if version == "1.6" else Station201)("CS001", websocket)
        booting = asyncio.create_task(station.boot())
        try:
            await station.start()
        except Exception:  # the connection is gone: connect again
            booting.cancel()


asyncio.run(main(sys.argv[1], sys.argv[2]))
