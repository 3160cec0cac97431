"""What the doctor tells of attempts that TLS ended, and of how many cases run at once."""

import argparse
from pathlib import Path

import ocpp_fixtures
import pytest
from ocpp_proof.commands.doctor import doctor
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


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ("", "64 cases run at the same time, each as a station of its own (values.parallel is not given: 64 at most)"),
        ("parallel = 5\n", "5 cases run at the same time, each as a station of its own (values.parallel)"),
        (
            'parallel = 5\ntokens = { valid = ["A", "B"] }\n',
            "2 cases run at the same time, each as a station of its own (values.parallel; a list under [values.tokens]",
        ),
    ],
)
def test_how_many_cases_run_at_once_is_said(tmp_path, capsys, values, told):
    text = (Path(ocpp_fixtures.__file__).parent / "examples" / "reference-csms.toml").read_text()
    before, _, after = text.partition("[values]\n")
    if "tokens" in values:
        after = "[features]" + after.partition("[features]")[2]
    sut = tmp_path / "sut.toml"
    sut.write_text(f"{before}[values]\n{values}{after}")
    assert doctor(argparse.Namespace(sut=sut, ocpp="2.0.1", security_profile=None, wait=None)) == 0
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(("tokens", "noted"), [("", True), ('tokens = { valid = "04A1B2C3D4" }\n', False)])
def test_a_person_who_has_no_card_is_noted(tmp_path, capsys, unused_tcp_port, tokens, noted):
    sut = tmp_path / "sut.toml"
    sut.write_text(
        f'[sut]\nrole = "station"\nocpp = ["1.6"]\n[connection]\nlisten = "ws://127.0.0.1:{unused_tcp_port}/ocpp"\n'
        f'[driver]\nuse = ["manual"]\n[values]\nlong_timeout = 0.1\n{tokens}'
    )
    assert doctor(argparse.Namespace(sut=sut, ocpp="1.6", security_profile=None, wait=None)) == 1  # nothing connects
    assert ("no card is named under [values.tokens]" in capsys.readouterr().out) is noted
