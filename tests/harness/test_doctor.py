"""What the doctor tells of attempts that TLS ended."""

import pytest
from ocpp_proof.net.client_hello import ClientHello
from ocpp_proof.net.outcome import TlsFailure, TlsInfo
from ocpp_proof.roles.handshakes import Handshake, rsa_only

RSA = ("TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384")
ECDSA = ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",)
NEWEST = ("TLS_AES_128_GCM_SHA256",)


def attempt(suites):
    hello = None if suites is None else ClientHello(("TLSv1.2",), suites, None, False)
    return Handshake(0, tls_failure=TlsFailure("no", info=TlsInfo(None, None, (), hello)))


@pytest.mark.parametrize(
    ("suites", "only"),
    [([RSA], True), ([RSA, RSA], True), ([RSA + ECDSA], False), ([RSA + NEWEST], False), ([None], False), ([], False)],
)
def test_a_station_of_the_rsa_pair_alone_is_known_by_what_it_offers(suites, only):
    assert rsa_only([attempt(s) for s in suites]) is only
