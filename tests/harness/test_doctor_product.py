"""What the doctor compares with the product: what sut.toml claims of it, its tokens, its clock."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ocpp_fixtures.csms import ReferenceCsms, Token
from ocpp_fixtures.station import ReferenceStation
from ocpp_proof.commands.doctor.file import address_to_enter
from ocpp_proof.commands.doctor.report import Report
from ocpp_proof.commands.doctor.times import compare_clocks
from ocpp_proof.sut.config import load
from ocpp_proof.sut.contradictions import contradictions

sys.path.insert(0, str(Path(__file__).parent))
from doctor_bench import csms_toml, doctor, free_port, line, running, station_toml

SOUND = 'vendor = "ocpp-proof"\nmodel = "Reference Station"\nfirmware = "1.0.0"\n'
ALL_16 = ["Core", "FirmwareManagement", "LocalAuthListManagement", "Reservation", "SmartCharging", "RemoteTrigger"]


def of_station(folder, capsys, ocpp, sut, *, build=(), features=""):
    port = free_port()
    file = station_toml(folder, port, sut=f'ocpp = ["{ocpp}"]\n{sut}', features=features)
    with running(ReferenceStation(ocpp=ocpp, csms_url=f"ws://127.0.0.1:{port}/ocpp", build=build)):
        return doctor(file, capsys)


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
def test_what_the_station_is(tmp_path, capsys, ocpp):
    profiles = f"profiles = {ALL_16 if ocpp == '1.6' else ['Core', 'Smart Charging', 'Reservation']}"
    code, said = of_station(tmp_path, capsys, ocpp, SOUND + profiles)
    assert code == 0, said
    assert "it booted: vendor 'ocpp-proof', model 'Reference Station', firmware '1.0.0'" in said
    assert "its clock agrees" in said
    code, said = of_station(
        tmp_path, capsys, ocpp, SOUND.replace('"1.0.0"', '"1.0"').replace("Station", "One") + profiles
    )
    assert code == 1
    assert "sut.model = 'Reference One', and the station says 'Reference Station'" in said
    assert "sut.firmware = '1.0', and the station says '1.0.0'" in said


def test_profiles_that_the_station_does_not_have(tmp_path, capsys):
    code, said = of_station(
        tmp_path,
        capsys,
        "1.6",
        'profiles = ["Core", "Reservation"]',
        build=("no reservation",),
        features='"smart charging" = true',
    )
    assert code == 1
    assert "sut.profiles claims 'Reservation', and by SupportedFeatureProfiles" in line(said, "WRONG")
    assert "the station has 'RemoteTrigger'" in said
    assert "the station has 'SmartCharging'" not in said


def test_features_that_the_station_does_not_have(tmp_path, capsys):
    features = '"authorization cache" = true\n"reserve connector zero" = true\n"reservation" = true'
    code, said = of_station(tmp_path, capsys, "1.6", "", build=("no authorization cache",), features=features)
    assert code == 1
    assert "take it out" in line(said, '"authorization cache" = true')
    assert '"reserve connector zero"' not in said
    assert "which [features] does not claim" in line(said, "AllowOfflineTxForUnknownId")


@pytest.mark.parametrize(
    ("profiles", "features", "ocpp", "told"),
    [
        (("Core", "Reservation"), {"reservation": False}, "1.6", "sut.profiles has 'Reservation', and [features]"),
        (("Core", "SmartCharging"), {"smart charging": False}, "1.6", "sut.profiles has 'SmartCharging'"),
        (("Smart Charging",), {"Smart Charging": False}, "2.0.1", "sut.profiles has 'Smart Charging'"),
        ((), {"C-29": False, "C-29.1": True}, "2.1", '"C-29.1" = true, and "C-29"'),
        (("Core",), {"reserve connector zero": True}, "1.6", 'does not claim "reservation"'),
    ],
)
def test_claims_that_contradict_each_other(profiles, features, ocpp, told):
    (found,) = contradictions(profiles, features, ocpp)
    assert told in found


@pytest.mark.parametrize(
    ("profiles", "features", "ocpp"),
    [
        (("Core", "Reservation"), {"reserve connector zero": True}, "1.6"),
        (("Core",), {"reservation": False}, "1.6"),
        (("Core",), {"C-29.1": True}, "2.0.1"),
        (("Core",), {"C-29": False, "C-29.1": False}, "2.0.1"),
    ],
)
def test_claims_that_go_together(profiles, features, ocpp):
    assert contradictions(profiles, features, ocpp) == []


TOKENS = {"A1": ("Accepted", None), "A2": ("Accepted", "G1"), "B1": ("Blocked", None), "E1": ("Expired", None)}


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
@pytest.mark.parametrize(
    ("values", "told"),
    [
        ('valid = "A1"\nblocked = "B1"\nexpired = "E1"\ninvalid = "N1"', "valid, blocked, expired, invalid"),
        ('valid = { idToken = "A{n}", type = "ISO14443" }\nmember = { idToken = "A2", group = "G1" }', "valid, member"),
        ('valid = "N1"', "values.tokens.valid: the CSMS says"),
        ('valid = ["A1", "B1"]', "values.tokens.valid: the CSMS says Blocked of B1"),
        ('blocked = "A1"', "says Accepted of A1 (type ISO14443), and that name is for a token that is Blocked"),
        ('member = { idToken = "A2", group = "G2" }', "values.tokens.member.group = 'G2', and the CSMS says G1"),
    ],
)
def test_the_tokens(tmp_path, capsys, ocpp, values, told):
    tokens = {id: Token(id, status=status, group=group) for id, (status, group) in TOKENS.items()}
    values = f"parallel = 2\n[values.tokens]\n{values}"
    with running(ReferenceCsms(ocpp=ocpp, tokens=tokens)) as csms:
        code, said = doctor(csms_toml(tmp_path, csms.url, sut=f'ocpp = ["{ocpp}"]', values=values), capsys)
    assert told in said
    assert code == (1 if "values.tokens" in told or "that name" in told else 0)


@pytest.mark.parametrize(("seconds", "wrong"), [(0, 0), (50, 0), (-50, 0), (90, 1), (-7200, 1)])
def test_the_clock(tmp_path, capsys, seconds, wrong):
    config = load(csms_toml(tmp_path, "ws://127.0.0.1:9/ocpp"))
    now = datetime.now(UTC)
    report = Report()
    compare_clocks((now + timedelta(seconds=seconds)).isoformat(), now.timestamp(), "currentTime", config, report)
    assert report.wrong == wrong
    assert ("values.max_time_deviation" in capsys.readouterr().out) is bool(wrong)


def test_an_old_time_in_a_message_says_nothing_of_a_clock(tmp_path, capsys):
    """What waited for a connection is told with the time at which it happened."""
    config = load(csms_toml(tmp_path, "ws://127.0.0.1:9/ocpp"))
    report = Report()
    for seconds, wrong, word in ((-7200, 0, "untried"), (-5, 0, "ok"), (7200, 1, "WRONG")):
        told = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
        compare_clocks(told, datetime.now(UTC).timestamp(), "timestamp", config, report, may_be_old=True)
        assert capsys.readouterr().out.split()[0] == word
        assert report.wrong == wrong


def test_passwords_are_looked_at_and_never_shown(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SHORT", "tooshort")
    for given, notes in [
        ('"tooshort"', 2),
        ('{ env = "SHORT" }', 1),
        ('"0123456789abcdef"', 1),
        ('{ CS1 = "tooshort" }', 2),
    ]:
        connection = f"security_profile = 1\npassword = {given}"
        url = f"ws://127.0.0.1:{free_port()}/ocpp"
        _, said = doctor(csms_toml(tmp_path, url, connection=connection), capsys)
        assert sum("connection.password" in one for one in said.splitlines() if "  note" in one) == notes, said
        assert "tooshort" not in said


def test_the_address_to_enter(tmp_path):
    assert address_to_enter(load(station_toml(tmp_path, 9001))) == "ws://127.0.0.1:9001/ocpp"
    file = station_toml(tmp_path, 9001)
    file.write_text(file.read_text().replace("127.0.0.1", "0.0.0.0"))
    assert "0.0.0.0" not in address_to_enter(load(file))


@pytest.mark.parametrize(
    ("key", "proposed", "role"), [("identitys", "identities", "csms"), ("identitie", "identity", "station")]
)
def test_a_mistyped_key_of_the_connection(tmp_path, capsys, key, proposed, role):
    from ocpp_proof.cli import main

    make = {
        "csms": lambda **o: csms_toml(tmp_path, "ws://h/", **o),
        "station": lambda **o: station_toml(tmp_path, 9, **o),
    }
    assert main(["doctor", "--sut", str(make[role](connection=f'{key} = "A"'))]) == 4
    assert f"did you mean '{proposed}'" in capsys.readouterr().err
