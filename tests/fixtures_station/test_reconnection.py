"""The back-off of the reference station."""

import random
from dataclasses import replace

import pytest
from ocpp_fixtures.rpc import PeerOptions
from ocpp_fixtures.station.core.connection import Connection, ConnectionSettings

SETTINGS = ConnectionSettings(
    url="ws://127.0.0.1:1",
    user="CS001",
    password=None,
    tls=None,
    wait_minimum=2.0,
    random_range=0.0,
    repeat_times=2,
    ping_interval=0,
    message_timeout=1,
)


def make():
    return Connection(None, "2.0.1", "CS001", random.Random(1), PeerOptions())


@pytest.mark.asyncio
async def test_each_wait_since_the_last_connection_doubles_until_it_was_doubled_often_enough():
    link = make()
    assert [link._wait(SETTINGS) for _ in range(5)] == [2, 4, 8, 8, 8]


@pytest.mark.asyncio
async def test_the_waits_begin_anew_when_somebody_wants_a_connection_at_once():
    link = make()
    assert [link._wait(SETTINGS) for _ in range(2)] == [2, 4]
    link.retry_now()
    assert link._wait(SETTINGS) == 2


@pytest.mark.asyncio
async def test_a_random_time_is_added():
    link = make()
    waits = [link._wait(replace(SETTINGS, random_range=1.0, repeat_times=0)) for _ in range(20)]
    assert all(2 <= wait <= 3 for wait in waits)
    assert len(set(waits)) > 1
