"""Which product a run was about: by its own BootNotification, else by sut.toml."""

import json

import pytest
from ocpp_reports.model import CaseResult, RunResult, WireRecord
from ocpp_reports.product import different, product_of

BOOT_16 = {"chargePointVendor": "Acme", "chargePointModel": "M1", "firmwareVersion": "1.0"}


def boot_2(firmware="1.0"):
    named = {"vendorName": "Acme", "model": "M1", "firmwareVersion": firmware}
    return {"reason": "PowerUp", "chargingStation": named}


def run(*payloads, role="station", firmware="", text=None):
    made = RunResult("Acme", role, "2.0.1", 0, vendor="Claimed", model="M0", firmware=firmware)
    case = CaseResult("TC", "t", "2.0.1", 0, role, "Acme", started=1.0)
    texts = [json.dumps([2, "1", "BootNotification", payload]) for payload in payloads] + ([text] if text else [])
    case.wire = [WireRecord(1.0, "in", "text", data) for data in texts]
    made.cases = [case]
    return made


@pytest.mark.parametrize("payload", [BOOT_16, boot_2()])
def test_a_station_is_what_it_says_when_it_boots(payload):
    found = product_of(run(payload))
    assert (found.names, found.said_by) == (("Acme", "M1", "1.0"), "BootNotification")


@pytest.mark.parametrize(
    "text", ['[2,"1","BootNotification",', '[3,"1",{"a":"BootNotification"}]', '"BootNotification"']
)
def test_what_is_no_boot_says_nothing(text):
    assert product_of(run(text=text)).said_by == "sut.toml"


def test_a_csms_is_what_sut_toml_says():
    assert str(product_of(run(boot_2(), role="csms"))) == "Claimed M0 (by sut.toml)"


def test_who_is_not_named_is_known_by_the_name_of_the_sut():
    runs = [RunResult(name, "csms", "2.0.1", 0) for name in ("A", "B", "A")]
    assert different(runs[::2]) == ""
    assert different(runs[:2]) == "A (by sut.toml) and B (by sut.toml)"


def test_the_first_boot_counts():  # a case that installs firmware changes the version
    assert product_of(run(boot_2("1.0"), boot_2("2.0"))).firmware == "1.0"


def test_unlike_products():
    assert different([run(boot_2()), run(BOOT_16)]) == ""
    assert "Acme M1 1.0 (by BootNotification) and Acme M1 2.0" in different([run(boot_2()), run(boot_2("2.0"))])
    assert different([run(boot_2()), run()]) == ""  # by sut.toml, where one never booted
    assert "(by sut.toml)" in different([run(boot_2()), run(firmware="7")])
    assert different([run(), run(role="csms")]) == "a csms and a station"
