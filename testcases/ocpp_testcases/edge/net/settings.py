"""How a station under test has to be configured for these cases, in each version."""

from ocpp_proof import NotApplicable
from ocpp_proof.states import configuration16, variables2
from ocpp_proof.states.anyversion import quick_pings

EXACT = 0.9
"""How much of a duration has to have passed on this side's clock."""
ATTEMPTS = "TransactionMessageAttempts", "OCPPCommCtrlr.MessageAttempts/TransactionEvent"
RETRY_INTERVAL = "TransactionMessageRetryInterval", "OCPPCommCtrlr.MessageAttemptInterval/TransactionEvent"


async def configured(csms, sut, names, value):
    """The station is configured as the case needs it; not applicable where it cannot be"""
    name = names[sut.ocpp != "1.6"]
    if sut.ocpp == "1.6":
        if await configuration16.get_configuration(csms, name) is None:
            raise NotApplicable(f"the charge point does not have the key {name}")
        await configuration16.configured(csms, {name: str(value)})
        return
    if await variables2.get_variable(csms, name) is None:
        raise NotApplicable(f"the station does not have {name}")
    await variables2.configured(csms, {name: str(value)}, if_implemented=True)


async def metered_often(csms, sut):
    """The station takes a sample of a running transaction every few seconds"""
    interval = str(sut.short_interval)
    if sut.ocpp == "1.6":
        await configuration16.configured(csms, {"MeterValueSampleInterval": interval})
        return
    await variables2.configured(csms, {"SampledDataCtrlr.Enabled": "true"}, if_implemented=True)
    await variables2.configured(csms, {"SampledDataCtrlr.TxUpdatedInterval": interval})


async def ping_interval(csms, sut):
    """The seconds between two pings of the station, as few as it can be told; not applicable where it sends none"""
    await quick_pings(csms, sut)
    name = "WebSocketPingInterval"
    if sut.ocpp == "1.6":
        value = await configuration16.get_configuration(csms, name)
    else:
        value = await variables2.get_variable(csms, f"OCPPCommCtrlr.{name}")
    if not (value or "").isdecimal() or not 0 < int(value) <= csms.timing.long:
        raise NotApplicable(f"{name} is {value!r}, and the station does not take {sut.short_interval}")
    return int(value)
