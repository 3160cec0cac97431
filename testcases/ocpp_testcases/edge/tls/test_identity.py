"""A certificate that belongs to another identity lets nobody in."""

from ocpp_proof import ALL, case, check, on_undo, step
from ocpp_proof.roles.station import Credentials

from ocpp_testcases.edge.states.probe import expect_probe_answered


@case(
    "X_TLS_01_CSMS",
    ocpp=ALL,
    sut="csms",
    title="A client certificate of another station is refused",
    security_profiles=(3,),
)
async def test_certificate_of_another_station(station, sut, bench):
    """A CSMS that does not bind the certificate to the identity lets any station charge in the name of any other."""
    other = f"{sut.identity}-{sut.text(4)}"
    with step("A station connects with the certificate of another one, which is valid in itself"):
        await station.expect_refused(
            requirement="identity binding",
            credentials=Credentials(sut.identity, tls=bench.client_tls(bench.pki.station(other))),
            what=f"the certificate of {other} for {sut.identity}",
        )
    with step("With its own certificate it is let in"):
        await station.connect(requirement="identity binding")
        check("identity binding", station.connected, expected="connection accepted", received="connection accepted")


@case(
    "X_TLS_01_CS",
    ocpp=ALL,
    sut="station",
    title="A server certificate of another host is refused",
    security_profiles=(2, 3),
)
async def test_certificate_of_another_host(csms, sut, bench):
    """A station that does not check the name in the certificate talks to anybody who owns one."""
    attempts, connections = len(csms.handshakes), len(csms.connections)
    on_undo(
        "See the station connected again",
        lambda: csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect"),
    )
    with (
        step("The station reconnects and is shown a certificate of another host"),
        csms.presenting_tls(bench.server_tls(bench.pki.faulty("wrong_host", name="localhost"))),
    ):
        csms.drop()
        attempt = await csms.expect_attempt(since=attempts, requirement="OCPP-J reconnect")
        check(
            "identity binding",
            not attempt.accepted,
            expected="the station ends the handshake itself",
            received=attempt.why or "it connected",
        )
    with step("With the right certificate it comes back"):
        await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")
        await expect_probe_answered(csms)
