"""What the states of 1.6 charge points decide by themselves: connectors, keys of roots, tolerances, observations."""

import time
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.net.tls import OCPP_SUITES
from ocpp_proof.roles.connector_statuses import ConnectorStatuses
from ocpp_proof.roles.message import Message, Payload
from ocpp_proof.roles.open_transactions import OpenTransactions
from ocpp_testcases.common.clock import interval_tolerance, moment_of
from ocpp_testcases.common.files import transfer_protocols
from ocpp_testcases.ocpp16.station.states.configuration import connectors, whole_minutes
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.security_certificates import authority_key
from ocpp_testcases.ocpp16.station.states.smart_charging import no_charging_profiles

ELLIPTIC, RSA = OCPP_SUITES[:2], OCPP_SUITES[2:]


def message(action, answer=None, **fields):
    return Message(action, Payload(fields), "id", 0, 0.0, 0, answer=answer)


class Sut(SimpleNamespace):
    connectorId = 1
    ocpp = "1.6"

    def value(self, name, default=None):
        return vars(self).get(name, default)


class Charger:
    """A charge point with these configuration keys, which reported these connectors."""

    def __init__(self, keys=None, statuses=()):
        self.keys, self.connector_statuses = keys or {}, ConnectorStatuses()
        for number in statuses:
            self.connector_statuses.heard(message("StatusNotification", connectorId=number, status="Available"))

    async def call(self, action, key):
        return Payload(configurationKey=[{"key": k, "value": self.keys[k]} for k in key if k in self.keys])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("charger", "sut", "count"),
    [
        (Charger({"NumberOfConnectors": "2"}), None, 2),
        (Charger(statuses=(0, 1, 2, 3)), None, 3),
        (Charger({"NumberOfConnectors": "two"}), Sut(connectorId=4), 4),
    ],
)
async def test_how_many_connectors(charger, sut, count):
    assert await connectors(charger, sut) == count


@pytest.mark.asyncio
async def test_nothing_tells_how_many_connectors():
    with pytest.raises(Inconclusive, match="NumberOfConnectors"):
        await connectors(Charger())


@pytest.mark.parametrize(
    ("suites", "values", "kind"),
    [
        (ELLIPTIC, {}, ec.EllipticCurvePrivateKey),
        (ELLIPTIC + RSA, {}, ec.EllipticCurvePrivateKey),
        (RSA, {}, rsa.RSAPrivateKey),
        (RSA, {"certificate_key": "EC"}, ec.EllipticCurvePrivateKey),
        (ELLIPTIC, {"certificate_key": "RSA"}, rsa.RSAPrivateKey),
        (None, {}, ec.EllipticCurvePrivateKey),
    ],
)
def test_a_root_has_a_key_that_the_charge_point_knows(suites, values, kind):
    tls = None if suites is None else SimpleNamespace(client_hello=SimpleNamespace(suites=suites))
    csms = SimpleNamespace(connections=[SimpleNamespace(tls=tls)])
    assert isinstance(authority_key(csms, Sut(**values)), kind)


class Limited(Charger):
    """A charge point whose composite schedule has these limits."""

    def __init__(self, *limits):
        super().__init__()
        self.limits, self.asked = limits, []

    async def attempt(self, action, **fields):
        self.asked.append(action)
        periods = [{"startPeriod": 60 * n, "limit": limit} for n, limit in enumerate(self.limits)]
        return Payload(status="Accepted", chargingSchedule={"chargingRateUnit": "A", "chargingSchedulePeriod": periods})


@pytest.mark.asyncio
@pytest.mark.parametrize("limits", [(6,), (16, 10)])
async def test_profiles_of_an_operator_are_not_cleared_but_end_the_case(limits):
    charger = Limited(*limits)
    with pytest.raises(Inconclusive, match="allow-disruptive"):
        await no_charging_profiles(charger, Sut(), SimpleNamespace(may_disturb=False))
    assert "ClearChargingProfile" not in charger.asked


