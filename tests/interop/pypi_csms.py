"""A 2.0.1 CSMS on PyPI `ocpp`, as its examples would have one built: handlers, one table of tokens, no other state.

Prints the port on which it listens.
"""

import asyncio
from datetime import UTC, datetime

from ocpp.routing import on
from ocpp.v201 import ChargePoint, call_result
from websockets.asyncio.server import serve

TOKENS = {
    "04A1B2C3D4E5F6": "Accepted",
    "04B2C3D4E5F6A1": "Accepted",
    "04C3D4E5F6A1B2": "Blocked",
    "04D4E5F6A1B2C3": "Expired",
    "04E5F6A1B2C3D4": "Accepted",
    "04F6A1B2C3D4E6": "Accepted",
    "04A7B8C9D0E1F2": "Accepted",
}
GROUPS = {
    "04E5F6A1B2C3D4": "04F6A1B2C3D4E5",
    "04F6A1B2C3D4E6": "04F6A1B2C3D4E5",
    "04A7B8C9D0E1F2": "04FFEEDDCCBBAA",
}
"""By token, the group that it is of."""


def info_of(token):
    """What is known of a token, whatever its type."""
    name = token["id_token"]
    info = {"status": TOKENS.get(name, "Unknown")}
    return info | ({"group_id_token": {"id_token": GROUPS[name], "type": "Central"}} if name in GROUPS else {})


def now():
    return datetime.now(UTC).isoformat()


class Station(ChargePoint):
    @on("BootNotification")
    def boot(self, **_):
        return call_result.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("Heartbeat")
    def heartbeat(self, **_):
        return call_result.Heartbeat(current_time=now())

    @on("StatusNotification")
    def status(self, **_):
        return call_result.StatusNotification()

    @on("NotifyEvent")
    def notify_event(self, **_):
        return call_result.NotifyEvent()

    @on("Authorize")
    def authorize(self, id_token, **_):
        return call_result.Authorize(id_token_info=info_of(id_token))

    @on("TransactionEvent")
    def transaction_event(self, id_token=None, **_):
        return call_result.TransactionEvent(id_token_info=info_of(id_token) if id_token else None)

    @on("MeterValues")
    def meter_values(self, **_):
        return call_result.MeterValues()

    @on("DataTransfer")
    def data_transfer(self, **_):
        return call_result.DataTransfer(status="UnknownVendorId")


async def main():
    async def connected(websocket):
        await Station(websocket.request.path.rsplit("/", 1)[-1], websocket).start()

    async with serve(connected, "127.0.0.1", 0, subprotocols=["ocpp2.0.1"]) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
