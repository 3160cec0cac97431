"""Parts of the reference station that need no CSMS, its defects, and the null station."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ocpp_fixtures.station
import pytest
from ocpp_certs import Pki
from ocpp_fixtures.deviations import Behaviours
from ocpp_fixtures.null_station import NullStation
from ocpp_fixtures.rpc import CallFailed, Peer, PeerOptions
from ocpp_fixtures.station import DEFECTS, ReferenceStation
from ocpp_fixtures.station.core.certificates import CertificateStore, Invalid, hash_data
from ocpp_fixtures.station.core.message_queue import MessageQueue
from ocpp_fixtures.station.core.schedule import Applied, composite
from ocpp_fixtures.station.core.transfer import TransferFailed, download, upload
from ocpp_fixtures.station.v2.device_model import Variable

from .bench import Bench, bench, operate

START = datetime(2026, 1, 1, tzinfo=UTC)
LISTED_2 = (
    "A_01 A_04 A_05 A_07 A_09 A_11 B_01 B_02 B_06 B_09 B_20 C_02 C_08 D_01 E_03 E_04 E_15 E_40 F_01 F_20 G_03 H_01 "
    "J_07 K_01 L_01 M_01 N_25 O_01 P_01"
)
LISTED_16 = "001 002 003 010 013 019 021 026 032_1 037_1 054 056 073 078 085 086 087"


def profile(group, level, limit, *, duration=None, start=0, unit="A"):
    schedule = {
        "startSchedule": (START + timedelta(seconds=start)).isoformat(),
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}],
    }
    if duration is not None:
        schedule["duration"] = duration
    return Applied(group, level, "Absolute", schedule, START)


def test_the_higher_level_leads_and_the_stations_maximum_limits():
    profiles = [
        profile("default", 0, 10.0),
        profile("default", 1, 6.0, start=60, duration=60),
        profile("station", 0, 8.0),
    ]
    assert composite(profiles, START, 300, "A") == [
        {"startPeriod": 0, "limit": 8.0},
        {"startPeriod": 60, "limit": 6.0},
        {"startPeriod": 120, "limit": 8.0},
    ]


def test_without_profiles_the_hardware_limits():
    assert composite([], START, 60, "W") == [{"startPeriod": 0, "limit": 11040.0}]
    assert composite([profile("tx", 0, 6900.0, unit="W")], START, 60, "A") == [{"startPeriod": 0, "limit": 10.0}]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("integer", "5", "five"),
        ("integer", "0", "-1"),
        ("boolean", "true", "TRUE"),
        ("decimal", "1.5", "1,5"),
        ("MemberList", "A,B", "A,C"),
        ("MemberList", "A", "A,A"),
        ("OptionList", "A", "C"),
        ("dateTime", "2026-01-01T00:00:00Z", "soon"),
    ],
)
def test_values_are_checked(kind, good, bad):
    limits = {"minimum": 0} if kind in ("integer", "decimal") else {"values": ("A", "B")}
    variable = Variable("C", "V", "", kind, **limits)
    assert variable.problem(good) is None
    assert variable.problem(bad)


@pytest.mark.asyncio
async def test_kept_messages_stay_in_order_and_others_pass_a_waiting_lane():
    sent, refuse = [], {"a"}

    async def send(action, payload):
        sent.append(payload["n"])
        if payload["n"] in refuse:
            refuse.clear()
            raise CallFailed("InternalError")
        return {}

    queue = MessageQueue(send, lambda message: True, lambda message: (3, 0.05))
    runner = asyncio.create_task(queue.run())
    for name in "ab":
        queue.post("X", {"n": name}, queue="transaction")
    queue.post("Y", {"n": "c"})
    async with asyncio.timeout(5):
        await queue.drained()
    runner.cancel()
    assert sent == ["a", "c", "a", "b"]


@pytest.mark.asyncio
async def test_a_connection_that_only_seems_open_does_not_stop_the_world():
    lost = asyncio.Event()

    async def send(action, payload):
        if not lost.is_set():
            raise CallFailed("Disconnected")  # at once, without a pause
        return {}

    queue = MessageQueue(send, lambda message: True, lambda message: (3, 0))
    runner = asyncio.create_task(queue.run())
    queue.post("X", {}, queue="transaction")
    asyncio.get_running_loop().call_later(0.01, lost.set)
    async with asyncio.timeout(5):
        await queue.drained()
    runner.cancel()


def test_certificates():
    pki, now = Pki.create(), datetime.now(UTC)
    store = CertificateStore("CS001")
    store.install("CSMSRootCertificate", pki.root_pem.decode(), now)
    assert store.delete(hash_data(pki.root.certificate, pki.root.certificate))
    expired = pki.faulty("expired", name="x").chain_pem.decode()
    for text in (expired, "no certificate"):
        with pytest.raises(Invalid):
            store.install("CSMSRootCertificate", text, now)
    signed = pki.sign_request(store.request("client", "org").encode(), usage="client")
    with pytest.raises(Invalid):
        store.accept_signed("client", pki.station("CS001").chain_pem.decode(), [pki.root.certificate], now)
    store.accept_signed("client", signed.chain_pem.decode(), [pki.root.certificate], now)
    assert store.client is not None


@pytest.mark.asyncio
async def test_imaginary_servers():
    await upload("ftp://logs.example.com/in", "a.log", b"")
    assert await download("https://firmware.test/a") is None
    with pytest.raises(TransferFailed):
        await download("https://nobody.invalid/a")


def test_every_defect_is_used_and_every_listed_case_has_one():
    folder = Path(ocpp_fixtures.__file__).parent
    text = "".join(f.read_text() for f in folder.rglob("*.py") if f.relative_to(folder).parts[0] != "csms")
    asked_for = {name for name in DEFECTS if text.count(f'"{name}"') > len(re.findall(rf'\(\s*"{name}",\s*"', text))}
    used = asked_for | {name for name, defect in DEFECTS.items() if defect.behaviours}
    assert used == set(DEFECTS)
    own = "".join(f.read_text() for f in (folder / "station").rglob("*.py"))
    assert set(re.findall(r'has\("([a-z0-9-]+)"\)', own)) <= set(DEFECTS)
    for version, listed in (("1.6", LISTED_16), ("2.0.1", LISTED_2), ("2.1", LISTED_2)):
        killed = {case for defect in DEFECTS.values() if version in defect.versions for case in defect.kills}
        assert {f"TC_{name}_CS" for name in listed.split()} <= killed


@pytest.mark.parametrize(
    ("version", "defect", "message"),
    [("2.1", "cache-not-use", "cache-not-used"), ("1.6", "evse-not-sent", "2.0.1"), ("3.0", "", "3.0")],
)
def test_mistakes_are_named(version, defect, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        ReferenceStation(ocpp=version, csms_url="ws://127.0.0.1:1", defects=[defect])


@pytest.mark.asyncio
@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
async def test_each_defect_lets_the_station_boot_or_says_nothing(version):
    """A defect other than those about booting leaves the way to a first boot open."""
    quiet = {"no-status-after-boot", "second-evse-silent", "boots-as-1.6"}
    quiet |= {"compression-forgets"}  # this bench agrees to compression
    for name, defect in DEFECTS.items():
        elsewhere = version == "2.0.1" and "2.1" in defect.versions  # which share these lines
        if version in defect.versions and name not in quiet and not elsewhere:
            async with bench(version, name):
                pass


@pytest.mark.asyncio
@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
async def test_the_null_station_agrees_to_everything(version):
    async with Bench(version) as csms:
        station = NullStation(ocpp=version, csms_url=csms.url)
        await station.start()
        try:
            await csms.wait("StatusNotification")
            reset = "Hard" if version == "1.6" else "Immediate"
            assert await csms.call("Reset", type=reset) == {"status": "Accepted"}
            assert await operate(station, "dance") == 200
            await operate(station, "authorize?id=ABC&type=ISO14443")
            await csms.wait("Authorize")
        finally:
            await station.stop()
    assert csms.problems == []


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
def test_every_defect_alters_a_part_that_the_station_of_its_version_has(version):
    kinds = {PeerOptions, Peer}

    class Spy(Behaviours):
        def altered(self, kind):
            kinds.update(kind.__mro__)
            return kind

    async def build():
        station = ReferenceStation(ocpp=version, csms_url="ws://127.0.0.1:1").station
        station.options.behaviours = Spy()
        type(station)(station.options)
        return type(station)

    kinds.update(asyncio.run(build()).__mro__)
    targets = kinds | {member for kind in kinds for member in vars(kind).values() if callable(member)}
    for name, defect in DEFECTS.items():
        if version in defect.versions and defect.behaviours:
            assert any(behaviour.target in targets for behaviour in defect.behaviours), name
