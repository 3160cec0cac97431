"""A time limit does not count the time in which the loop was held up, and ends all the same."""

import asyncio
import time

import pytest
from ocpp_proof.net import waiting
from ocpp_proof.net.waiting import timeout

pytestmark = pytest.mark.asyncio


def hold_up(seconds):
    """Keep the loop from running anything, as a busy machine does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


async def test_what_is_in_time_is_in_time():
    async with timeout(30) as limit:
        await asyncio.sleep(0)
    assert not limit.expired()


async def test_the_limit_is_reached():
    with pytest.raises(TimeoutError):
        async with timeout(0.02) as limit:
            await asyncio.Event().wait()
    assert limit.expired()


async def test_what_came_while_the_loop_was_held_up_is_in_time():
    loop = asyncio.get_running_loop()
    came = loop.create_future()
    async with timeout(0.5):
        # due well before the limit, and behind several turns of the loop: as an answer that lies in a socket's buffer
        loop.call_later(0.1, hold_up, 0.8)
        loop.call_later(0.2, lambda: loop.call_soon(lambda: loop.call_soon(came.set_result, "answer")))
        assert await came == "answer"


async def test_a_loop_that_is_held_up_again_and_again_does_not_put_the_limit_off_for_ever(monkeypatch):
    monkeypatch.setattr(waiting, "MOST", 2.0)
    loop = asyncio.get_running_loop()

    def again():
        hold_up(0.11)
        loop.call_soon(again)

    loop.call_soon(again)
    began = loop.time()
    with pytest.raises(TimeoutError):
        async with timeout(0.5):
            await asyncio.Event().wait()
    assert loop.time() - began >= 0.9


async def test_cancelled_from_outside_it_is_cancelled():
    async def wait():
        async with timeout(30):
            await asyncio.Event().wait()

    task = asyncio.ensure_future(wait())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_a_limit_that_is_long_past_when_the_loop_wakes_ends_once():
    """Put off to a moment that has passed as well, it is not put off again while it ends."""
    for _ in range(20):
        with pytest.raises(TimeoutError):
            async with timeout(0.01):
                hold_up(0.06)
                await asyncio.sleep(0)
                hold_up(0.06)
                await asyncio.Event().wait()
