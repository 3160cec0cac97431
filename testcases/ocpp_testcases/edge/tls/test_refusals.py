"""What a station makes of a CSMS that does not let it in, or lets it in wrongly."""

import asyncio
from urllib.parse import urlsplit

import pytest
from ocpp_proof import ALL, by_topic, case, check, given, on_undo, step
from ocpp_proof.net.endpoint import Drop, Refuse, listen
from ocpp_proof.roles.csms import SUBPROTOCOLS

from ocpp_testcases.edge.states.station_connection_security import (
    UnmanagedConnections,
    connection_attempts,
    expect_reconnected,
    reconnect_answering,
)
from ocpp_testcases.edge.states.station_settings import (
    longest_wait,
    refusals_allowed,
    short_back_off,
    wait_after_one_refusal,
)

UNAUTHORIZED = Refuse(401, headers={"WWW-Authenticate": 'Basic realm="ocpp"'})
ANSWERS = {
    "400": Refuse(400),
    "401": UNAUTHORIZED,
    "403": Refuse(403),
    "404": Refuse(404),
    "429": Refuse(429),
    "500": Refuse(500),
    "503": Refuse(503, headers={"Retry-After": "1"}),
    "closed": Drop(),
    "reset": Drop(reset=True),
}


@case("X_TLS_08_CS", ocpp=ALL, sut="station", title="The station comes back after a refusal", disruptive=True)
@pytest.mark.parametrize("answer", ANSWERS)
async def test_refused_requests(csms, sut, answer):
    """A CSMS that is being updated answers anything; a station that takes it for final has to be visited."""
    within = await given(wait_after_one_refusal, csms, sut)
    connections = len(csms.connections)
    with step(f"The connection is lost; the station's next request is answered so: {answer}"):
        await reconnect_answering(csms, lambda _: ANSWERS[answer], within=within)
    with step("With the CSMS as it was the station comes back, with the right credentials, and goes on"):
        await expect_reconnected(csms, since=connections, within=within)


@case("X_TLS_09_CS", ocpp=ALL, sut="station", title="An upgrade that is none", disruptive=True)
@pytest.mark.parametrize(
    ("what", "headers"),
    [
        ("a wrong Sec-WebSocket-Accept", {"Sec-WebSocket-Accept": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}),
        ("no Sec-WebSocket-Accept", {"Sec-WebSocket-Accept": ""}),
        ("no Upgrade header", {"Upgrade": ""}),
        ("no Connection header", {"Connection": ""}),
        ("an extension that nobody offered", {"Sec-WebSocket-Extensions": "x-nobody-offered-this"}),
    ],
    ids=["wrong accept", "no accept", "no upgrade", "no connection", "extension"],
)
async def test_wrong_upgrades(csms, sut, what, headers):
    """What answers so is no CSMS but a proxy or a cache: what the station says to it, nobody hears."""
    within = await given(wait_after_one_refusal, csms, sut)
    connections, unmanaged = len(csms.connections), UnmanagedConnections(csms, SUBPROTOCOLS[sut.ocpp], headers)
    with step(f"The connection is lost; the station's next request is answered with 101 and {what}"):
        await reconnect_answering(csms, unmanaged, within=within)
        await unmanaged.ends(requirement="RFC 6455 4.1 answer", what=what)
    with step("With the CSMS as it was the station comes back and goes on"):
        await expect_reconnected(csms, since=connections, within=within)


@case("X_TLS_10_CS", ocpp=ALL, sut="station", title="A subprotocol that was not agreed", disruptive=True)
@pytest.mark.parametrize("choice", ["another", "two", "none"])
async def test_wrong_subprotocols(csms, sut, choice):
    """A station that goes on talks another version of OCPP than its CSMS, and each refuses what the other says."""
    ours = SUBPROTOCOLS[sut.ocpp]
    chosen = {"another": "ocpp0.1", "two": f"{ours}, ocpp0.1", "none": None}[choice]
    within = await given(wait_after_one_refusal, csms, sut)
    connections, unmanaged = len(csms.connections), UnmanagedConnections(csms, chosen)
    with step(f"The connection is lost; the CSMS upgrades the next one and chooses {chosen or 'no subprotocol'}"):
        await reconnect_answering(csms, unmanaged, within=within)
        await unmanaged.ends(
            requirement="RFC 6455 4.1 subprotocol" if chosen else "OCPP-J no version",
            what=f"the subprotocol {chosen}" if chosen else "no subprotocol",
        )
    with step("With the CSMS as it was the station comes back and goes on"):
        await expect_reconnected(csms, since=connections, within=within)


