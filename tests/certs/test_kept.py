"""What a PKI in a directory keeps, and what `ocpp-proof certs` adds to it."""

import datetime
from pathlib import Path

import pytest
from cryptography import x509
from ocpp_certs import Pki, UnusableFiles, validity
from ocpp_proof.cli import main


def serials(folder: Path) -> dict[str, int]:
    return {file: made.serial_number for file, (made, _) in validity(folder).items()}


def certs(folder: Path, *options: str) -> int:
    return main(["certs", str(folder), *options])


def test_a_run_keeps_the_hosts_of_the_server(tmp_path):
    Pki.create(tmp_path, hosts=("my-bench.local", "localhost"))
    before = serials(tmp_path)
    again = Pki.create(tmp_path, hosts=("localhost",))
    assert again.hosts == ("my-bench.local", "localhost")
    assert again.csms.common_name == "my-bench.local"
    assert serials(tmp_path) == before


def test_another_host_is_added_and_the_key_stays(tmp_path):
    first = Pki.create(tmp_path, hosts=("localhost", "127.0.0.1"))
    added = Pki.create(tmp_path, hosts=("my-bench.local", "localhost"))
    assert added.hosts == ("my-bench.local", "localhost", "127.0.0.1")
    assert added.csms.common_name == "my-bench.local"
    assert added.csms.certificate.public_key() == first.csms.certificate.public_key()
    assert added.root.certificate == first.root.certificate


def test_one_that_has_expired_keeps_its_hosts(tmp_path):
    pki = Pki.create(tmp_path, hosts=("my-bench.local", "localhost"))
    pki.faulty("expired", name="my-bench.local").write(tmp_path, "csms")
    again = Pki.create(tmp_path, hosts=("localhost",))
    assert again.hosts == ("my-bench.local", "localhost")
    assert again.csms.certificate.not_valid_after_utc > datetime.datetime.now(datetime.UTC)


def test_a_second_station_changes_nothing_else(tmp_path, capsys):
    assert certs(tmp_path, "--host", "my-bench.local", "--station", "CS001") == 0
    before = serials(tmp_path)
    key = (tmp_path / "station-CS001.key").read_bytes()
    assert certs(tmp_path, "--station", "CS002") == 0
    assert certs(tmp_path, "--station", "CS001") == 0
    said = capsys.readouterr().out
    assert serials(tmp_path) == before | {"station-CS002.pem": serials(tmp_path)["station-CS002.pem"]}
    assert (tmp_path / "station-CS001.key").read_bytes() == key
    until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=365)
    assert f"kept  {tmp_path}/station-CS001.pem  for CS001, until {until:%Y-%m-%d}" in said
    assert "The server's certificate is for my-bench.local, localhost" in said


def test_what_is_named_is_replaced_when_asked(tmp_path):
    certs(tmp_path, "--host", "my-bench.local", "--station", "CS001", "--station", "CS002")
    before = serials(tmp_path)
    assert certs(tmp_path, "--station", "CS001", "--replace") == 0
    assert {file for file, serial in serials(tmp_path).items() if before[file] != serial} == {"station-CS001.pem"}
    assert certs(tmp_path, "--host", "other.local", "--replace") == 0
    assert Pki.create(tmp_path).hosts == ("other.local", "localhost", "127.0.0.1", "::1")
    assert serials(tmp_path)["root.pem"] == before["root.pem"]


def test_another_serial_number_needs_replace(tmp_path, capsys):
    certs(tmp_path, "--station", "CS001")
    assert certs(tmp_path, "--station", "CS001", "--serial", "SN-1") == 4
    assert "station-CS001.pem is there already, for 'CS001'; --replace" in capsys.readouterr().err


def test_what_has_expired_needs_replace(tmp_path, capsys):
    pki = Pki.create(tmp_path)
    pki.faulty("expired", name="localhost").write(tmp_path, "csms")
    assert certs(tmp_path) == 4
    assert "csms.pem expired, or will within two days; --replace" in capsys.readouterr().err
    assert certs(tmp_path, "--replace") == 0
    pki.faulty("expired", name="CS001").write(tmp_path, "station-CS001")
    assert certs(tmp_path, "--station", "CS001") == 4
    assert "station-CS001.pem has expired; --replace" in capsys.readouterr().err


