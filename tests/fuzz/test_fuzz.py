"""The short part of `make fuzz`: some thousand generated frames against each role of each version."""

import asyncio
import time

import pytest
from fuzz_rig import Rig
from ocpp_proof.ocppj.frames import VERSIONS

FRAMES = 3_000


@pytest.mark.parametrize("ocpp", VERSIONS)
@pytest.mark.parametrize("role", ["csms", "station"])
def test_nothing_that_comes_stops_the_harness(role, ocpp):
    async def main():
        rig = Rig(role, ocpp, seed=4)
        await rig.run(FRAMES, time.monotonic() + 60)
        return rig

    rig = asyncio.run(main())
    assert not rig.crashes
    assert rig.count == FRAMES
