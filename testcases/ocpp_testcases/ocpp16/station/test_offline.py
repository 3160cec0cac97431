"""2.14 Sessions without a connection."""

from ocpp_proof import case, check, given, step
from ocpp_proof.states.configuration16 import configured
from ocpp_proof.states.csms2 import now
from ocpp_proof.states.station16 import id_tag_cached, in_local_list, session

OFFLINE = {"LocalAuthorizeOffline": "true", "LocalPreAuthorize": "false"}
UNKNOWN = {"AllowOfflineTxForUnknownId": "true"}
CONDITION = "authorization cache or local authorization list or offline authorization of unknown tokens"


@case("TC_037_1_CS", condition=CONDITION)
async def test_offline_start(csms, sut):
    """Where the network is down drivers still charge, and what they charge is told afterwards; expired cards do not."""
    good, stale = sut.tokens.valid, sut.tokens.second
    cache, local_list = sut.claims("authorization cache"), sut.claims("local authorization list")
    await given(configured, csms, OFFLINE)
    await given(configured, csms, UNKNOWN, if_implemented=True)
    if cache:
        await given(id_tag_cached, csms, sut, stale, expiryDate=now(seconds=-3600))
        await given(id_tag_cached, csms, sut, good)
    if local_list:
        entries = {good.idToken: {"status": "Accepted"}}
        if not cache:
            entries[stale.idToken] = {"status": "Accepted", "expiryDate": now(seconds=-3600)}
        await given(in_local_list, csms, sut, entries)
    tx = await given(session_at, csms, sut)
    connections = len(csms.connections)

    with csms.unreachable(), step("The connection is lost; a driver plugs in and presents a token"):
        tx.plugged = True
        await sut.plug_in()
        if cache or local_list:
            await sut.present_token(stale)
        await sut.present_token(good)

    with step("The connection is back: the charge point tells of the transaction"):
        await csms.reopen()
        await csms.connected_again(connections=connections)
        message = await csms.expect(
            "StartTransaction", requirement="1.6 §3.7", within=csms.timing.long, connectorId=tx.connectorId
        )
        tx.id = (message.answer or {}).get("transactionId")
        check(
            "1.6 §3.5.4" if message.idTag == stale.idToken else "1.6 §3.7",
            message.idTag == good.idToken,
            expected=f"idTag {good.idToken}; {stale.idToken} has expired",
            received=dict(message.payload),
        )
        await csms.expect("StatusNotification", requirement="1.6 §4.9", connectorId=tx.connectorId, status="Charging")

    with step("The driver presents the token again: the transaction that stops is the one that started"):
        await sut.present_token(good)
        stopped = await csms.expect("StopTransaction", requirement="1.6 §4.10 stop")
        tx.ended = True
        check(
            "1.6 §4.10 id",
            stopped.transactionId == tx.id,
            expected=f"transactionId {tx.id}, as the answer to StartTransaction said",
            received=dict(stopped.payload),
        )


async def session_at(csms, sut):
    """The charge point is idle"""
    return session(csms, sut)