def test_a_station_of_another_authority_is_told(tmp_path, capsys):
    Pki.create(None).station("CS001").write(tmp_path, "station-CS001")
    assert certs(tmp_path, "--station", "CS001") == 4
    assert "was signed by another authority" in capsys.readouterr().err


def test_faulty_certificates_of_server_and_station(tmp_path):
    assert certs(tmp_path, "--host", "my-bench.local", "--station", "CS001", "--serial", "SN-1", "--faulty") == 0
    made = {file: certificate for file, (certificate, _) in validity(tmp_path / "faulty").items()}
    servers = {file for file in made if not file.startswith("station-")}
    assert {"wrong_host.pem", "expired.pem", "self_signed.pem"} <= servers
    assert not servers & {"wrong_identity.pem", "identity_contained.pem"}
    stations = {file: made[file] for file in made if file.startswith("station-CS001-")}
    assert {"station-CS001-expired.pem", "station-CS001-wrong_identity.pem"} <= set(stations)
    assert "station-CS001-wrong_host.pem" not in stations
    names = {c.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value for c in stations.values()}
    assert names == {"SN-1", "SN-1-other", "ANOTHER"}
    before = serials(tmp_path / "faulty")
    assert certs(tmp_path, "--station", "CS002", "--faulty") == 0
    assert before.items() <= serials(tmp_path / "faulty").items()


@pytest.mark.parametrize("name", ["authority"])
def test_a_station_cannot_be_called_so(tmp_path, capsys, name):
    assert certs(tmp_path, "--station", name) == 4
    assert "choose another" in capsys.readouterr().err


def test_the_certificate_of_a_station_of_the_harness_is_kept(tmp_path):
    first = Pki.create(tmp_path).kept_station("PROOF-001")
    again = Pki.create(tmp_path).kept_station("PROOF-001")
    assert again.certificate == first.certificate
    assert again.key_pem == first.key_pem
    assert Pki.create(tmp_path).kept_station("PROOF-002").key_pem != first.key_pem


def test_what_certs_made_for_a_station_is_what_the_harness_comes_with(tmp_path):
    assert certs(tmp_path, "--station", "PROOF-001", "--serial", "7731") == 0
    assert Pki.create(tmp_path).kept_station("PROOF-001").common_name == "7731"


def test_an_expired_certificate_of_a_station_keeps_its_key(tmp_path):
    pki = Pki.create(tmp_path)
    old = pki.faulty("expired", name="PROOF-001", usage="client")
    old.write(tmp_path, "station-PROOF-001")
    new = pki.kept_station("PROOF-001")
    assert new.key_pem == old.key_pem
    assert new.certificate.not_valid_after_utc > datetime.datetime.now(datetime.UTC)
    assert pki.kept_station("PROOF-001").certificate == new.certificate


def test_a_certificate_of_somebody_else_is_not_replaced(tmp_path):
    own, other = Pki.create(tmp_path / "own"), Pki.create(tmp_path / "other")
    other.kept_station("PROOF-001").write(tmp_path / "own", "station-PROOF-001")
    with pytest.raises(UnusableFiles, match="signed by another authority"):
        own.kept_station("PROOF-001")
    (tmp_path / "own" / "station-PROOF-001.key").unlink()
    with pytest.raises(UnusableFiles, match="has no key beside it"):
        own.kept_station("PROOF-001")
    assert (tmp_path / "own" / "station-PROOF-001.pem").read_bytes() == other.kept_station("PROOF-001").chain_pem


@pytest.mark.parametrize("name", ["authority", "a/b"])
def test_a_station_whose_name_is_no_file_of_its_own_is_not_kept(tmp_path, name):
    pki = Pki.create(tmp_path)
    before = serials(tmp_path)
    assert pki.kept_station(name).common_name == name
    assert serials(tmp_path) == before
