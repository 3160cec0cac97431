"""PICS expressions: the grammar of the catalog's conditions."""

import pytest
from ocpp_proof.cases.declaration import catalog
from ocpp_proof.cases.errors import ConfigurationError
from ocpp_proof.sut.pics import check_features, evaluate


@pytest.mark.parametrize(
    ("condition", "claims", "holds"),
    [
        ("", {}, True),
        ("C-30", {"C-30": True}, True),
        ("C-30", {}, False),
        ("NOT C-13", {}, True),
        ("C-10.2 and C-06.2 and AQ-9 and NOT (C-1)", {"C-10.2": True, "C-06.2": True, "AQ-9": True}, True),
        ("C-30 or C-31 and C-32", {"C-30": True}, True),
        ("(C-30 or C-31) and C-32", {"C-30": True}, False),
        ("HFS-8 > 1 AND NOT HFS-13", {"HFS-8": 2}, True),
        ("HFS-8 > 1", {"HFS-8": 1}, False),
        ("NOT AQ-2 and (C-30 - C-35 or ISO 15118 support)", {"C-33": True}, True),
        ("NOT AQ-2 and (C-30 - C-35 or ISO 15118 support)", {"C-36": True}, False),
        ("C-10.2 and (C-30 or C35)", {"C-10.2": True, "C-35": True}, True),
        ('NOT Product Subtype "Mode 1/2-only Charging Station"', {}, True),
        ("Supported file transfer protocols contains HTTP or HTTPS", {"file transfer protocols": ["HTTPS"]}, True),
        ("Supported file transfer protocols contains HTTP", {"file transfer protocols": ["FTP"]}, False),
    ],
)
def test_conditions(condition, claims, holds):
    assert evaluate(condition, claims).holds is holds


def test_every_condition_of_the_catalog_can_be_read():
    for row in catalog().values():
        evaluate(row.condition, {})


@pytest.mark.parametrize("condition", ["C-30 and", "(C-30", "C-30 C-31", "C-30 & C-31", "and"])
def test_a_condition_that_cannot_be_read_is_said(condition):
    with pytest.raises(ConfigurationError, match="condition"):
        evaluate(condition, {})


def test_the_reason_names_the_features():
    assert evaluate("C-30 and C-31", {"C-30": True}).because == ("C-31",)


def test_an_unknown_feature_names_the_nearest():
    with pytest.raises(ConfigurationError, match="unknown feature 'C-300'"):
        check_features({"C-300": True}, ("2.0.1",), "station", "sut.toml")