@case(
    "X_TLS_11_CS",
    ocpp=ALL,
    sut="station",
    title="Kept out, the station does not fall back to a lower security profile",
    security_profiles=(1, 2, 3),
    disruptive=True,
)
async def test_no_fall_back(csms, sut, bench):
    """Who can keep a station from its CSMS for a while would be given its password, or the whole conversation."""
    await given(short_back_off, csms, sut)
    many = await given(refusals_allowed, csms, sut, 4)
    within = await given(longest_wait, csms, sut, many)
    connections, attempts, profile = len(csms.connections), len(csms.handshakes), sut.security_profile
    on_undo(
        "See the station connected again",
        lambda: csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect", within=within),
    )
    wrong = bench.server_tls(bench.keys.faulty("wrong_ca", name="localhost", rsa=csms.rsa_only))
    keeping_out = (
        csms.presenting_tls(wrong, plain_too=True) if wrong else csms.answering_handshakes(lambda _: UNAUTHORIZED)
    )
    with step("The connection is lost, and the station is kept out several times"), keeping_out:
        csms.drop()
        await csms.expect_attempt(since=attempts, requirement="OCPP-J reconnect", within=within)
        seen = await connection_attempts(csms, attempts, many=many, within=within)
    with step("No attempt was made with less security"):
        for attempt in seen:
            plain = attempt.endpoint is not None and attempt.endpoint.tls is None
            if profile >= 2:
                check(
                    by_topic("channel secured"),
                    not plain,
                    expected="attempts with TLS only",
                    received="an attempt without TLS" if plain else attempt.why,
                )
            if profile == 1:
                told = attempt.user is not None
                check(
                    by_topic("password sent"),
                    told,
                    expected="user name and password at every attempt",
                    received="given" if told else "an attempt without",
                )
    if profile == 3:
        await _only_with_its_certificate(csms, bench, many=min(many, 3), within=within)
    with step("Let in again, the station goes on"):
        await expect_reconnected(csms, since=connections, within=within)


async def _only_with_its_certificate(csms, bench, *, many, within):
    """At profile 3: the station is asked for its certificate and may leave it out, and is refused in HTTP as if a
    password were wanted."""
    with step("The CSMS asks for a password, and does not insist on the certificate"):
        connections = len(csms.connections) - 1
        await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect", within=within)
        attempts = len(csms.handshakes)
        with (
            csms.answering_handshakes(lambda _: UNAUTHORIZED),
            csms.presenting_tls(bench.server_tls(client_required=False)),
        ):
            csms.drop()
            await csms.expect_attempt(since=attempts, requirement="OCPP-J reconnect")
            seen = await connection_attempts(csms, attempts, many=many, within=within)
        for attempt in seen:
            tls = attempt.endpoint.tls if attempt.endpoint else None
            shown = tls is not None and tls.peer_certificate is not None
            check(
                by_topic("certificate sent"),
                shown and attempt.user is None,
                expected="the client certificate, and no password",
                received=f"certificate {'shown' if shown else 'missing'}, user name {attempt.user}",
            )


@case("X_TLS_12_CS", ocpp=ALL, sut="station", title="A redirect leads nowhere", disruptive=True)
async def test_redirect(csms, sut):
    """Who can answer one request in the name of the CSMS would have the station, and its password, from then on."""
    within = await given(wait_after_one_refusal, csms, sut)
    connections, came = len(csms.connections), asyncio.Event()
    host, _ = csms.address

    def elsewhere(request, endpoint):
        came.set()
        return Refuse(503)

    other = await listen(host, 0, tls=None, accept=elsewhere, record_for=lambda _: csms.recorder(len(csms.connections)))
    with step("The connection is lost; the station's next request is redirected to another port, without TLS"):
        try:
            await reconnect_answering(
                csms, lambda h: Refuse(302, headers={"Location": _at(h, other.port)}), within=within
            )
            await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect", within=within)
        finally:
            other.close()
        check(
            by_topic("channel secured") if sut.security_profile >= 2 else "HTTP redirect",
            not came.is_set(),
            expected="the station stays with its CSMS",
            received="a connection to the other port" if came.is_set() else "it did",
        )
    with step("The station goes on with its own CSMS"):
        await expect_reconnected(csms, since=connections, within=within)


def _at(handshake, port):
    """The URL that the station asked for, at another port and without TLS."""
    host = urlsplit(f"//{handshake.host}").hostname or "localhost"
    return f"ws://{host}:{port}{handshake.endpoint.path}"
