"""Files that a charge point under test fetches or brings, OCPP 1.6: firmware, diagnostics and logs."""

from __future__ import annotations

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import check
from ocpp_proof.net.files import Files
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.files import transfer_protocols

__all__ = ["check_uploaded", "expect_transferred"]


async def expect_transferred(csms: Csms, sut: Sut, action: str, requirement: str, status: str) -> Message:
    """The charge point tells that a transfer goes on (or is over), which fails where it cannot speak the protocol.

    Whether it can, nobody knows where neither SupportedFileTransferProtocols nor sut.toml says: inconclusive.
    """
    failed = ("UploadFailed", "UploadFailure", "DownloadFailed")
    statuses = (status, *failed)
    message = await csms.expect(action, requirement=requirement, within=csms.timing.long, status=statuses)
    if message.status in failed and status not in failed and not await transfer_protocols(csms, sut):
        raise Inconclusive(
            f"{message.status}, and the charge point does not say by what it transfers files "
            '(SupportedFileTransferProtocols): give "file transfer protocols" under [features] of sut.toml'
        )
    check(requirement, message.status == status, expected=f"status {status}", received=dict(message.payload))
    return message


def check_uploaded(
    files: Files, directory: str, name: str, *, upload: str, location: str = "", named: str = ""
) -> None:
    """Judge that one file with content came to where it should, under the name that was given for it.

    A form has the name inside. `upload`, `location` and `named` are the requirements (`upload`, where there is one).
    """
    found = {one.path: len(one.content) for one in files.uploads}
    check(upload, any(found.values()), expected="a file with content", received=found or "no file")
    good = [u for u in files.uploads if u.path.startswith(directory.rstrip("/")) and u.content]
    check(location or upload, bool(good), expected=f"a file under {directory}", received=found or "no file")
    if name:
        told = any(u.path.endswith(name) or name.encode() in u.content for u in files.uploads)
        check(named or upload, told, expected=f"a file with the name {name}", received=found or "no file")
