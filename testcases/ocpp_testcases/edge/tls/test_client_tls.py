"""What a CSMS makes of the TLS that stations bring: versions, suites, certificates and the order in which they come."""

import pytest
from ocpp_proof import ALL, by_topic, case, check, not_judged, step
from ocpp_proof.net.tls import OCPP_SUITES, SUITES

from ocpp_testcases.edge.states.csms_connection_security import (
    credentials_with_tls,
    expect_connection_accepted,
)

OLD_SUITE = "AES128-SHA"
"""TLS_RSA_WITH_AES_128_CBC_SHA: the one with which OCPP 1.6 lets old charge points use TLS 1.0 and 1.1."""


@case("X_TLS_02_CSMS", ocpp=ALL, sut="csms", title="The versions of TLS, one by one", security_profiles=(2, 3))
@pytest.mark.parametrize("version", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"])
async def test_versions(station, sut, bench, version):
    """A CSMS that takes an old version can be talked down to it; one that does not take 1.2 has no stations."""
    if version < "TLSv1.2":
        others = "ALL" if sut.ocpp != "1.6" else f"ALL:!{OLD_SUITE}"
        with step(f"The station offers {version} and nothing newer"):
            await station.expect_refused(
                requirement=by_topic("old version ended"),
                credentials=credentials_with_tls(bench, station, versions=[version], ciphers=others),
                what=f"a connection with {version}",
            )
        if sut.ocpp == "1.6":
            with step(f"The station offers {version} with the suite of old charge points"):
                await station.expect_refused(
                    requirement="TLS old suite",
                    credentials=credentials_with_tls(bench, station, versions=[version], ciphers=OLD_SUITE),
                    what=f"a connection with {version} of a charge point that can do better",
                )
    else:
        with step(f"The station offers {version} and nothing else"):
            how, _ = await station.try_connection(credentials=credentials_with_tls(bench, station, versions=[version]))
            check(  # the suites that every CSMS serves exist in 1.2 only; nothing else asks for that version
                "TLS 1.3" if version == "TLSv1.3" else by_topic("suites of the CSMS"),
                not how,
                expected=f"a connection with {version}",
                received=how or "connection accepted",
            )
    if version == "TLSv1.2":
        with step("It does so without naming the host, as stations do that were given an address"):
            credentials = credentials_with_tls(bench, station, versions=[version], check_hostname=False)
            how, _ = await station.try_connection(
                credentials=credentials, server_hostname="127.0.0.1"
            )  # an address is not sent
            check("TLS no name", not how, expected="connection accepted", received=how or "connection accepted")
    with step("The station is let in with what it offers otherwise"):
        await expect_connection_accepted(station)


@case("X_TLS_03_CSMS", ocpp=ALL, sut="csms", title="Each cipher suite of OCPP alone", security_profiles=(2, 3))
@pytest.mark.parametrize("suite", OCPP_SUITES)
async def test_suites(station, sut, bench, suite):
    """A station needs a pair of these only; with a certificate of one kind the CSMS shuts out half of the stations."""
    with step("The station offers this suite and no other"):
        how, _ = await station.try_connection(
            credentials=credentials_with_tls(bench, station, versions=["TLSv1.2"], suites=[suite])
        )
        tls = station.connection.tls if not how else None
        used = tls.cipher if tls else how
        check(by_topic("suites of the CSMS"), used == SUITES[suite], expected=suite, received=used)


@case("X_TLS_04_CSMS", ocpp=ALL, sut="csms", title="Weak cipher suites", security_profiles=(2, 3))
@pytest.mark.parametrize(
    ("what", "ciphers"),
    [
        ("suites without encryption", "eNULL"),
        ("suites without a certificate", "aNULL"),
        ("suites with CBC and SHA-1", "AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA"),
    ],
    ids=["null", "anonymous", "cbc"],
)
async def test_weak_suites(station, sut, bench, what, ciphers):
    """A CSMS that takes a suite without encryption has its passwords on the line, and nobody notices."""
    with step(f"The station offers nothing but {what}"):
        await station.expect_refused(
            requirement="TLS CBC" if "CBC" in what else by_topic("weak suite ended"),
            credentials=credentials_with_tls(
                bench,
                station,
                versions=["TLSv1.2"],
                ciphers=ciphers,
                trust=None if "certificate" in what else bench.trusted,
            ),
            what=what,
        )
    with step("The station is let in with what it offers otherwise"):
        await expect_connection_accepted(station)


@case("X_TLS_05_CSMS", ocpp=ALL, sut="csms", title="A client certificate with a fault", security_profiles=(3,))
@pytest.mark.parametrize(
    "fault",
    [
        *("expired", "not_yet_valid", "wrong_identity", "identity_contained", "wrong_ca", "self_signed"),
        *("wrong_usage", "weak_key", "revoked"),
    ],
)
async def test_faulty_certificates(station, sut, bench, fault):
    """Whoever has an old certificate, or makes one, charges in the name of a station that exists."""
    soft = {
        "wrong_usage": "TLS usage",
        "weak_key": "TLS key size",
        "revoked": "TLS revocation",
        "identity_contained": "TLS identity contained",
    }.get(fault)
    requirement = soft or by_topic("certificate bound" if fault == "wrong_identity" else "certificate needed")
    shown = bench.keys.faulty(fault, name=station.identity, usage="client")
    credentials = credentials_with_tls(bench, station, certificate=shown, allow_weak=fault == "weak_key")
    with step(f"A station connects with a certificate that has this fault: {fault}"):
        how, answer = await station.try_connection(credentials=credentials)
        # A00.FR.429: a CSMS may let in a station with an expired one, to renew it before anything else
        renewing = fault == "expired" and sut.ocpp != "1.6" and answer is not None and answer.status == "Pending"
        check(
            requirement,
            bool(how) or renewing,
            expected=f"{fault}: refused",
            received=how or f"let in, and answered {answer}",
            note="the CSMS has to have the revocation list of the harness' authority" if fault == "revoked" else "",
        )
    with step("With its own certificate the station is let in"):
        await expect_connection_accepted(station)


@case("X_TLS_06_CSMS", ocpp=ALL, sut="csms", title="The client's chain, differently", security_profiles=(3,))
@pytest.mark.parametrize("chain", ["root along", "out of order", "one too many", "intermediate missing"])
async def test_chains(station, sut, bench, chain):
    """Stations send what their manufacturer put into the file; a CSMS that is particular about it locks them out."""
    keys, own = bench.keys, bench.certificate_of(station.identity)
    behind = {
        "root along": (keys.station_authority, keys.root),
        "out of order": (keys.root, keys.station_authority),
        "one too many": (keys.station_authority, keys.mo_root),
        "intermediate missing": (),
    }[chain]
    with step(f"The station shows its certificate with the chain changed: {chain}"):
        how, _ = await station.try_connection(
            credentials=credentials_with_tls(bench, station, certificate=own.shown_with(*behind))
        )
        if chain == "intermediate missing":
            not_judged("TLS chain", because="the CSMS may know the intermediate certificate, or may not")
        else:
            check(
                by_topic("TLS as it is") if chain == "root along" else "TLS chain",
                not how,
                expected="let in: the certificate can be verified",
                received=how or "connection accepted",
            )
    with step("With its usual chain the station is let in"):
        await expect_connection_accepted(station)
