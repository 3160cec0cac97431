"""3.12 Sessions without a connection."""

from ocpp_proof import case, check, given, step
from ocpp_proof.states.csms2 import now, recorded
from ocpp_proof.states.csms16 import booted, reconnected, start, stop


@case("TC_039_CSMS")
async def test_offline_transaction(station, sut):
    """What was charged without a connection is lost to billing when the Central System does not take it afterwards."""
    await given(booted, station, sut)
    started, stopped = now(seconds=-600), now(seconds=-60)
    await given(reconnected, station)

    with step("The charge point tells of a transaction that started while it was offline"):
        tx = await start(station, sut, timestamp=started)

    with step("The charge point tells that it stopped"):
        answer = await stop(tx, timestamp=stopped)
        check(
            "1.6 §4.10",
            answer.at("idTagInfo.status") in ("Accepted", None),
            expected="idTagInfo absent, or Accepted",
            received=dict(answer),
        )
        await recorded(sut, tx, active=False)

    with step("The charge point tells of one whose token it took without asking, and that nobody knows"):
        other = await station.call(
            "StartTransaction",
            connectorId=sut.connectorId,
            idTag=sut.tokens.invalid.idToken,
            meterStart=tx.meter,
            timestamp=stopped,
        )
        check(
            "1.6 §4.8 token",
            other.at("idTagInfo.status") not in ("Accepted", None),
            expected="idTagInfo.status says that the token is not accepted",
            received=dict(other),
        )
        await station.call(
            "StopTransaction",
            transactionId=other.transactionId,
            meterStop=tx.meter,
            timestamp=now(),
            reason="DeAuthorized",
        )
