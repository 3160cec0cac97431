"""What a station makes of the TLS that it meets: versions, suites, certificates and the order in which they come."""

import pytest
from ocpp_proof import ALL, Inconclusive, NotApplicable, by_topic, case, check, given, not_judged, step
from ocpp_proof.net.server_hello import ServerHello
from ocpp_proof.net.tls import OCPP_SUITES, SUITES

from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.station_connection_security import (
    expect_reconnected,
    expect_security_event,
    host_name,
    offered_in_tls,
    reconnect_presenting,
)
from ocpp_testcases.edge.states.station_settings import attempts_while_refused, wait_after_one_refusal

TRIED_WITH_WEAK_TLS = 2
"""Attempts to connect that are looked at: who was refused once may not be content with less."""
PAIRS = (OCPP_SUITES[:2], OCPP_SUITES[2:])


def refused(csms, attempt, *, requirement, what):
    """The station ended the handshake, or at least asked for nothing in it."""
    check(
        requirement,
        not attempt.accepted,
        expected=f"{what}: the station ends the handshake",
        received=attempt.why or "it connected",
    )


@case(
    "X_TLS_02_CS",
    ocpp=ALL,
    sut="station",
    title="The versions of TLS, one by one",
    security_profiles=(2, 3),
    disruptive=True,
)
@pytest.mark.parametrize("version", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"])
async def test_versions(csms, sut, bench, version):
    """A station that takes an old version can be talked down to it by anybody on the line."""
    known, old = offered_in_tls(csms).versions, version < "TLSv1.2"
    if version == "TLSv1.3" and version not in known:
        raise NotApplicable("the station does not offer TLS 1.3, which the standard does not ask for")
    if old and sut.ocpp == "1.6" and not {"TLSv1.2", "TLSv1.3"} & set(known):
        raise NotApplicable("a charge point that cannot do TLS 1.2 may use an older version in OCPP 1.6")
    attempts, within = await given(attempts_while_refused, csms, sut, TRIED_WITH_WEAK_TLS if old else 1)
    connections, spoken = len(csms.connections), bench.server_tls(versions=[version])
    with step(f"The connection is lost, and the CSMS speaks nothing but {version}"):
        attempt = await reconnect_presenting(csms, spoken, within=within, attempts=attempts)
        if not old:
            tls = attempt.endpoint.tls if attempt.accepted else None
            check(  # the suites that every station has a pair of exist in 1.2 only; nothing else asks for that version
                "TLS 1.3" if version == "TLSv1.3" else by_topic("suites of the station"),
                tls is not None and tls.version == version,
                expected=f"a connection with {version}",
                received=tls.version if tls else attempt.why,
            )
        else:
            refused(csms, attempt, requirement=by_topic("version"), what=version)
    with step("With the CSMS as it was the station goes on"):
        await expect_reconnected(csms, since=connections, within=within)
    if old and not attempt.accepted:
        await told_and_reported(
            csms,
            ServerHello(version, "TLS_RSA_WITH_AES_128_CBC_SHA"),
            "InvalidTLSVersion",
            requirement=by_topic("old version reported"),
            within=within,
        )


async def told_and_reported(csms, hello, kind, *, requirement, within):
    """The station is told what the CSMS chose (a ServerHello), refuses it, and reports what it has seen.

    Without a ServerHello a station sees an alert, which says that nothing fits and not why.
    """
    connections = len(csms.connections)
    with step(f"The connection is lost, and the CSMS answers the ClientHello with {hello.version} and {hello.suite}"):
        await reconnect_presenting(csms, hello, within=within)
    with step("With the CSMS as it was the station goes on, and reports what it was offered"):
        await expect_reconnected(csms, since=connections, within=within)
        await expect_security_event(csms, kind, requirement=requirement)


@case(
    "X_TLS_03_CS",
    ocpp=ALL,
    sut="station",
    title="Each cipher suite of a pair alone",
    security_profiles=(2, 3),
    disruptive=True,
)
@pytest.mark.parametrize("number", [0, 1], ids=["first", "second"])
async def test_suites(csms, sut, bench, number):
    """A station that offers a suite and cannot use it stays offline when the CSMS chooses that one."""
    known = set(offered_in_tls(csms).suites)
    pair = next((p for p in PAIRS if known.issuperset(p)), None)
    within = await given(wait_after_one_refusal, csms, sut)
    requirement, connections = by_topic("suites of the station"), len(csms.connections)
    check(requirement, pair is not None, expected=" or ".join(map(str, PAIRS)), received=sorted(known))
    suite = (pair or PAIRS[0])[number]
    identity = bench.keys.csms if "ECDSA" in suite else bench.keys.csms_rsa
    with step("The connection is lost, and the CSMS takes no other suite than this one"):
        attempt = await reconnect_presenting(
            csms, bench.server_tls(identity, versions=["TLSv1.2"], suites=[suite]), within=within
        )
        tls = attempt.endpoint.tls if attempt.accepted else None
        used = tls.cipher if tls else attempt.why
        check(requirement, used == SUITES[suite], expected=f"a connection with {suite}", received=used)
    with step("With the CSMS as it was the station goes on"):
        await expect_reconnected(csms, since=connections, within=within)


@case(
    "X_TLS_04_CS",
    ocpp=ALL,
    sut="station",
    title="Weak cipher suites",
    security_profiles=(2, 3),
    disruptive=True,
)
@pytest.mark.parametrize(
    ("what", "ciphers", "told"),
    [
        ("suites without encryption", "eNULL", "TLS_RSA_WITH_NULL_SHA256"),
        ("suites without a certificate", "aNULL", "TLS_DH_anon_WITH_AES_128_CBC_SHA"),
        ("suites with CBC and SHA-1", "AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA", ""),
    ],
    ids=["null", "anonymous", "cbc"],
)
async def test_weak_suites(csms, sut, bench, what, ciphers, told):
    """A station that takes a suite without encryption tells its password to everybody on the line."""
    connections, forbidden = len(csms.connections), "CBC" not in what
    attempts, within = await given(attempts_while_refused, csms, sut, TRIED_WITH_WEAK_TLS if forbidden else 1)
    tls = bench.server_tls(bench.keys.csms, bench.keys.csms_rsa, versions=["TLSv1.2"], ciphers=ciphers)
    with step(f"The connection is lost, and the CSMS knows nothing but {what}"):
        attempt = await reconnect_presenting(csms, tls, within=within, attempts=attempts)
        refused(csms, attempt, requirement=by_topic("weak suites") if forbidden else "TLS CBC", what=what)
    with step("With the CSMS as it was the station goes on"):
        await expect_reconnected(csms, since=connections, within=within)
    if forbidden and not attempt.accepted:
        await told_and_reported(
            csms,
            ServerHello("TLSv1.2", told),
            "InvalidTLSCipherSuite",
            requirement=by_topic("weak suite reported"),
            within=within,
        )


@case("X_TLS_05_CS", ocpp=ALL, sut="station", title="The station names the host", security_profiles=(2, 3))
async def test_server_name(csms):
    """Behind one address there are often many CSMSs; without a name the station meets the certificate of another."""
    host, is_name = host_name(csms)
    if not is_name:
        raise Inconclusive(f"the station reaches the CSMS by the address {host}: point it at a name")
    with step("The harness looks at what the station sent first in the TLS handshake"):
        named = (offered_in_tls(csms).server_name or "").lower().rstrip(".")  # RFC 6066, 3: case does not matter
        check("RFC 6455 4.1 name", named == host, expected=f"server name {host}", received=named or "none")


@case(
    "X_TLS_06_CS",
    ocpp=ALL,
    sut="station",
    title="The server's chain, differently",
    security_profiles=(2, 3),
    disruptive=True,
)
@pytest.mark.parametrize("chain", ["root along", "out of order", "one too many", "intermediate missing"])
async def test_chains(csms, sut, bench, chain):
    """CSMS operators send their root along, or forget the intermediate: half a fleet goes offline when they do."""
    within = await given(wait_after_one_refusal, csms, sut)
    keys, connections = bench.keys, len(csms.connections)
    own = keys.csms_rsa if csms.rsa_only else keys.csms
    behind = {
        "root along": (keys.csms_authority, keys.root),
        "out of order": (keys.root, keys.csms_authority),
        "one too many": (keys.csms_authority, keys.mo_root),
        "intermediate missing": (),
    }[chain]
    with step(f"The connection is lost, and the CSMS shows its certificate with the chain changed: {chain}"):
        attempt = await reconnect_presenting(csms, bench.server_tls(own.shown_with(*behind)), within=within)
        if chain == "intermediate missing":
            not_judged("TLS chain", because="the station may know the intermediate certificate, or may not")
        else:
            check(
                by_topic("TLS as it is") if chain == "root along" else "TLS chain",
                attempt.accepted,
                expected="the station connects: the certificate can be verified",
                received="it connects" if attempt.accepted else attempt.why,
            )
    with step("The station goes on"):
        if attempt.accepted and chain == "root along":
            await csms.expect_reconnected(connections=connections, requirement=by_topic("TLS as it is"), within=within)
            await expect_probe_answered(csms, requirement=by_topic("TLS as it is"))
        await expect_reconnected(csms, since=connections, within=within)


@case(
    "X_TLS_07_CS",
    ocpp=ALL,
    sut="station",
    title="A server certificate with a fault is refused and reported",
    security_profiles=(2, 3),
    disruptive=True,
)
@pytest.mark.parametrize(
    "fault",
    ["expired", "not_yet_valid", "wrong_ca", "self_signed", "wrong_host", "host_contained", "wrong_usage", "weak_key"],
)
async def test_faulty_certificates(csms, sut, bench, fault):
    """A station that takes any of these can be had by whoever sits on the line, and nobody is told."""
    within = await given(wait_after_one_refusal, csms, sut)
    (host, is_name), connections = host_name(csms), len(csms.connections)
    soft = {
        "wrong_usage": "TLS usage",
        "weak_key": "TLS key size",
        "host_contained": "TLS host contained",
        "wrong_host": "" if is_name else "TLS host address",
    }.get(fault)
    binding = by_topic("host checked" if fault == "wrong_host" else "bad server ended")
    shown = bench.keys.faulty(fault, name=host, usage="server", rsa=csms.rsa_only)
    with step(f"The connection is lost, and the CSMS shows a certificate with this fault: {fault}"):
        attempt = await reconnect_presenting(
            csms, bench.server_tls(shown, allow_weak=fault == "weak_key"), within=within
        )
        refused(csms, attempt, requirement=soft or binding, what=fault)
    with step("With the right certificate the station comes back, and reports what it saw"):
        await expect_reconnected(csms, since=connections, within=within)
        if not soft and not attempt.accepted:
            kind = "InvalidCentralSystemCertificate" if sut.ocpp == "1.6" else "InvalidCsmsCertificate"
            await expect_security_event(csms, kind, requirement=by_topic("bad server reported"))
