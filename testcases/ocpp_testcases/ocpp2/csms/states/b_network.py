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

__all__ = ["configured", "network_configuration", "network_profile", "password_to_set"]

CHOSEN = {"slot": 2, "interface": "Wired0"}
"""What the operator wishes for. The station connects by the first slot: this one is not in use."""
TLS_AND_PASSWORD = 2
APN_AUTHENTICATION = ("AUTO", "CHAP", "NONE", "PAP")


def configured(sut: Sut, name: str, default: Any = None) -> Any:
    """What values.network_profile says of a CSMS that does not let its operator choose this, else what is wished."""
    return dict(sut.value("network_profile", {})).get(name, CHOSEN.get(name, default))


def _is(sut: Sut, name: str, default: Any = None) -> Pattern:
    value = configured(sut, name, default)
    text = f"{value} (sut.toml says what a CSMS has of its own: values.network_profile.{name})"
    return Pattern(text, lambda told: str(told).rstrip("/") == str(value).rstrip("/"))


def network_profile(station: Station, sut: Sut, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A SetNetworkProfile for the unused slot that the operator wishes for, and what the request has to have.

    2.1: ocppVersion is ignored, and may be left out or say what is spoken.
    """
    timeout = sut.number(30, 60)
    data = {"ocppTransport": "JSON", "securityProfile": sut.security_profile, **more}
    wished = data | {
        "ocppCsmsUrl": configured(sut, "url", station.url),
        "ocppInterface": configured(sut, "interface"),
        "messageTimeout": configured(sut, "timeout", timeout),
        "ocppVersion": "OCPP20",
    }
    wanted = data | {
        "ocppCsmsUrl": _is(sut, "url", station.url),
        "ocppInterface": _is(sut, "interface"),
        "messageTimeout": _is(sut, "timeout", timeout),
        "ocppVersion": by_version({"2.0.1": "OCPP20", "2.1": (None, "OCPP20", "OCPP201", "OCPP21")}),
    }
    wish = {"configurationSlot": configured(sut, "slot"), "connectionData": wished}
    return wish, {"configurationSlot": _is(sut, "slot")} | {f"connectionData.{n}": v for n, v in wanted.items()}


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
    url = str(configured(sut, "url", station.url)).rstrip("/")
    values: dict[str, tuple[str, ...]] = {
        "OcppCsmsUrl": (url, url + "/"),
        "OcppInterface": ("Any",),
        "OcppTransport": ("JSON",),
        "OcppVersion": ("OCPP21",),
        "MessageTimeout": (str(configured(sut, "timeout", sut.number(30, 60))),),
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
        Variable("NetworkConfiguration", name, component_instance=str(configured(sut, "slot"))): allowed
        for name, allowed in values.items()
    }