@pytest.mark.asyncio
@pytest.mark.parametrize("limits", [(), (-1,), (0,), (32,), (32, 32)])
async def test_what_a_charge_point_has_without_profiles_ends_no_case(limits):
    await no_charging_profiles(Limited(*limits), Sut(), SimpleNamespace(may_disturb=False))


@pytest.mark.asyncio
async def test_profiles_are_cleared_where_that_may_disturb():
    charger = Limited(6)
    await no_charging_profiles(charger, Sut(), SimpleNamespace(may_disturb=True))
    assert charger.asked == ["ClearChargingProfile"]


@pytest.mark.parametrize(("interval", "tolerance"), [(10, 4), (60, 4), (1, 0.4)])
def test_half_an_interval_is_not_taken_for_one(interval, tolerance):
    assert interval_tolerance(Sut(), interval) == tolerance


def test_the_tester_chooses_the_tolerance():
    assert interval_tolerance(Sut(max_time_deviation=2), 10) == 2


def test_an_interval_that_everybody_can_keep_and_that_is_new():
    rng = SimpleNamespace(choice=lambda values: values)
    values = whole_minutes(Sut(rng=rng), "120")
    assert "120" not in values
    assert all(int(value) % 60 == 0 for value in values)


def test_the_last_status_of_a_connector_counts():
    seen = ConnectorStatuses()
    for status in ("Available", "Reserved"):
        seen.heard(message("StatusNotification", connectorId=1, status=status))
    seen.heard(message("StartTransaction", {"transactionId": 7}, connectorId=2))
    assert seen.last == {1: "Reserved"}


def test_a_connector_that_is_not_available_is_in_use_until_it_is():
    seen = ConnectorStatuses()
    assert not seen.in_use(1, 1)
    seen.heard(message("StatusNotification", connectorId=1, status="Finishing"))
    assert "Finishing" in seen.in_use(1, 1)
    assert not seen.in_use(1, 2)
    seen.heard(message("StatusNotification", connectorId=0, status="Faulted"))
    assert "Faulted" in seen.in_use(1, 2)
    began = time.monotonic()
    assert not seen.freed_since(began, 1, 1)
    for number in (0, 1):
        seen.heard(message("StatusNotification", connectorId=number, status="Available"))
    assert not seen.in_use(1, 1)
    assert seen.freed_since(began, 1, 1)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("keys", "features", "protocols"),
    [
        ({"SupportedFileTransferProtocols": "FTP, http"}, {}, {"FTP", "HTTP"}),
        ({}, {"file transfer protocols": ["HTTPS"]}, {"HTTPS"}),
        ({}, {}, set()),
    ],
)
async def test_by_what_files_go(keys, features, protocols):
    assert await transfer_protocols(Charger(keys), Sut(config=SimpleNamespace(features=features))) == protocols


@pytest.mark.parametrize("text", ["2026-11-29T07:00:00", "2026-11-29T07:00:00Z", "2026-11-29T08:00:00+01:00"])
def test_a_time_without_an_offset_is_utc(text):
    assert moment_of(text) == moment_of("2026-11-29T07:00:00.000Z")


def started(number):
    return message("StartTransaction", {"transactionId": number}, connectorId=number)


def test_a_transaction_that_nothing_ends_is_stuck_until_its_end_is_told():
    seen = OpenTransactions()
    for number in (1, 2, 3):
        seen.heard(started(number))
    assert seen.open == {1: (None, 1), 2: (None, 2), 3: (None, 3)}
    seen.leave(1)
    seen.forget(2)
    assert (seen.stuck, seen.open) == ({1}, {3: (None, 3)})
    seen.heard(message("StopTransaction", {}, transactionId=1))
    assert not seen.stuck


def test_a_start_that_got_no_answer_is_no_transaction():
    seen = OpenTransactions()
    seen.heard(message("StartTransaction", None, connectorId=1))
    assert not seen.open


@pytest.mark.asyncio
async def test_no_case_begins_beside_a_transaction_that_nothing_ends():
    charger = Charger()
    charger.transactions = OpenTransactions()
    charger.transactions.heard(started(7))
    charger.transactions.leave(7)
    with pytest.raises(Inconclusive, match="7"):
        await idle(charger, Sut())
