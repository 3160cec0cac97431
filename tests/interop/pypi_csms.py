"""A CSMS on PyPI `ocpp`, as its examples would have one built: handlers, one table of tokens, no other state.

`python pypi_csms.py VERSION` prints the port on which it listens.
"""

import asyncio
import sys
from datetime import UTC, datetime

from ocpp.routing import on
from ocpp.v16 import ChargePoint as ChargePoint16
from ocpp.v16 import call_result as result16
from ocpp.v201 import ChargePoint as ChargePoint201
from ocpp.v201 import call_result as result201
from websockets.asyncio.server import serve

TOKENS = {
    "04A1B2C3D4E5F6": "Accepted",
    "04B2C3D4E5F6A1": "Accepted",
    "04C3D4E5F6A1B2": "Blocked",
    "04D4E5F6A1B2C3": "Expired",
}


def now():
    return datetime.now(UTC).isoformat()


class Station16(ChargePoint16):
    transactions = 0

    @on("BootNotification")
    def boot(self, **_):
        return result16.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("Heartbeat")
    def heartbeat(self):
        return result16.Heartbeat(current_time=now())

    @on("StatusNotification")
    def status(self, **_):
        return result16.StatusNotification()

    @on("Authorize")
    def authorize(self, id_tag):
        return result16.Authorize(id_tag_info={"status": TOKENS.get(id_tag, "Invalid")})

    @on("StartTransaction")
    def start_transaction(self, id_tag, **_):
        Station16.transactions += 1
        info = {"status": TOKENS.get(id_tag, "Invalid")}
        return result16.StartTransaction(transaction_id=Station16.transactions, id_tag_info=info)

    @on("StopTransaction")
    def stop_transaction(self, **_):
        return result16.StopTransaction()

    @on("MeterValues")
    def meter_values(self, **_):
        return result16.MeterValues()

    @on("DataTransfer")
    def data_transfer(self, **_):
        return result16.DataTransfer(status="UnknownVendorId")


class Station201(ChargePoint201):
    @on("BootNotification")
    def boot(self, **_):
        return result201.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("Heartbeat")
    def heartbeat(self, **_):
        return result201.Heartbeat(current_time=now())

    @on("StatusNotification")
    def status(self, **_):
        return result201.StatusNotification()

    @on("NotifyEvent")
    def notify_event(self, **_):
        return result201.NotifyEvent()

    @on("Authorize")
    def authorize(self, id_token, **_):
        return result201.Authorize(id_token_info={"status": TOKENS.get(id_token["id_token"], "Unknown")})

    @on("TransactionEvent")
    def transaction_event(self, id_token=None, **_):
        info = {"status": TOKENS.get(id_token["id_token"], "Unknown")} if id_token else None
        return result201.TransactionEvent(id_token_info=info)

    @on("MeterValues")
    def meter_values(self, **_):
        return result201.MeterValues()

    @on("DataTransfer")
    def data_transfer(self, **_):
        return result201.DataTransfer(status="UnknownVendorId")


async def main(version):
    async def connected(websocket):
        make = Station16 if version == "1.6" else Station201
        await make(websocket.request.path.rsplit("/", 1)[-1], websocket).start()

    async with serve(connected, "127.0.0.1", 0, subprotocols=[f"ocpp{version}"]) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main(sys.argv[1]))
