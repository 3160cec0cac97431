"""An answer to a message that seemed to be dropped is waited for once more, together, before its case ends."""

import asyncio
import time

import pytest
from ocpp_proof.ocppj.frames import CallResult
from ocpp_proof.roles.late_answers import LateAnswers


@pytest.mark.asyncio
async def test_all_get_the_time_together_and_no_more_than_they_need():
    late = LateAnswers()
    for number in range(3):
        late.dropped(str(number), "Heartbeat", {}, sent=time.monotonic())
    waiting = asyncio.create_task(late.settle(60))
    for number in range(3):
        await asyncio.sleep(0)
        assert not waiting.done()
        assert late.take(CallResult(str(number), {}))
    await waiting
    assert [one.message_id for one in late.came()] == ["0", "1", "2"]
    assert all(one.seconds >= 0 for one in late.came())


@pytest.mark.asyncio
async def test_what_is_never_answered_ends_with_the_time():
    late = LateAnswers()
    late.dropped("1", "Heartbeat", {}, sent=time.monotonic())
    await late.settle(0.01)
    assert late.came() == []
