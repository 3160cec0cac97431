"""Who may charge: what a CSMS says of a token when it is asked, and when the token charges all the same."""

from typing import Any

from ocpp_proof import ALL, NotApplicable, by_version, case, check, given, not_judged, step
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.tokens import has_to_be_known
from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.charging_session import token_payload
from ocpp_testcases.edge.states.transaction_messages import Transaction, token_status

TOKEN_VERIFIED = {"1.6": "1.6 §4.8 token", "2": "E01.FR.11"}
TOKEN_ANSWERED = {"1.6": "1.6 §4.1", "2": "C01.FR.07"}


@case("X_SIM_12_CSMS", ocpp=ALL, sut="csms", title="A token that was refused starts a transaction")
async def test_refused_token_starts(station, sut):
    """A station that lets in whom its CSMS has just refused must not hear yes: the energy would never be paid for."""
    await given(booted, station, sut)
    with step("The station asks for a token that nobody knows"):
        answer = await station.call("Authorize", **token_payload(sut.ocpp, sut.tokens.invalid))
        told = token_status(answer)
        check(by_version(TOKEN_ANSWERED), told is not None, expected="a status of the token", received=dict(answer))
    tx = Transaction(station, sut, token=sut.tokens.invalid)
    with step("It starts a transaction for this token all the same"):
        answer = await tx.tell("Started")
        check("OCPP-J 4.2.2", answer.error is None, expected="answered", received=answer.error or dict(answer))
        if told == "Accepted":
            not_judged(by_version(TOKEN_VERIFIED), because="the CSMS lets every token charge when it is asked alone")
        else:
            verified = token_status(answer) not in (None, "Accepted")
            check(by_version(TOKEN_VERIFIED), verified, expected=f"refused, as before: {told}", received=dict(answer))
    with step("The transaction ends, and the CSMS takes that"):
        ended = await tx.tell("Ended")
        check("OCPP-J 4.2.2", ended.error is None, expected="answered", received=ended.error or dict(ended))


@case("X_SIM_13_CSMS", ocpp=("2.0.1", "2.1"), sut="csms", title="The group of a token is told each time")
async def test_group_told(station, sut):
    """A station that is not told the group anew lets no colleague stop the session that he may stop."""
    await given(booted, station, sut)
    token = sut.tokens.get("member")
    with step("The station asks for a token that is of a group"):
        answer = await station.call("Authorize", **token_payload(sut.ocpp, token))
        has_to_be_known(sut, token, answer)
        group = answer.at("idTokenInfo.groupIdToken")
        if group is None:
            raise NotApplicable("the CSMS tells no group of values.tokens.member in sut.toml")
    tx = Transaction(station, sut, token=token)
    with step("It starts a transaction for it: the answer names the group as well"):
        answer = await tx.tell("Started")
        again = answer.at("idTokenInfo.groupIdToken")
        check("C09.FR.12", _value(again) == _value(group), expected=group, received=dict(answer))
    with step("The transaction ends, and the CSMS takes that"):
        ended = await tx.tell("Ended")
        check("OCPP-J 4.2.2", ended.error is None, expected="answered", received=ended.error or dict(ended))


def _value(group: Any) -> tuple[str, str] | None:
    """A group by value and type: its case, and what is told besides, may differ (identifierString)."""
    return (str(group["idToken"]).casefold(), str(group["type"])) if group else None


@case(
    "X_SIM_14_CSMS",
    ocpp=("2.0.1", "2.1"),
    sut="csms",
    title="A transaction that needs no authorization",
    condition="C-35",
)
async def test_no_authorization(station, sut):
    """Whoever pushes the start button of a free station charges; a CSMS that knows no such token ends the session."""
    await given(booted, station, sut)
    tx = Transaction(station, sut, token=Token("", "NoAuthorization"))
    with step("The station tells of a transaction that its start button has begun: the token is accepted"):
        answer = await tx.tell("Started")
        check(
            "C02.FR.02", token_status(answer) == "Accepted", expected="Accepted", received=answer.error or dict(answer)
        )
    with step("The transaction ends, and the CSMS takes that"):
        ended = await tx.tell("Ended")
        check("OCPP-J 4.2.2", ended.error is None, expected="answered", received=ended.error or dict(ended))
