"""The PKI, checked with OpenSSL's own eyes where that is possible."""

import stat
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ocsp
from ocpp_certs import FAULTS, Identity, Pki, UnreadableRequest, certificate_hash, make_request, read_request
from ocpp_certs.issue import rsa_key


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki.create()


def openssl_verify(pki: Pki, leaf: Identity, directory: Path, *options: str) -> str:
    (directory / "root.pem").write_bytes(pki.root_pem)
    (directory / "leaf.pem").write_bytes(leaf.certificate_pem)
    (directory / "between.pem").write_bytes(leaf.chain_pem)
    command = [
        "openssl",
        "verify",
        "-CAfile",
        str(directory / "root.pem"),
        "-untrusted",
        str(directory / "between.pem"),
    ]
    done = subprocess.run(
        [*command, *options, str(directory / "leaf.pem")], capture_output=True, text=True, check=False
    )
    return "OK" if done.returncode == 0 else done.stdout + done.stderr


def test_a_chain_of_rsa_alone(tmp_path: Path) -> None:
    pki = Pki.create(key=rsa_key)
    assert openssl_verify(pki, pki.csms_rsa, tmp_path, "-purpose", "sslserver", "-verify_hostname", "localhost") == "OK"
    chain = (pki.root, pki.csms_authority, pki.csms_rsa)
    assert all(isinstance(one.certificate.public_key(), rsa.RSAPublicKey) for one in chain)


def test_sound_certificates(pki: Pki, tmp_path: Path) -> None:
    assert openssl_verify(pki, pki.csms, tmp_path, "-purpose", "sslserver", "-verify_ip", "127.0.0.1") == "OK"
    assert openssl_verify(pki, pki.csms_rsa, tmp_path, "-purpose", "sslserver", "-verify_hostname", "localhost") == "OK"
    assert openssl_verify(pki, pki.station("CS001"), tmp_path, "-purpose", "sslclient") == "OK"
    assert pki.csms_rsa is pki.csms_rsa
    assert pki.station("CS001").chain_pem.count(b"BEGIN CERTIFICATE") == 2


@pytest.mark.parametrize(
    ("fault", "options", "said"),
    [
        ("expired", ("-purpose", "sslclient"), "expired"),
        ("not_yet_valid", ("-purpose", "sslclient"), "not yet valid"),
        ("wrong_ca", (), "unable to get local issuer"),
        ("self_signed", (), "self-signed"),
        ("wrong_usage", ("-purpose", "sslclient"), "unsuitable certificate purpose"),
        ("weak_key", ("-auth_level", "2"), "key too weak"),
    ],
)
def test_faulty_client_certificates(pki: Pki, tmp_path: Path, fault: str, options: tuple[str, ...], said: str) -> None:
    assert said in openssl_verify(pki, pki.faulty(fault, name="CS001"), tmp_path, *options)


def test_faulty_names(pki: Pki, tmp_path: Path) -> None:
    assert "CS001" not in pki.faulty("wrong_identity", name="CS001").common_name
    assert "another" not in pki.faulty("wrong_identity", name="another", usage="client").common_name.lower()
    assert "CS001" in pki.faulty("identity_contained", name="CS001").common_name[:-1]
    assert "localhost" in pki.faulty("host_contained", name="localhost").common_name[:-1]
    for fault in ("wrong_host", "host_contained"):
        wrong = pki.faulty(fault, name="localhost")
        assert "hostname mismatch" in openssl_verify(pki, wrong, tmp_path, "-verify_hostname", "localhost")
    assert "localhost" not in pki.faulty("wrong_host", name="localhost").common_name
    assert "unsuitable" in openssl_verify(
        pki, pki.faulty("wrong_usage", name="localhost"), tmp_path, "-purpose", "sslserver"
    )
    with pytest.raises(ValueError, match="unknown fault"):
        pki.faulty("ugly", name="CS001")
    assert len(FAULTS) == 11


def test_revocation(pki: Pki, tmp_path: Path) -> None:
    revoked, good = pki.faulty("revoked", name="CS001"), pki.station("CS001")
    (tmp_path / "crl.pem").write_bytes(pki.crl_pem())
    options = ("-crl_check", "-CRLfile", str(tmp_path / "crl.pem"))
    assert "revoked" in openssl_verify(pki, revoked, tmp_path, *options)
    assert openssl_verify(pki, good, tmp_path, *options) == "OK"
    for identity, status in ((revoked, ocsp.OCSPCertStatus.REVOKED), (good, ocsp.OCSPCertStatus.GOOD)):
        builder = ocsp.OCSPRequestBuilder()
        asked = builder.add_certificate(
            identity.certificate, pki.station_authority.certificate, hashes.SHA256()
        ).build()
        answer = pki.ocsp_response(asked.public_bytes(serialization.Encoding.DER))
        assert ocsp.load_der_ocsp_response(answer).certificate_status is status


