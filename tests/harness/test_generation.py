"""What a run sends of the generated messages, how it is repeated, and which SUT may be disturbed unasked."""

import random
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest
from ocpp_proof.cases.declaration import Case
from ocpp_proof.cases.errors import ConfigurationError
from ocpp_proof.run.disturbance import may_be_disturbed, why_not_disturbed
from ocpp_proof.run.generation import Generation, repeat_line
from ocpp_proof.sut.config import is_loopback, load, parse


@dataclass
class Candidate:
    name: str


MANY = [Candidate(f"m{n}") for n in range(50)]


def test_a_sample_is_decided_by_the_seed():
    first = Generation().chosen(MANY, 5, random.Random("a"))
    assert first == Generation().chosen(MANY, 5, random.Random("a"))
    assert first != Generation().chosen(MANY, 5, random.Random("b"))
    assert len(first) == 5


def test_exhaustive_is_all_and_a_name_is_one():
    assert Generation(exhaustive=True).chosen(MANY, 5, random.Random(1)) == MANY
    assert Generation(message="m7").chosen(MANY, 5, random.Random(1)) == [MANY[7]]
    assert Generation(message="none").chosen(MANY, 5, random.Random(1)) == []


def test_the_others_follow_as_far_as_the_time_goes():
    """Two seconds at 0.1 s each are twenty messages, ten of which were the sample."""
    run = Generation(seconds=2)
    sample = run.chosen(MANY, 10, random.Random(1))
    rest = run.rest(MANY, sample, 0.1, random.Random(1))
    assert len(rest) == 10
    assert not {c.name for c in rest} & {c.name for c in sample}
    assert rest == run.rest(MANY, sample, 0.1, random.Random(1))
    assert rest != run.rest(MANY, sample, 0.1, random.Random(2))
    assert len(run.rest(MANY, sample, 0.001, random.Random(1))) == len(MANY) - 10
    assert run.rest(MANY, sample, 5.0, random.Random(1)) == []


def test_nothing_follows_where_all_or_one_or_only_the_sample_was_wished():
    for run in (Generation(exhaustive=True), Generation(message="m7"), Generation(seconds=0)):
        assert run.rest(MANY, [], 0.001, random.Random(1)) == []


def test_the_line_repeats_defects_and_message(tmp_path):
    file = tmp_path / "my sut.toml"
    file.write_text(
        '[sut]\nname = "x"\nrole = "csms"\nocpp = ["1.6"]\n[connection]\nidentities = ["A"]\n'
        '[driver]\nuse = ["reference"]\n[driver.reference]\ndefects = ["schema-not-checked"]\n'
    )
    line = repeat_line(
        load(file), ocpp="1.6", security_profile=0, seed=7, case="X_SCHEMA_02_CSMS", message="A.b:type:1"
    )
    words = shlex.split(line)
    assert words[:4] == ["ocpp-proof", "run", "--sut", str(file)]
    assert words[-4:] == ["--defect", "schema-not-checked", "--message", "A.b:type:1"]


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost", True),
        ("127.0.0.1.example.com", False),
        ("localhost.example.com", False),
        ("0.0.0.0", False),
        ("192.168.1.2", False),
        ("", False),
    ],
)
def test_only_this_machine_counts_as_loopback(host, own):
    assert is_loopback(host) is own


def why_not(case_id, *, driver="manual", listen="ws://127.0.0.1:9000/ocpp", **connection):
    data = {
        "sut": {"role": "station", "ocpp": ["2.0.1"]},
        "connection": {"listen": listen, **connection},
        "driver": {"use": [driver]},
    }
    config = parse(data, where="sut.toml", folder=Path())
    case = Case(case_id, "station", ("2.0.1",), "", "", {}, disruptive=True)
    return "" if may_be_disturbed(config) else why_not_disturbed(case, config)


def test_an_embedded_system_may_be_disturbed():
    assert why_not("X_NET_01_CS", driver="reference") == ""


def test_a_loopback_address_may_be_a_tunnel_until_somebody_says_otherwise():
    assert "connection.on_this_machine = true" in why_not("X_NET_01_CS")
    assert why_not("X_NET_01_CS", on_this_machine=True) == ""
    told = why_not("X_NET_01_CS", on_this_machine=False)
    assert told.endswith("--allow-disruptive")


def test_another_machine_has_to_allow_it():
    assert why_not("X_NET_01_CS", listen="ws://192.168.1.2:9000/ocpp").endswith("--allow-disruptive")


def test_another_machine_is_not_this_one():
    with pytest.raises(ConfigurationError, match="on_this_machine = true does not go with"):
        why_not("X_NET_01_CS", listen="ws://192.168.1.2:9000/ocpp", on_this_machine=True)
