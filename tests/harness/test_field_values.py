"""Values like the field's: their formats and lengths, and that a seed repeats them."""

import random
import re
from pathlib import Path

import ocpp_fixtures
import pytest
from faker import Faker
from ocpp_proof.ocppj.actions import actions
from ocpp_proof.ocppj.samples import complete
from ocpp_proof.ocppj.schemas import violations
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.config import load
from ocpp_proof.sut.field_values import LANGUAGES, FieldValues, emaid_check_digit
from ocpp_proof.sut.sut import Sut

EXAMPLES = Path(ocpp_fixtures.__file__).parent / "examples"
HEX = "[0-9A-F]"
FORMATS = {
    "ISO14443": f"{HEX}{{8}}|04{HEX}{{12}}",
    "ISO15693": f"E0{HEX}{{14}}",
    "KeyCode": r"\d{8}",
    "eMAID": r"[A-Z]{2}(-?)[A-Z0-9]{3}\1C[A-Z0-9]{8}\1[A-Z0-9]",
    "MacAddress": f"{HEX}{{2}}(:{HEX}{{2}}){{5}}",
    "VIN": "[A-HJ-NPR-Z0-9]{17}",
    "Central": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
}


@pytest.fixture(params=range(40))
def values(request):
    return FieldValues.of(random.Random(request.param))


def sut(ocpp, role="csms", seed="1", case="TC_X"):
    config = load(EXAMPLES / f"reference-{role}.toml")
    return Sut(config, ocpp=ocpp, security_profile=0, identity="CS1", drivers=[], seed=seed, case=case)


@pytest.mark.parametrize(
    ("contract", "digit"),
    [
        ("NN123ABCDEFGHI", "T"),
        ("FRXYZ123456789", "2"),
        ("ITA1B2C3E4F5G6", "4"),
        ("ESZU8WOX834H1D", "R"),
        ("PT73902837ABCZ", "Z"),
        ("DE83DUIEN83QGZ", "D"),
        ("DE83DUIEN83ZGQ", "M"),
        ("DE8AA001234567", "0"),
        ("NLTNM000122045", "U"),
        ("nltnm000122045", "U"),
    ],
)
def test_check_digits_of_contracts_that_others_published(contract, digit):
    assert emaid_check_digit(contract) == digit


@pytest.mark.parametrize("type_", FORMATS)
def test_identifications_have_the_format_of_their_type(values, type_):
    made = values.id_token(type_)
    assert re.fullmatch(FORMATS[type_], made)
    assert len(made) <= 36
    if type_ == "eMAID":
        plain = made.replace("-", "")
        assert emaid_check_digit(plain[:14]) == plain[14]
    if type_ == "MacAddress":
        assert not int(made[:2], 16) & 3  # neither a group's address nor made up locally


def test_a_type_without_a_format_is_said(values):
    with pytest.raises(ValueError, match="NoAuthorization"):
        values.id_token("NoAuthorization")


def test_lengths_of_the_standard(values):
    for reader in (True, False):
        assert 1 <= len(values.id_tag(reader=reader)) <= 20
    for text, most in (
        (values.vendor(), 20),
        (values.model(), 20),
        (values.firmware_version(), 50),
        (values.serial_number(), 25),
        (values.display_text()[1], 512),
        (values.display_text(40)[1], 40),
        *((part, 64) for part in values.subject()),
    ):
        assert 1 <= len(text) <= most
    assert values.vendor(ascii_only=True).isascii()


def test_display_texts_have_every_script_and_signs_beyond_the_bmp():
    made = [FieldValues.of(random.Random(n)).display_text() for n in range(100)]
    assert {language for language, _ in made} == set(LANGUAGES)
    text = "".join(words for _, words in made)
    for first, last in ("Àÿ", "Αω", "Ая", "اي", "一鿿", "ぁヿ", "\U0001f300\U0001faff"):
        assert any(first <= sign <= last for sign in text), first


def test_it_is_a_provider_of_faker():
    fake = Faker()
    fake.add_provider(FieldValues)
    fake.seed_instance(7)
    assert re.fullmatch(FORMATS["ISO14443"], fake.iso14443_uid())
    assert re.fullmatch(FORMATS["VIN"], fake.vin())


@pytest.mark.parametrize("role", ["csms", "station"])
@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
def test_a_seed_and_a_case_repeat_their_values_and_others_differ(ocpp, role):
    def made(**which):
        s = sut(ocpp, role, **which)
        tokens = [s.tokens.fresh() for _ in range(20)]
        return tokens, s.number(), s.text(), s.fresh.display_text(), s.fresh.serial_number()

    assert made() == made()
    assert not set(made()[0]) & set(made(case="TC_Y")[0])
    assert not set(made()[0]) & set(made(seed="2")[0])
    assert made()[1:] != made(seed="2")[1:]


def test_tokens_for_a_reader_are_cards_and_others_are_what_stations_send():
    cards = sut("2.1", "station").tokens
    assert {cards.fresh().type for _ in range(60)} == {"ISO14443"}
    tokens = sut("2.0.1").tokens
    assert {tokens.fresh().type for _ in range(60)} == {"ISO14443", "ISO15693", "KeyCode", "MacAddress"}
    assert tokens.fresh("eMAID").type == "eMAID"
    assert all(len(sut("1.6").tokens.fresh().idToken) <= 20 for _ in range(60))


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
def test_an_empty_wish_becomes_a_valid_request(ocpp, values):
    for action in (a.name for a in actions(ocpp)):
        made = complete(ocpp, action, {}, number=7, moment="2026-01-02T03:04:05Z", text=values.text_for)
        assert not violations(ocpp, action, "request", made), (action, made)
        assert "'sample'" not in str(made), (action, made)


def test_the_stations_of_a_run_have_one_nameplate_and_those_of_another_run_another():
    config = load(EXAMPLES / "reference-csms.toml")

    def plate(seed, ocpp="2.0.1"):
        return Bench(config, ocpp=ocpp, security_profile=0, seed=seed).station("CS1").nameplate

    assert plate(1) == plate(1)
    assert len({plate(seed) for seed in range(20)}) > 15
    assert all(plate(seed, "1.6").vendor.isascii() for seed in range(20))
    for ocpp in ("1.6", "2.0.1", "2.1"):
        for seed in range(20):
            assert not violations(ocpp, "BootNotification", "request", plate(seed, ocpp).boot(ocpp))
