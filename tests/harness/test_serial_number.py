"""A station whose serial number is not its identity: its certificate, who is let in, and what is said of it."""

import argparse
import asyncio
import json
from types import SimpleNamespace

import pytest
from cryptography.x509 import load_pem_x509_certificate
from ocpp_certs import Pki, make_request, read_request
from ocpp_proof.cases.errors import ConfigurationError, Inconclusive
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.cases.timing import Timing
from ocpp_proof.commands.certs import certs
from ocpp_proof.commands.doctor.report import Report
from ocpp_proof.commands.doctor.station import compare_serial_number
from ocpp_proof.net.outcome import Accept, Refuse
from ocpp_proof.roles.csms import Csms, HandshakePolicy
from ocpp_proof.roles.handshakes import Handshake
from ocpp_proof.roles.message import Message, Payload
from ocpp_reports.model import CaseResult, StepRecord, Verdict
from ocpp_testcases.common.station_tls import can_be_signed
from ocpp_testcases.ocpp16.station.states.security import check_certificate_owner

PKI = Pki.create()


def csms(**policy):
    return Csms(ocpp="2.0.1", timing=Timing(), policy=HandshakePolicy("CS001", 3, signed=PKI.has_signed, **policy))


def coming_with(certificate):
    tls = SimpleNamespace(peer_certificate=certificate)
    return Handshake(0, "CS001", subprotocols=["ocpp2.0.1"], endpoint=SimpleNamespace(tls=tls))


def verdict(role, certificate):
    return type(role._sound_verdict(coming_with(certificate)))


STATION = {"model": "M", "vendorName": "V", "serialNumber": "SN-2"}


def test_it_is_let_in_by_the_number_that_sut_toml_gives():
    certificate = PKI.station("SN-1").certificate
    assert verdict(csms(serial_number="SN-1"), certificate) is Accept
    assert verdict(csms(), certificate) is Refuse


@pytest.mark.asyncio
async def test_it_is_let_in_by_the_number_that_it_told():
    role, boot = csms(), {"reason": "PowerUp", "chargingStation": STATION}
    role._boots_until = 0.0  # not the first boot of a run, whose answer is held back
    role._received(SimpleNamespace(is_open=False), 0, json.dumps([2, "1", "BootNotification", boot]))
    await asyncio.sleep(0)  # it is answered after everything that the same read brought
    assert role.serial_numbers == {"SN-2"}
    assert verdict(role, PKI.station("SN-2").certificate) is Accept


def test_it_is_let_in_with_what_the_bench_signed():
    csr, _ = make_request("cp001", "Somebody")
    assert verdict(csms(), PKI.sign_request(csr, usage="client").certificate) is Accept
    assert verdict(csms(), PKI.station("cp001").certificate) is Refuse


def test_nothing_is_signed_for_a_name_that_nobody_told():
    csr, _ = make_request("cp001", "Somebody")
    with pytest.raises(Inconclusive, match=r"'cp001'.*values\.serial_number"):
        can_be_signed(csms(), read_request(csr))
    can_be_signed(csms(serial_number="cp001"), read_request(csr))


def test_the_doctor_compares(capsys):
    report = Report()
    compare_serial_number("CS001", {"SN-1"}, report)
    assert report.wrong == 1
    assert "--serial SN-1" in capsys.readouterr().out
    compare_serial_number("SN-1", {"SN-1"}, report)
    compare_serial_number("CS001", set(), report)
    assert report.wrong == 1


def options(directory, *stations, serial=None):
    return argparse.Namespace(
        directory=directory,
        host=None,
        station=list(stations),
        serial=serial,
        organisation="o",
        faulty=False,
        replace=False,
    )


def test_the_certificate_is_made_for_it(tmp_path, capsys):
    certs(options(tmp_path, "CS001", "CS002", serial=["SN-1", "SN-2"]))
    assert 'serial_number = "SN-2"' in capsys.readouterr().out
    made = (tmp_path / "station-CS002.pem").read_bytes()
    assert load_pem_x509_certificate(made).subject.rfc4514_string().count("CN=SN-2") == 1


def test_each_station_needs_its_own(tmp_path):
    with pytest.raises(ConfigurationError, match="--serial was given 1 times and --station 2 times"):
        certs(options(tmp_path, "CS001", "CS002", serial=["SN-1"]))


@pytest.mark.parametrize(("given", "right"), [("SN-1", True), ("", False)])
def test_a_charge_point_that_tells_no_number_has_the_one_of_sut_toml(given, right):
    """In a BootNotification of 1.6 both numbers are optional."""
    run = CaseRun(CaseResult("TC_087_CS", "t", "1.6", 3, "station", "s", scenario=StepRecord("scenario", kind="root")))
    boot = Message("BootNotification", Payload({"chargePointVendor": "V", "chargePointModel": "M"}), "1", 0, 0.0, 0, [])
    with running(run):
        check_certificate_owner(csms(serial_number=given), ["SN-1"], boot)
    (judged,) = run.step.checks
    assert (judged.verdict is Verdict.PASS) is right
