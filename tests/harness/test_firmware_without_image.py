"""What the cases of a firmware update say of a station for which no image is at hand, and that they install nothing."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from ocpp_fixtures.rpc import Peer
from ocpp_fixtures.station.v2 import maintenance as maintenance2
from ocpp_fixtures.station.v16 import maintenance as maintenance16
from ocpp_reports.model import Verdict
from ocpp_testcases.common import files
from ocpp_testcases.ocpp2.station.states import l_firmware as of_2
from ocpp_testcases.ocpp16.station.states import security_firmware as of_16

sys.path.insert(0, str(Path(__file__).parents[1] / "matrix"))

import runner
from survey import SHORT

PLACES = [("1.6", 1, "TC_080_CS"), ("1.6", 1, "TC_081_CS"), ("2.0.1", 0, "TC_L_01_CS"), ("2.1", 0, "TC_L_01_CS")]
PLACES += [("2.0.1", 0, f"TC_L_{number}_CS") for number in ("06", "07", "08", "10", "14")]
NO_IMAGE = SimpleNamespace(reference=None, seed=1)


SIGNED = {"image": "image.bin", "certificate": "signer.pem", "signature": "c2lnbmF0dXJl"}


@pytest.mark.parametrize(("key", "usable"), [("firmware", True), ("invalid_firmware", False)])
@pytest.mark.parametrize("lacking", [(), ("certificate",), ("signature",), ("certificate", "signature")])
def test_an_image_that_is_not_signed_is_none(key, usable, lacking, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "image.bin").write_bytes(b"image")
    (tmp_path / "signer.pem").write_text("a certificate")
    values = {key: {name: value for name, value in SIGNED.items() if name not in lacking}}
    sut = SimpleNamespace(
        role="station", value=lambda name, default=None: values.get(name, default), text=lambda n: "x"
    )
    firmware = files.firmware_at_hand(NO_IMAGE, sut, usable=usable)
    told = f"no signed firmware: values.{key} in sut.toml has no {' and no '.join(lacking)}" if lacking else ""
    assert firmware.missing == told
    assert (firmware.image == b"image") == (not lacking)


@pytest.fixture(autouse=True)
def no_image(monkeypatch):
    """The station counts as one of somebody else."""
    for module in (of_2, of_16):
        monkeypatch.setattr(
            module, "firmware_at_hand", lambda bench, sut, **which: files.firmware_at_hand(NO_IMAGE, sut, **which)
        )


def ran(ocpp, security_profile, case):
    """The result, and the statuses of the update that the station told."""
    results, rules, problems = runner.run(runner.config("station", timing=SHORT), ocpp, security_profile, select=case)
    assert not problems
    assert not [finding for rule in rules for finding in rule.findings]
    frames = [json.loads(r.data) for r in results[0].wire if r.direction == "in" and str(r.data).startswith("[2,")]
    return results[0], [frame[3]["status"] for frame in frames if frame[2].endswith("FirmwareStatusNotification")]


@pytest.mark.parametrize("place", PLACES)
def test_a_sound_station_starts_nothing(place):
    result, statuses = ran(*place)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "no firmware t" in result.reason  # to install, or that cannot be installed
    assert not statuses


@pytest.mark.parametrize("place", PLACES)
def test_one_that_looks_at_no_certificate_finds_nothing_once(place, monkeypatch):
    for maintenance in (maintenance2, maintenance16):
        monkeypatch.setattr(maintenance, "check_signer", lambda pem, roots, moment: None)
    result, statuses = ran(*place)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert statuses == ["Downloading", "DownloadFailed"]


@pytest.mark.parametrize("code", ["NotSupported", "NotImplemented"])
@pytest.mark.parametrize("place", PLACES)
def test_one_that_knows_no_update_fails(place, code, monkeypatch):
    sound = Peer._answer

    async def answer(self, message_id, action, payload):
        if action in ("UpdateFirmware", "SignedUpdateFirmware"):
            await self._write([4, message_id, code, "", {}])
        else:
            await sound(self, message_id, action, payload)

    monkeypatch.setattr(Peer, "_answer", answer)
    result, _ = ran(*place)
    assert result.verdict is Verdict.FAIL
    assert {c.requirement for c in result.checks() if c.verdict is Verdict.FAIL} == {"claimed feature"}
