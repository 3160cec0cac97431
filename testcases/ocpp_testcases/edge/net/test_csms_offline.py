"""What a station did without its CSMS, which has its own view of who may charge."""

from ocpp_proof import ALL, by_version, case, check, given, not_judged, step

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.network_faults import back_again
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.transaction_messages import Transaction, everybody_may_charge, token_status

TOKEN_VERIFIED = {"1.6": "1.6 §4.8 token", "2": "E01.FR.11"}


@case("X_NET_12_CSMS", ocpp=ALL, sut="csms", title="A token that nobody knows has charged without a connection")
async def test_unknown_token_offline(station, sut):
    """A station lets in whom its old list has; a CSMS that then says yes to everybody never gets its list mended."""
    await given(booted, station, sut)
    everybody = await given(everybody_may_charge, station, sut)
    tx = Transaction(station, sut, token=sut.tokens.invalid)
    with step("The connection is lost, and comes back"):
        station.drop()
        await back_again(station)
    with step("The station tells of a transaction that it has started meanwhile for a token that nobody knows"):
        answer = await tx.tell("Started", **({} if sut.ocpp == "1.6" else {"offline": True}))
        check("OCPP-J 4.2.2", answer.error is None, expected="answered", received=answer.error or dict(answer))
        status = token_status(answer)
        if everybody:
            not_judged(by_version(TOKEN_VERIFIED), because="the CSMS lets every token charge when it is asked alone")
        else:
            verified = status not in (None, "Accepted")
            expected = "the token refused, as in the answer to Authorize"
            check(by_version(TOKEN_VERIFIED), verified, expected=expected, received=dict(answer))
    with step("The transaction ends, and the CSMS takes that"):
        ended = await tx.tell("Ended")
        check("OCPP-J 4.2.2", ended.error is None, expected="answered", received=ended.error or dict(ended))
    await expect_probe_answered(station)
