"""The requirements on getting in, by what they are about: their ids differ between versions and security profiles."""

from __future__ import annotations

from ocpp_proof.sut.sut import Sut

__all__ = ["_RULES", "rule"]

_RULES: dict[str, tuple[dict[int, str], dict[int, str]]] = {
    # what it is about: the number in 1.6 and that in 2.x, by security profile
    "version": ({2: "312", 3: "416"}, {2: "313", 3: "416"}),
    "old version ended": ({2: "314", 3: "418"}, {2: "315", 3: "418"}),
    "old version reported": ({2: "315", 3: "419"}, {2: "316", 3: "419"}),
    "TLS as it is": ({2: "316", 3: "420"}, {2: "317", 3: "420"}),
    "suites of the CSMS": ({2: "317", 3: "421"}, {2: "318", 3: "421"}),
    "suites of the station": ({2: "318", 3: "422"}, {2: "319", 3: "422"}),
    "weak suites": ({2: "319", 3: "423"}, {2: "320", 3: "423"}),
    "weak suite ended": ({2: "321", 3: "425"}, {2: "322", 3: "425"}),
    "weak suite reported": ({2: "322", 3: "426"}, {2: "323", 3: "426"}),
    "bad server ended": ({2: "310", 3: "414"}, {2: "311", 3: "414"}),
    "bad server reported": ({2: "309", 3: "413"}, {2: "310", 3: "413"}),
    "channel secured": ({2: "311", 3: "415"}, {2: "312", 3: "415"}),
    "password checked": ({1: "202", 2: "301"}, {1: "207", 2: "324"}),
    "password sent": ({1: "203", 2: "302"}, {1: "203", 2: "302"}),
    "certificate needed": ({3: "407"}, {3: "407"}),
    "certificate bound": ({3: "405"}, {3: "405"}),
    "certificate sent": ({3: "402"}, {3: "402"}),
}


def rule(about: str, sut: Sut) -> str:
    """The id of the requirement in the version and at the security profile of the run; KeyError where there is none."""
    old, new = _RULES[about]
    return f"1.6S A00.FR.{old[sut.security_profile]}" if sut.ocpp == "1.6" else f"A00.FR.{new[sut.security_profile]}"
