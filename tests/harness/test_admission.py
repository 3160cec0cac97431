"""New credentials are tried until they hold, and seldom enough not to be locked out."""

import asyncio
import time
from itertools import pairwise

import pytest
from ocpp_proof.cases.timing import Timing
from ocpp_proof.net.endpoint import ConnectionRefused
from ocpp_proof.roles.station import Credentials
from ocpp_testcases.common.admission import let_in

pytestmark = pytest.mark.asyncio
TIMING = Timing(event=1.5, quiet=0.1)
OLD, NEW = Credentials("CS1", password="old"), Credentials("CS1", password="new")


class Door:
    """A station in front of a CSMS that lets it in with these credentials from the attempt with this number on."""

    def __init__(self, right=None, number=0):
        self.right, self.number = right, number
        self.timing, self.credentials, self.tried = TIMING, OLD, []
        self.refusal = ConnectionRefused("wrong password", phase="handshake", status=401)

    async def try_connection(self, *, credentials, url, asking):
        self.tried.append((time.monotonic(), credentials, asking))
        return ("" if credentials is self.right and len(self.tried) > self.number else "401"), None

    async def wait_until(self, condition, seconds, what):
        await asyncio.sleep(seconds)
        raise TimeoutError


async def test_it_is_let_in_when_the_password_is_stored():
    door = Door(right=NEW, number=3)
    assert await let_in(door, OLD, NEW) == (["401"], None, 3, False)
    assert door.credentials is NEW
    assert [asking for _, _, asking in door.tried] == [("Heartbeat", {})] * 4


async def test_it_stays_away_longer_each_time_and_gives_up():
    door = Door()
    assert await let_in(door, NEW, asking=None) == (["401"], None, len(door.tried), False)
    pauses = [b - a for (a, *_), (b, *_) in pairwise(door.tried)]
    assert len(door.tried) <= 6
    assert all(later > 1.5 * sooner for sooner, later in pairwise(pauses[:-1]))
    assert door.credentials is OLD
