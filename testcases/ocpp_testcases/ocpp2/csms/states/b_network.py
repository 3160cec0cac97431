"""B09: connections that a station is told of. Nothing of it is other than how it connects already but the slot."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.passwords import is_text
from ocpp_proof.cases.steps import by_version
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.csms.states.b_variables import Variable

__all__ = ["SLOT", "network_configuration", "network_profile", "password_to_set"]

SLOT = 2
"""A configuration slot that is not in use: the station connects by the first one."""
TLS_AND_PASSWORD = 2
APN_AUTHENTICATION = ("AUTO", "CHAP", "NONE", "PAP")


def network_profile(station: Station, sut: Sut, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A SetNetworkProfile for the unused slot that the operator wishes for, and what the request has to have.

    2.1: ocppVersion is ignored, and may be left out or say what is spoken.
    """
    data = {
        "ocppInterface": "Wired0",
        "ocppTransport": "JSON",
        "messageTimeout": sut.number(30, 60),
        "securityProfile": sut.security_profile,
        **more,
    }
    version = by_version({"2.0.1": "OCPP20", "2.1": (None, "OCPP20", "OCPP201", "OCPP21")})
    url = Pattern(station.url, lambda told: str(told).rstrip("/") == station.url)
    wish = {"configurationSlot": SLOT, "connectionData": data | {"ocppCsmsUrl": station.url, "ocppVersion": "OCPP20"}}
    wanted = data | {"ocppCsmsUrl": url, "ocppVersion": version}
    matching = {"configurationSlot": SLOT} | {f"connectionData.{name}": value for name, value in wanted.items()}
    return wish, matching


def password_to_set(station: Station, sut: Sut, bench: Bench) -> str:
    """The password that the station has; where it has none that can be sent as a text, a fresh one, never used."""
    own = station.credentials.password or ""
    password = own if own and is_text(own) and sut.security_profile in (1, 2) else sut.text(24)
    bench.redactor.learn(password)
    return password


def network_configuration(station: Station, sut: Sut, bench: Bench) -> dict[Variable, tuple[str, ...]]:
    """The variables of the NetworkConfiguration of the unused slot (2.1), each with the values that it may be set to.

    The first of them is the one that the operator wishes for.
    """
    values: dict[str, tuple[str, ...]] = {
        "OcppCsmsUrl": (station.url, station.url + "/"),
        "OcppInterface": ("Any",),
        "OcppTransport": ("JSON",),
        "OcppVersion": ("OCPP21",),
        "MessageTimeout": (str(sut.number(30, 60)),),
        "SecurityProfile": (str(max(TLS_AND_PASSWORD, sut.security_profile)),),
        "Identity": (station.identity,),
        "BasicAuthPassword": (password_to_set(station, sut, bench),),
        "VpnEnabled": ("false",),
        "ApnEnabled": ("true",),
        "Apn": (f"{sut.text(8).lower()}.example",),
        "ApnUserName": (sut.text(8),),
        "ApnPassword": (sut.text(12),),
        "ApnAuthentication": APN_AUTHENTICATION,
    }
    bench.redactor.learn(values["ApnPassword"][0])
    return {
        Variable("NetworkConfiguration", name, component_instance=str(SLOT)): allowed
        for name, allowed in values.items()
    }
