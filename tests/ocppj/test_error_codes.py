"""Error codes by version, and which fit what."""

import pytest
from ocpp_proof.ocppj.error_codes import PROBLEMS, error_codes, fitting_codes, is_corrected
from ocpp_proof.ocppj.frames import VERSIONS


def test_spellings_differ_by_version() -> None:
    assert {"FormationViolation", "OccurenceConstraintViolation"} <= error_codes("1.6")
    assert not {"FormatViolation", "OccurrenceConstraintViolation", "RpcFrameworkError"} & error_codes("1.6")
    assert len(error_codes("1.6")) == 10
    assert len(error_codes("2.0.1")) == 12
    assert error_codes("2.0.1") == error_codes("2.1")


def test_the_errata_of_1_6_say_how_two_codes_should_have_been_spelt() -> None:
    for code in ("FormatViolation", "OccurrenceConstraintViolation"):
        assert is_corrected("1.6", code)
        assert not is_corrected("2.0.1", code)
    assert not is_corrected("1.6", "MessageTypeNotSupported")


@pytest.mark.parametrize("version", VERSIONS)
def test_what_fits_is_known_to_the_version(version: str) -> None:
    for problem in PROBLEMS:
        codes = fitting_codes(version, problem)
        assert codes
        assert set(codes) <= error_codes(version)
        assert len(set(codes)) == len(codes)


def test_the_best_one_is_first() -> None:
    assert fitting_codes("1.6", "required")[0] == "ProtocolError"
    assert fitting_codes("2.0.1", "required")[0] == "OccurrenceConstraintViolation"
    assert fitting_codes("2.1", "type")[0] == "TypeConstraintViolation"
    with pytest.raises(KeyError):
        fitting_codes("2.1", "colour")
