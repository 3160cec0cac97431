"""A certificate that belongs to another identity lets nobody in."""

import contextlib
import dataclasses

from ocpp_proof import ALL, by_topic, case, check, given, on_undo, step
from ocpp_proof.roles.station import FIRST, Credentials

from ocpp_testcases.edge.states.csms_connection_security import expect_connection_accepted
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.station_connection_security import host_name
from ocpp_testcases.edge.states.station_settings import wait_after_one_refusal


@case(
    "X_TLS_01_CSMS",
    ocpp=ALL,
    sut="csms",
    title="A client certificate of another station is refused",
    security_profiles=(3,),
)
async def test_certificate_of_another_station(station, sut, bench):
    """A CSMS that does not bind the certificate to the identity lets any station charge in the name of any other."""
    other = bench.pki.faulty("wrong_identity", name=sut.identity, usage="client")
    with step("A station connects with the certificate of another one, which is valid in itself"):
        await station.expect_refused(
            requirement="identity binding",
            credentials=Credentials(sut.identity, tls=bench.client_tls(other)),
            what=f"the certificate of {other.common_name} for {sut.identity}",
        )
    with step("With its own certificate it is let in"):
        await expect_connection_accepted(station, requirement="known station")


@case(
    "X_TLS_19_CSMS",
    ocpp=("2.0.1", "2.1"),
    sut="csms",
    title="A serial number that is not that of the certificate",
    security_profiles=(3,),
)
async def test_serial_number_of_another(station, sut):
    """A CSMS that compares the certificate with the URL alone takes whatever station holds it for the one it knows."""
    another = dataclasses.replace(station.nameplate, serial_number=f"not-{sut.text(8)}")
    with step("The station is let in with its certificate, and boots with the serial number of another one"):
        await station.connect(requirement="known station")
        station.send_unanswered(FIRST, another.boot(sut.ocpp))
        with contextlib.suppress(TimeoutError):
            await station.wait_until(
                lambda: not station.connected, station.timing.event, "the CSMS to close the connection"
            )
        check(
            "B01.FR.12",
            not station.connected,
            expected="the CSMS closes the connection",
            received="closed" if not station.connected else "it stays open",
        )
    with step("With its own serial number the station is let in"):
        await expect_connection_accepted(station)


@case(
    "X_TLS_01_CS",
    ocpp=ALL,
    sut="station",
    title="A server certificate of another host is refused",
    security_profiles=(2, 3),
    disruptive=True,
)
async def test_certificate_of_another_host(csms, sut, bench):
    """A station that does not check the name in the certificate talks to anybody who owns one."""
    within = await given(wait_after_one_refusal, csms, sut)
    attempts, connections = len(csms.handshakes), len(csms.connections)
    requirement = by_topic("host checked") if host_name(csms)[1] else "TLS host address"
    on_undo(
        "See the station connected again",
        lambda: csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect", within=within),
    )
    with (
        step("The station reconnects and is shown a certificate of another host"),
        csms.presenting_tls(bench.server_tls(bench.pki.faulty("wrong_host", name="localhost", rsa=csms.rsa_only))),
    ):
        csms.drop()
        attempt = await csms.expect_attempt(since=attempts, requirement="OCPP-J reconnect", within=within)
        check(
            requirement,
            not attempt.accepted,
            expected="the station ends the handshake itself",
            received=attempt.why or "it connected",
        )
    with step("With the right certificate it comes back"):
        await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect", within=within)
        await expect_probe_answered(csms)
