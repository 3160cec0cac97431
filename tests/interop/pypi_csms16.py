"""A 1.6 Central System on PyPI `ocpp`: tokens, transactions, and an HTTP API that has it send any request.

Prints the ports of the Central System and of its API. With a folder for its certificates and a password as arguments
it is at security profile 2: TLS as Python has it, and websockets' own HTTP Basic authentication.
"""

import asyncio
import json
import ssl
import sys
from datetime import UTC, datetime
from pathlib import Path

from ocpp.charge_point import camel_to_snake_case
from ocpp.exceptions import OCPPError
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call, call_result
from ocpp_certs import Pki
from ocpp_fixtures import http_api
from websockets.asyncio.server import basic_auth, serve

TOKENS = {
    "04A1B2C3D4E5F6": "Accepted",
    "04B2C3D4E5F6A1": "Accepted",
    "04C3D4E5F6A1B2": "Blocked",
    "04D4E5F6A1B2C3": "Expired",
    "04E5F6A1B2C3D4": "Accepted",
    "04F6A1B2C3D4E6": "Accepted",
}
PARENTS = {"04E5F6A1B2C3D4": "04F6A1B2C3D4E5", "04F6A1B2C3D4E6": "04F6A1B2C3D4E5"}
STATIONS = {}
TRANSACTIONS = {}


def now():
    return datetime.now(UTC).isoformat()


def info(id_tag):
    parent = {"parent_id_tag": PARENTS[id_tag]} if id_tag in PARENTS else {}
    return {"status": TOKENS.get(id_tag, "Invalid"), **parent}


class Station(ChargePoint):
    @on("BootNotification")
    def boot(self, **_):
        return call_result.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("Heartbeat")
    def heartbeat(self):
        return call_result.Heartbeat(current_time=now())

    @on("StatusNotification")
    def status(self, **_):
        return call_result.StatusNotification()

    @on("Authorize")
    def authorize(self, id_tag):
        return call_result.Authorize(id_tag_info=info(id_tag))

    @on("StartTransaction")
    def start_transaction(self, id_tag, **fields):
        number = len(TRANSACTIONS) + 1
        TRANSACTIONS[number] = {"active": True, "idTag": id_tag, "connectorId": fields["connector_id"]}
        return call_result.StartTransaction(transaction_id=number, id_tag_info=info(id_tag))

    @on("StopTransaction")
    def stop_transaction(self, transaction_id, id_tag=None, **_):
        if transaction_id in TRANSACTIONS:
            TRANSACTIONS[transaction_id]["active"] = False
        return call_result.StopTransaction(id_tag_info=info(id_tag) if id_tag else None)

    @on("MeterValues")
    def meter_values(self, **_):
        return call_result.MeterValues()

    @on("DataTransfer")
    def data_transfer(self, **_):
        return call_result.DataTransfer(status="UnknownVendorId")

    @on("FirmwareStatusNotification")
    def firmware_status(self, **_):
        return call_result.FirmwareStatusNotification()

    @on("DiagnosticsStatusNotification")
    def diagnostics_status(self, **_):
        return call_result.DiagnosticsStatusNotification()


async def operate(method, path, query, body):
    parts = path.strip("/").split("/")
    if parts[0] == "transactions":
        found = TRANSACTIONS.get(int(parts[-1])) if parts[-1].isdecimal() else None
        return (200, found) if found else (404, None)
    station = STATIONS.get(parts[1])
    kind = getattr(call, parts[2], None)
    if station is None or kind is None:
        return 404, None
    asyncio.get_running_loop().create_task(send(station, kind(**camel_to_snake_case(json.loads(body)))))
    return 200, {}


async def send(station, request):
    try:
        await station.call(request)
    except (OCPPError, TimeoutError) as error:
        print("refused:", error)


def secured(folder, password):
    """What makes it a server at security profile 2."""
    pki, context = Pki.create(Path(folder)), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    for identity, name in ((pki.csms, "shown"), (pki.csms_rsa, "shown-rsa")):
        files = identity.write(Path(folder), name)
        context.load_cert_chain(files.certificate, files.key)

    def known(user, given):
        return user.startswith("PROOF-") and given == password

    return {"ssl": context, "process_request": basic_auth("ocpp", check_credentials=known)}


async def main(*security):
    async def connected(websocket):
        identity = websocket.request.path.rsplit("/", 1)[-1]
        STATIONS[identity] = station = Station(identity, websocket)
        await station.start()

    options = secured(*security) if security else {}
    api = await http_api.serve(operate)
    async with serve(connected, "127.0.0.1", 0, subprotocols=["ocpp1.6"], **options) as server:
        print(server.sockets[0].getsockname()[1], api.port, flush=True)
        await asyncio.Future()


asyncio.run(main(*sys.argv[1:]))
