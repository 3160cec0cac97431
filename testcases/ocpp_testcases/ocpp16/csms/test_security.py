"""3.21 Security."""

from ocpp_proof import by_security_profile, by_topic, case, check, given, step
from ocpp_proof.net.endpoint import ConnectionRefused

from ocpp_testcases.common.admission import let_in
from ocpp_testcases.common.clock import check_time
from ocpp_testcases.common.csms_tls import check_suites, credentials_with
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.refusals import check_not_upgraded
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving
from ocpp_testcases.ocpp16.csms.states.security import (
    check_server_certificate,
    connect_with,
    next_security_profile,
    password_set,
    with_password,
)

UNKNOWN = "ocpp0.1"


@case("TC_073_CSMS")
async def test_new_password(station, sut, bench):
    """A password that cannot be changed, or of which the old one stays good, makes every leak a lasting one."""
    await given(booted, station, sut)
    old = station.credentials

    with step("The operator has a new password set, and the charge point takes it"):
        request = await password_set(station, sut, bench, sut.text(20).encode().hex())
        await station.close()

    with step("The charge point comes back with the new password"):
        await connect_with(station, request.value)
        await station.close()

    with step("The old password is good no longer"):
        await station.expect_refused(requirement="1.6S A01.FR.03", credentials=old, what="the old password")


@case("TC_083_CSMS")
async def test_upgrade(station, sut, bench):
    """A charge point that was made safer is locked out, or anybody may still come in its name by the old way."""
    url, credentials = next_security_profile(station, sut, bench)
    await given(booted, station, sut)
    lower, value = {"url": station.url, "credentials": station.credentials}, str(sut.security_profile + 1)

    with step("The operator raises the security profile, and the charge point takes it"):
        bench.identities.changed_for_good(sut.identity)
        station.answer("ChangeConfiguration", status="Accepted")
        await asked(
            station,
            sut,
            "ChangeConfiguration",
            key="SecurityProfile",
            value=value,
            matching={"key": "SecurityProfile", "value": value},
            requirement="1.6S A05",
        )
        await station.close()

    with step("The charge point comes back with the higher profile, boots and reports its connectors"):
        before = len(station.boot_answers)
        refusals, *_ = await let_in(station, credentials, url=url, asking=None)
        check("1.6S A05", station.connected, expected=f"the charge point let in at {url}", received=refusals)
        station.url, station.credentials = url, credentials
        await booted(station, sut, answered=next(iter(station.boot_answers[before:]), None))
        await station.close()

    with step("It is let in with the lower profile no longer"):
        await station.expect_refused(requirement="1.6S A05.FR.09", what="the lower security profile", **lower)

    with step("It is let in with the higher one, and the Central System goes on"):
        await station.connect(requirement="1.6S A05")
        await check_still_serving(station)


@case("TC_085_CSMS")
async def test_basic_authentication(station, sut):
    """A Central System that does not look at passwords lets anybody be any charge point."""
    with step("The charge point connects with its password and boots"):
        await station.connect(requirement="known station")
        await booted(station, sut)
        await station.close()

    with step("Somebody tries with another password, and without any"):
        checked, wrong = by_topic("password checked"), with_password(station, sut.text(20))
        how = await station.expect_refused(requirement=checked, credentials=wrong, what="a wrong password")
        check_not_upgraded(station, how)
        nothing = with_password(station, None)
        how = await station.expect_refused(requirement=checked, credentials=nothing, what="no password")
        check_not_upgraded(station, how)


@case("TC_086_CSMS")
async def test_server_certificate(station, sut, bench):
    """A charge point that cannot verify the server, or finds none of its cipher suites there, stays off line."""
    with step("The charge point connects with each of the cipher suites"):
        await check_suites(
            station,
            bench,
            version=by_security_profile({2: "1.6S A00.FR.312", 3: "1.6S A00.FR.416"}),
            suites=by_security_profile({2: "1.6S A00.FR.317", 3: "1.6S A00.FR.421"}),
        )

    with step("The Central System shows its certificate"):
        await station.connect()
        check_server_certificate(station, requirement=by_security_profile({2: "1.6S A00.FR.306", 3: "1.6S A00.FR.410"}))

    with step("The charge point boots and reports its connectors"):
        answer = await booted(station, sut)
        check_time("1.6 §4.2 time", sut, "currentTime", answer.currentTime)


@case("TC_087_CSMS")
async def test_client_certificate(station, sut, bench):
    """A Central System that does not look at certificates lets anybody be any charge point."""
    with step("The charge point connects with its certificate and each of the cipher suites"):
        await check_suites(station, bench, version="1.6S A00.FR.416", suites="1.6S A00.FR.421")

    with step("The charge point boots and reports its connectors"):
        await station.connect(requirement="known station")
        await booted(station, sut)
        await station.close()

    with step("Somebody tries without a certificate, and with that of another charge point"):
        nothing = credentials_with(bench, station, shown=False)
        await station.expect_refused(requirement="1.6S A00.FR.407", credentials=nothing, what="no client certificate")
        foreign = credentials_with(bench, station, bench.pki.station(f"{station.identity}-{sut.text(6)}"))
        await station.expect_refused(
            requirement="1.6S A00.FR.405", credentials=foreign, what="the certificate of another charge point"
        )


@case("TC_088_CSMS")
async def test_subprotocol(station, sut):
    """A Central System that cannot choose among the versions on offer shuts out charge points that speak several."""
    with step("The charge point offers a version that does not exist"):
        await station.expect_refused(
            requirement="1.6J §3.2",
            credentials=station.credentials,
            what=f"the subprotocol {UNKNOWN}",
            subprotocols=[UNKNOWN],
        )
        chosen = station.refusal.headers.get("Sec-WebSocket-Protocol") if station.refusal else None
        check("1.6J §3.2", not chosen, expected="no subprotocol that was not offered", received=chosen)

    with step("The charge point offers OCPP 1.6 beside it"):
        try:
            endpoint = await station.dial_until_let_in(subprotocols=[UNKNOWN, "ocpp1.6"])
            chosen = endpoint.subprotocol
        except ConnectionRefused as error:
            chosen = str(error)
        if check("1.6J §3.2", chosen == "ocpp1.6", expected="the subprotocol ocpp1.6", received=chosen):
            await booted(station, sut)
