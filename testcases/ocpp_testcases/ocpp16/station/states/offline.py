"""A charge point under test without a connection, OCPP 1.6: what it knows before, what it tells afterwards."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.clock import interval_tolerance, now
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp16.station.states.cache import id_tag_cached
from ocpp_testcases.ocpp16.station.states.configuration import configured
from ocpp_testcases.ocpp16.station.states.local_list import id_tag_in_local_list
from ocpp_testcases.ocpp16.station.states.session import Session
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status

__all__ = [
    "OFFLINE",
    "accepted_offline",
    "check_samples",
    "expect_start_delivered",
    "expect_status_delivered",
    "sample_times",
]

OFFLINE = "authorization cache or local authorization list or offline authorization of unknown tokens"
"""The condition of every case in which somebody starts to charge offline."""
PERIODIC = (None, "Sample.Periodic")


async def accepted_offline(csms: Csms, sut: Sut, token: Token, *, stale: Token | None = None) -> bool:
    """Known offline: the charge point may let the token charge without asking, from all that it has for this

    `stale`: a token that was good and has expired. Returns whether that one is known, too.
    """
    cache, local_list = sut.claims("authorization cache"), sut.claims("local authorization list")
    await configured(csms, {"LocalAuthorizeOffline": "true", "LocalPreAuthorize": "false"})
    await configured(csms, {"AllowOfflineTxForUnknownId": "true"}, if_implemented=True)
    expires = cache and sut.claims("local stop")  # by the answer to the StopTransaction of the token
    if cache:
        if stale is not None and expires:
            await id_tag_cached(csms, sut, stale, expiryDate=now(seconds=-3600))
        await id_tag_cached(csms, sut, token)
    if local_list:
        entries: dict[str, dict[str, Any]] = {token.idToken: {"status": "Accepted"}}
        if stale is not None and not expires:
            entries[stale.idToken] = {"status": "Accepted", "expiryDate": now(seconds=-3600)}
        await id_tag_in_local_list(csms, sut, entries)
    return expires or local_list


async def expect_start_delivered(csms: Csms, tx: Session) -> Message:
    """The connection is back: the charge point tells of the transaction that has started, and for whom."""
    message = await csms.expect(
        "StartTransaction", requirement="1.6 §3.7", within=csms.timing.long, connectorId=tx.connectorId
    )
    tx.id = (message.answer or {}).get("transactionId")
    check_fields("1.6 §4.8", message, {"idTag": ignoring_case(tx.token.idToken)})
    return message


async def expect_status_delivered(csms: Csms, status: str, connectorId: int) -> Message:
    """The charge point reports the status of a connector that changed while it was offline, or since then.

    The official cases want it; 1.6 §4.9 says SHOULD.
    """
    return await expect_connector_status(csms, status, connectorId, requirement=STEP)


def sample_times(message: Message) -> list[datetime]:
    """When the periodic samples in a MeterValues were taken."""
    return [
        datetime.fromisoformat(value["timestamp"])
        for value in message.meterValue or []
        if any(sample.get("context") in PERIODIC for sample in value.get("sampledValue", []))
    ]


def check_samples(sut: Sut, start: datetime, taken: list[datetime], interval: int) -> None:
    """Judge that samples came in the order in which they were taken, and that none is missing since the start."""
    shown = [moment.isoformat() for moment in taken]
    check("1.6 §3.7 order", taken == sorted(taken), expected="samples in chronological order", received=shown)
    moments = sorted(set(taken))  # one whose answer was lost is sent again
    first = (moments[0] - start).total_seconds()
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    wrong = [gap for gap in gaps if abs(gap - interval) > interval_tolerance(sut, interval)]
    check(
        "1.6 §9.1.19",
        first <= interval + interval_tolerance(sut, interval) and not wrong,
        expected=f"a sample every {interval} s since {start.isoformat()}, offline or not",
        received=f"after {first:g} s, then {gaps}",
    )
