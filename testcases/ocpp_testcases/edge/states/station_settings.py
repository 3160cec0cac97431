"""How a station under test has to be configured for these cases, in each version."""

from __future__ import annotations

from typing import Any

from ocpp_proof import NotApplicable
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.charging_session import short_ping_interval
from ocpp_testcases.ocpp2.station.states import b_provisioning
from ocpp_testcases.ocpp16.station.states import configuration

__all__ = ["ATTEMPTS", "RETRY_INTERVAL", "configured", "frequent_meter_values", "ping_interval"]

ATTEMPTS = "TransactionMessageAttempts", "OCPPCommCtrlr.MessageAttempts/TransactionEvent"
RETRY_INTERVAL = "TransactionMessageRetryInterval", "OCPPCommCtrlr.MessageAttemptInterval/TransactionEvent"


async def configured(csms: Csms, sut: Sut, names: tuple[str, str], value: Any) -> None:
    """The station is configured as the case needs it; not applicable where it cannot be"""
    name = names[sut.ocpp != "1.6"]
    if sut.ocpp == "1.6":
        if await configuration.get_configuration(csms, name) is None:
            raise NotApplicable(f"the charge point does not have the key {name}")
        await configuration.configured(csms, {name: str(value)})
        return
    if await b_provisioning.get_variable(csms, name) is None:
        raise NotApplicable(f"the station does not have {name}")
    await b_provisioning.configured(csms, {name: str(value)}, if_implemented=True)


async def frequent_meter_values(csms: Csms, sut: Sut) -> None:
    """The station takes a sample of a running transaction every few seconds"""
    interval = str(sut.short_interval)
    if sut.ocpp == "1.6":
        await configuration.configured(csms, {"MeterValueSampleInterval": interval})
        return
    await b_provisioning.configured(csms, {"SampledDataCtrlr.Enabled": "true"}, if_implemented=True)
    await b_provisioning.configured(csms, {"SampledDataCtrlr.TxUpdatedInterval": interval})


async def ping_interval(csms: Csms, sut: Sut) -> int:
    """The seconds between two pings of the station, as few as it can be told; not applicable where it sends none"""
    await short_ping_interval(csms, sut)
    name = "WebSocketPingInterval"
    if sut.ocpp == "1.6":
        value = await configuration.get_configuration(csms, name)
    else:
        value = await b_provisioning.get_variable(csms, f"OCPPCommCtrlr.{name}")
    if not (value or "").isdecimal() or not 0 < int(value or 0) <= csms.timing.long:
        raise NotApplicable(f"{name} is {value!r}, and the station does not take {sut.short_interval}")
    return int(value or 0)