def test_signing_requests(pki: Pki, tmp_path: Path) -> None:
    csr, key = make_request("CS007", "An operator")
    request = read_request(csr)
    assert (request.common_name, request.organisation, request.key_type, request.key_size) == (
        "CS007",
        "An operator",
        "EC",
        256,
    )
    assert request.signature_valid
    assert request.strong_enough
    signed = pki.sign_request(csr, usage="client")
    assert signed.key is None
    assert signed.certificate.public_key() == key.public_key()
    assert openssl_verify(pki, signed, tmp_path, "-purpose", "sslclient") == "OK"
    with pytest.raises(ValueError, match="held by its owner"):
        _ = signed.key_pem


def test_a_tampered_request_is_refused(pki: Pki) -> None:
    csr, _ = make_request("CS007", "An operator")
    der = x509.load_pem_x509_csr(csr).public_bytes(serialization.Encoding.DER).replace(b"CS007", b"CS008")
    tampered = x509.load_der_x509_csr(der).public_bytes(serialization.Encoding.PEM)
    assert not read_request(tampered).signature_valid
    with pytest.raises(ValueError, match="not signed"):
        pki.sign_request(tampered, usage="client")
    with pytest.raises(UnreadableRequest):
        read_request("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n")


def test_a_directory_is_used_again(tmp_path: Path) -> None:
    first = Pki.create(tmp_path)
    revoked = first.faulty("revoked", name="CS001")
    rsa = first.csms_rsa
    second = Pki.create(tmp_path)
    assert second.root.certificate == first.root.certificate
    assert second.csms.certificate == first.csms.certificate
    assert second.csms_rsa.certificate == rsa.certificate
    assert f"{revoked.certificate.serial_number}" in (tmp_path / "revoked.json").read_text()
    other = Pki.create(tmp_path, hosts=("csms.example",))
    assert other.root.certificate == first.root.certificate
    assert other.csms.certificate != first.csms.certificate
    assert stat.S_IMODE((tmp_path / "csms.key").stat().st_mode) == 0o600


def test_certificate_hash_is_that_of_ocsp(pki: Pki) -> None:
    """OCSP names a certificate the same way, so its request is an independent witness."""
    leaf, issuer = pki.station("CS001").certificate, pki.station_authority.certificate
    for algorithm, digest in (("SHA256", hashes.SHA256()), ("SHA384", hashes.SHA384()), ("SHA512", hashes.SHA512())):
        asked = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, digest).build()
        named = certificate_hash(leaf, issuer, algorithm)
        assert named["issuerNameHash"] == asked.issuer_name_hash.hex()
        assert named["issuerKeyHash"] == asked.issuer_key_hash.hex()
        assert int(named["serialNumber"], 16) == asked.serial_number
    rsa = certificate_hash(pki.csms_rsa.certificate, pki.csms_rsa.certificate)
    assert len(rsa["issuerKeyHash"]) == 64


def test_a_certificate_can_be_shown_with_another_chain(pki):
    shown = pki.csms.shown_with(pki.root, pki.csms_authority)
    assert shown.chain_pem == pki.csms.certificate_pem + pki.root.certificate_pem + pki.csms_authority.certificate_pem
    assert pki.csms.shown_with().chain_pem == pki.csms.certificate_pem
    assert shown.key_pem == pki.csms.key_pem


def test_what_was_signed_for_a_request_is_known_again(tmp_path: Path) -> None:
    """Also in the next run, when the station comes with it and has not told its serial number."""
    kept = Pki.create(tmp_path)
    csr, _ = make_request("SN-1", "Somebody")
    signed = kept.sign_request(csr, usage="client")
    assert Pki.create(tmp_path).has_signed(signed.certificate)
    assert not kept.has_signed(kept.station("SN-1").certificate)
    assert not Pki.create().has_signed(signed.certificate)


def test_a_faulty_certificate_for_the_rsa_pair_has_an_rsa_key(pki: Pki) -> None:
    assert isinstance(pki.faulty("expired", name="localhost", usage="server", rsa=True).key, rsa.RSAPrivateKey)
    assert isinstance(pki.server(["localhost"], rsa=True).key, rsa.RSAPrivateKey)
