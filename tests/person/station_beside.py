"""A charging station beside the person: what they do to it, and a sut.toml for a run in which they are asked."""

import asyncio
import contextlib
import re
import textwrap

from ocpp_fixtures.background import Background
from ocpp_fixtures.station import ReferenceStation
from ocpp_fixtures.station.v16.station import Station16
from ocpp_proof.sut.drivers import Job
from ocpp_proof.sut.drivers.octt_api import OcttApi

SUT = """
    [sut]
    name = "bench station"
    role = "station"
    ocpp = ["{ocpp}"]
    [connection]
    listen = "ws://127.0.0.1:{port}/ocpp"
    identity = "CS001"
    [driver]
    use = ["manual"]
    [values]
    message_timeout = 5
    event_timeout = 5
    long_timeout = 20
    quiet = 0.1
    transaction_duration = 0.3
    short_interval = 1
    {values}
    [values.tokens]
    valid = {{ idToken = "04A1B2C3D4", type = "ISO14443" }}
    [features]
    "local stop" = true
    "authorization cache" = true
    "C-30" = true
"""

WHAT = (
    ("plug_in", r"Plug the cable into connector (?P<connector>\d)"),
    ("unplug", r"Take the cable out of connector (?P<connector>\d)"),
    ("present_token", r"Present your valid card, (?P<card>\w+),"),
    ("power_cycle", r"Switch the station off at the supply"),
)


class Beside:
    """What a person can do to the station."""

    def __init__(self, station):
        self._api = OcttApi({"station": station.api_url, "ev": f"{station.api_url}/ev"})

    def does(self, what):
        """Do what a question asks for; the verb."""
        for verb, pattern in WHAT:
            if found := re.search(pattern, what):
                given = found.groupdict()
                number = int(given.get("connector") or 1)
                arguments = {"evseId": number, "connectorId": number}
                if verb == "present_token":
                    arguments |= {"idToken": given["card"], "type": "ISO14443"}
                asyncio.run(self._api.do(Job(verb, {} if verb == "power_cycle" else arguments)))
                return verb
        raise AssertionError(f"nobody understands {what!r}")


def set_connection_timeout(station, seconds):
    """The station waits for a cable so long, from the factory on."""
    if isinstance(station, Station16):
        station.config.store("ConnectionTimeOut", seconds)
    else:
        station.model.get("TxCtrlr", "EVConnectionTimeOut").value = seconds


@contextlib.contextmanager
def station_beside(folder, port, *, ocpp="1.6", values="", connection_timeout=None):
    """Runs a station that connects to the port while the block does; what a person can do to it. Writes sut.toml."""
    (folder / "sut.toml").write_text(textwrap.dedent(SUT).format(ocpp=ocpp, port=port, values=values))
    station = ReferenceStation(ocpp=ocpp, csms_url=f"ws://127.0.0.1:{port}/ocpp")
    if connection_timeout is not None:
        set_connection_timeout(station.station, str(connection_timeout))
    background = Background()
    background.start(station.start())
    try:
        yield Beside(station)
    finally:
        background.start(station.stop())
        background.stop()
