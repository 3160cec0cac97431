"""`ocpp-proof init`: each answer is checked while it asks, and what it writes is right."""

import sys
import tomllib
from pathlib import Path

import pytest
from ocpp_certs import Pki
from ocpp_fixtures.csms import ReferenceCsms, TlsFiles
from ocpp_fixtures.station import ReferenceStation
from ocpp_proof.cli import main
from ocpp_proof.commands.init.drivers import NAMES, stanza
from ocpp_proof.sut.config import load
from ocpp_proof.sut.drivers import make

sys.path.insert(0, str(Path(__file__).parent))
from doctor_bench import doctor, free_port, running


@pytest.fixture(autouse=True)
def own_modules(monkeypatch):
    """What a driver imports from a folder is no module of the next test."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    for name in ("my_bench", "bench_of_the_doctor", "bench_of_this_test"):
        sys.modules.pop(name, None)


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """Somebody who answers by what is asked; what is not foreseen is answered with Enter."""
    monkeypatch.chdir(tmp_path)
    asked = []

    def answer(answers):
        left = {question: [given] if isinstance(given, str) else list(given) for question, given in answers.items()}

        def typed(prompt):
            asked.append(prompt)
            for question, given in left.items():
                if question in prompt and given:
                    return given.pop(0)
            return ""

        monkeypatch.setattr("builtins.input", typed)
        code = main(["init", "sut.toml"])
        assert not any(left.values()), left
        return code

    answer.asked = asked
    answer.file = tmp_path / "sut.toml"
    return answer


def test_a_station_with_enter_alone(bench, capsys):
    assert bench({}) == 0
    config = load(bench.file)
    assert (config.role, config.versions, config.profiles) == ("station", ("2.0.1",), ("Core",))
    assert "certs" not in capsys.readouterr().out


@pytest.mark.parametrize("profile", ["2", "3"])
@pytest.mark.parametrize("role", ["station", "csms"])
def test_tls_mentions_certs_and_doctor(bench, capsys, monkeypatch, role, profile):
    monkeypatch.setenv("OF_BENCH", "0123456789abcdef")
    answers = {"What is tested": role, "Security profile": profile}
    if role == "csms":
        answers["Address of"] = "wss://127.0.0.1:9000/ocpp"
    assert bench(answers | ({"Environment variable": "OF_BENCH"} if profile == "2" else {})) == 0
    said = capsys.readouterr().out
    assert "ocpp-proof certs pki" in said
    assert "ocpp-proof doctor --sut sut.toml" in said
    assert ("--station CS001 --serial NUMBER" in said) is (role == "station" and profile == "3")
    assert load(bench.file).connection.pki == bench.file.parent.resolve() / "pki"


def test_wrong_answers_are_asked_again(bench, capsys):
    code = bench(
        {
            "OCPP versions": ["1.5", "1.6"],
            "Address on which": [
                "192.168.1.5:9000",
                "wss://192.168.1.5:9000",
                "ws://192.168.1.5/ocpp",
                "ws://192.168.1.5:9000/ocpp",
            ],
            "Identity of": ["CS:1", "CS1"],
            "Certification profiles": ["Core, Reservatoin", "Core, Reservation"],
            "Features": ["?", "fixed cabel", "fixed cable"],
            "How is": ["webhok", "webhook"],
            "Base address": ["127.0.0.1:80", "http://127.0.0.1:80"],
        }
    )
    said = capsys.readouterr().out
    assert code == 0
    for hint in (
        "some of 1.6, 2.0.1, 2.1, please",
        "begins with ws://, such as ws://192.168.1.5:9000/ocpp",
        "at security profile 0 it begins with ws://",
        "it needs a port",
        "must not contain ':'",
        "did you mean 'Reservation'",
        "did you mean 'fixed cable'",
        "  fixed cable ",
        "an http:// or https:// address",
        "please one of: octt-api, webhook",
    ):
        assert hint in said
    config = load(bench.file)
    assert config.features == {"fixed cable": True}
    assert config.profiles == ("Core", "Reservation")
    assert config.connection.listen == "ws://192.168.1.5:9000/ocpp"


def test_a_csms_is_not_asked_for_what_charge_points_have(bench):
    tokens = {"that may charge": ["-", "PROOF{n:03}"], "that is blocked": "04B1"}
    assert bench({"What is tested": "csms", "OCPP versions": "1.6"} | tokens) == 0
    text = bench.file.read_text()
    assert "fixed cable" not in text
    assert "backup power" not in text
    assert "several security profiles" in text
    assert load(bench.file).tokens["blocked"]["idToken"] == "04B1"


@pytest.mark.parametrize("driver", NAMES)
@pytest.mark.parametrize("role", ["station", "csms"])
def test_the_stanza_of_each_driver_works(bench, role, driver):
    answers = {"What is tested": role, "How is": driver}
    assert bench(answers) == 0
    config = load(bench.file)
    if driver == "python":
        (bench.file.parent / "my_bench.py").write_text("class Bench: ...\n")
    if driver != "manual":
        assert make(driver, config.driver_options.get(driver), config.folder).name == driver


def test_what_octt_api_and_webhook_need(bench):
    assert stanza("csms", "octt-api", "http://h/api/") == ['octt-api = { csms = "http://h/api" }']
    made = make("webhook", tomllib.loads("\n".join(stanza("station", "webhook", "http://h")))["driver"]["webhook"])
    assert made.can("plug_in")


def test_a_station_is_read(bench, capsys):
    port = free_port()
    with running(ReferenceStation(ocpp="1.6", csms_url=f"ws://127.0.0.1:{port}/ocpp", build=("no reservation",))):
        answers = {"OCPP versions": "1.6", "Address on": f"ws://127.0.0.1:{port}/ocpp", "Read vendor": "yes"}
        assert bench(answers) == 0
    config = load(bench.file)
    assert (config.vendor, config.model, config.firmware) == ("ocpp-proof", "Reference Station", "1.0.0")
    assert set(config.profiles) >= {"Core", "SmartCharging"}
    assert "Reservation" not in config.profiles
    assert config.features == {"authorization cache": True, "offline authorization of unknown tokens": True}


def test_what_is_waited_for_names_no_option_that_init_has_not(bench, capsys, monkeypatch):
    monkeypatch.setattr("ocpp_proof.commands.init.product._TO_CONNECT", 0.1)
    assert bench({"Address on": f"ws://127.0.0.1:{free_port()}/ocpp", "Read vendor": "y"}) == 0
    said = capsys.readouterr().out
    assert "the station has 0.1 s to connect" in said
    assert "nothing tried to connect" in said
    assert "--wait" not in said


@pytest.mark.parametrize(("answer", "meant"), [("y", True), ("Yes", True), ("N", False), ("no", False)])
def test_an_answer_may_be_its_beginning(bench, answer, meant):
    assert bench({"Address on": "ws://127.0.0.1:9000/ocpp", "run on this machine": answer}) == 0
    assert load(bench.file).connection.on_this_machine is meant


def test_what_begins_no_answer_is_asked_again(bench, capsys):
    assert bench({"What is tested": ["x", "CSMS"], "OCPP versions": "1.6"}) == 0
    assert "please one of: station, csms" in capsys.readouterr().out
    assert load(bench.file).role == "csms"
    assert [prompt for prompt in bench.asked if "csms" in prompt] == ["What is tested (station/csms) [station]: "] * 2


def test_a_nameplate_that_nobody_gave_is_not_made_up(bench):
    assert bench({}) == 0
    config = load(bench.file)
    assert (config.vendor, config.model, config.firmware, config.name) == ("", "", "", "station")


def test_a_station_that_cannot_be_read_is_no_traceback(bench, capsys):
    assert bench({"Security profile": "3", "Read vendor": "yes"}) == 0
    said = capsys.readouterr().out
    assert "first make the certificates, in another terminal: ocpp-proof certs pki --host" in said
    assert "it could not be read: connection.pki" in said


def test_doctor_takes_what_is_written(bench, capsys):
    with running(ReferenceCsms(ocpp="1.6")) as csms:
        assert bench({"What is tested": "csms", "OCPP versions": "1.6", "Address of": csms.url}) == 0
        code, said = doctor(bench.file, capsys)
    assert code == 0, said


def test_what_a_csms_shows_is_offered(bench, capsys):
    with running(ReferenceCsms(ocpp="1.6")) as csms:
        assert bench({"What is tested": "csms", "Address of": csms.url, "Look at": "yes"}) == 0
    said = capsys.readouterr().out
    assert "it takes stations with OCPP 1.6, and lets PROOF-001 in as it comes" in said
    assert "it answered a boot with Accepted" in said
    config = load(bench.file)
    assert (config.versions, config.connection.security_profile) == (("1.6",), 0)


def test_a_csms_that_wants_a_password(bench, capsys, monkeypatch):
    monkeypatch.setenv("OF_BENCH", "0123456789abcdef")
    passwords = {"PROOF-001": "0123456789abcdef"}
    with running(ReferenceCsms(ocpp="2.1", security_profile=1, passwords=passwords)) as csms:
        answers = {"What is tested": "csms", "Address of": csms.url, "Look at": "yes", "OCPP versions": "2.1"}
        assert bench(answers | {"Environment variable": "OF_BENCH"}) == 0
    said = capsys.readouterr().out
    assert "it wants a password, as at security profile 1" in said
    assert "the CSMS let PROOF-001 in" in said
    assert load(bench.file).connection.security_profile == 1


@pytest.mark.parametrize("profile", [2, 3])
def test_a_csms_with_tls(bench, capsys, monkeypatch, tmp_path, profile):
    monkeypatch.setenv("OF_BENCH", "0123456789abcdef")
    pki = Pki.create(tmp_path / "pki")
    files = pki.csms.write(tmp_path, "shown")
    ca = tmp_path / "pki" / "root.pem"
    tls = TlsFiles(certificate=files.certificate, key=files.key, client_ca=ca if profile == 3 else None)
    passwords = {"PROOF-001": "0123456789abcdef"}
    with running(ReferenceCsms(ocpp="2.1", security_profile=profile, tls=tls, passwords=passwords)) as csms:
        answers = {"What is tested": "csms", "Address of": csms.url, "Look at": "yes", "OCPP versions": "2.1"}
        assert bench(answers | ({"Environment variable": "OF_BENCH"} if profile == 2 else {})) == 0
    said = capsys.readouterr().out
    assert f"as at security profile {profile}" in said
    assert "the CSMS let PROOF-001 in over TLSv1.3" in said
    assert load(bench.file).connection.security_profile == profile
    assert (tmp_path / "pki" / "station-PROOF-001.pem").is_file() is (profile == 3)


def test_a_csms_that_is_not_there_is_no_traceback(bench, capsys):
    address = f"ws://127.0.0.1:{free_port()}/ocpp"
    assert bench({"What is tested": "csms", "Address of": address, "Look at": "yes"}) == 0
    assert "refused in the tcp phase" in capsys.readouterr().out


def test_the_security_profile_and_the_address_of_a_csms_agree(bench, capsys):
    assert (
        bench({"What is tested": "csms", "Address of": "ws://csms.example/ocpp", "Security profile": ["2", "0"]}) == 0
    )
    assert "the address begins with ws://" in capsys.readouterr().out


def test_the_end_of_the_input_takes_the_defaults(monkeypatch, tmp_path):
    def ended(prompt):
        raise EOFError

    monkeypatch.setattr("builtins.input", ended)
    assert main(["init", str(tmp_path / "sut.toml")]) == 0


@pytest.mark.parametrize(
    ("name", "said"), [("missing/sut.toml", "there is no folder"), ("sut.toml", "is there already")]
)
def test_where_it_cannot_be_written(tmp_path, capsys, name, said):
    (tmp_path / "sut.toml").touch()
    assert main(["init", str(tmp_path / name)]) == 4
    assert said in capsys.readouterr().err
