"""Dialogues about firmware in 2.x: updates, their answers and statuses, and what local controllers publish."""

from __future__ import annotations

from typing import Any

from .probes import TIME, V2, Probe, probe

LATER = "2031-01-01T00:00:00Z"
FIRMWARE = {"location": "https://f.example/a", "retrieveDateTime": TIME}
STATUSES = (
    "DownloadScheduled",
    "DownloadFailed",
    "SignatureVerified",
    "InvalidSignature",
    "InstallScheduled",
    "InstallRebooting",
    "InstallVerificationFailed",
    "InstallationFailed",
    "Installed",
)
PUBLISHED = ("Published", "DownloadFailed", "InvalidChecksum", "PublishFailed")


@probe(*V2)
async def update_at_a_time(p: Probe) -> Any:
    """A time that was asked for is told as it is: one that is not is another one."""
    install = await p.sends("UpdateFirmware", firmware=FIRMWARE | {"installDateTime": LATER})
    retrieve = await p.sends("UpdateFirmware", firmware=FIRMWARE | {"retrieveDateTime": LATER})
    return [
        install[1]["firmware"].get("installDateTime") == LATER,
        retrieve[1]["firmware"]["retrieveDateTime"] == LATER,
    ]


@probe(*V2)
async def updates_one_after_the_other(p: Probe) -> Any:
    async with p.line() as line:
        found = []
        for status in ("Accepted", "AcceptedCanceled"):
            await p.demand("UpdateFirmware", firmware=FIRMWARE)
            asked = await line.answer({"status": status})
            found.append(asked if isinstance(asked, str) else asked[0])
        return found


def answered(action: str, status: str, **payload: Any) -> None:
    """Enter a dialogue in which a station gives this answer, and what comes of its line then."""

    async def dialogue(p: Probe) -> Any:
        async with p.line() as line:
            await p.demand(action, **payload)
            await line.answer({"status": status})
            return await line.call("Heartbeat") != "closed"

    dialogue.__name__ = f"{action}_{status}"
    probe(*V2)(dialogue)


for _status in ("RevokedCertificate", "InvalidCertificate", "AcceptedCanceled", "Rejected"):
    answered("UpdateFirmware", _status, firmware=FIRMWARE)
for _status in ("Unpublished", "NoFirmware", "DownloadOngoing"):
    answered("UnpublishFirmware", _status)


@probe(*V2)
async def firmware_statuses(p: Probe) -> Any:
    async with p.line() as line:
        return [await line.call("FirmwareStatusNotification", status=s, requestId=1) for s in STATUSES]


@probe(*V2)
async def firmware_events(p: Probe) -> Any:
    async with p.line() as line:
        kinds = ("InvalidFirmwareSigningCertificate", "InvalidFirmwareSignature")
        return [await line.call("SecurityEventNotification", type=kind, timestamp=TIME) for kind in kinds]


@probe(*V2)
async def publishing(p: Probe) -> Any:
    location = "https://f.example/a"
    found = [await p.sends("PublishFirmware", location=location), await p.sends("UnpublishFirmware")]
    async with p.line() as line:
        for status in PUBLISHED:
            told = {"location": [location]} if status == "Published" else {}
            found.append(await line.call("PublishFirmwareStatusNotification", status=status, requestId=1, **told))
    return found
