"""C17 - Authorization with a prepaid card (2.1)."""

from ocpp_proof import STEP, case, check_fields, given, step

from ocpp_testcases.common.clock import check_time
from ocpp_testcases.common.patterns import PRESENT
from ocpp_testcases.common.tokens import free_elsewhere
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted_with
from ocpp_testcases.ocpp2.csms.states.c_authorization import named, presented, transaction_of

EXPIRY = "idTokenInfo.cacheExpiryDateTime"


@case("TC_C_103_CSMS")
async def test_credit(station, sut):
    """Who has paid before may use up what is left, and not more; no station may let the card charge from its cache."""
    await given(booted_with, station, sut, SupportedLimits="maxCost")
    await given(named, sut, "prepaid")
    tx = transaction_of(station, sut, sut.tokens.get("prepaid"))
    with step("The driver presents a prepaid card: it may charge, and is to be kept in no cache"):
        answer = await presented(station, sut, tx.token)
        check_fields("C17.FR.01", answer, {"idTokenInfo.status": "Accepted"})
        told = answer.at(EXPIRY)
        check_time("C17.FR.01", sut, EXPIRY, told)
    with step("The station tells that the transaction has begun, and hears how much it may cost"):
        answer = await tx.event("Authorized", token=True)
        free_elsewhere(sut, tx.token, answer)
        check_fields("E01.FR.12", answer, {"idTokenInfo.status": "Accepted"})
        check_time(STEP, sut, EXPIRY, answer.at(EXPIRY), since=str(told or ""))
        check_fields("C17.FR.03", answer, {"transactionLimit.maxCost": PRESENT})


@case("TC_C_104_CSMS")
async def test_no_credit(station, sut):
    """A card on which nothing is left buys no energy, and whoever loads it may charge again at once."""
    await given(booted_with, station, sut, SupportedLimits="maxCost")
    await given(named, sut, "nocredit")
    with step("The driver presents a prepaid card on which nothing is left"):
        answer = await presented(station, sut, sut.tokens.get("nocredit"))
        check_fields("C17.FR.02", answer, {"idTokenInfo.status": "NoCredit"})
        check_time("C17.FR.02", sut, EXPIRY, answer.at(EXPIRY))
