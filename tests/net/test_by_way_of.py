"""A connection by way of another address, and what is written to one that was finished."""

import pytest
from ocpp_proof.net.faults import FaultProxy
from wire_bench import Inbox, connect, serving, soon

pytestmark = pytest.mark.asyncio


async def test_the_url_stays_and_tcp_goes_elsewhere() -> None:
    async with serving() as server:
        proxy = await FaultProxy("127.0.0.1", server.port).start()
        try:
            endpoint = await connect(server.url(), Inbox(), by_way_of=("127.0.0.1", proxy.port))
            assert endpoint.request is not None
            assert endpoint.request.headers["Host"] == f"127.0.0.1:{server.port}"
            assert endpoint.peer.endswith(f":{proxy.port}")
            endpoint.abort()
        finally:
            await proxy.close()


async def test_what_is_sent_after_fin_is_dropped() -> None:
    async with serving() as server:
        endpoint = await connect(server.url(), Inbox())
        endpoint.half_close()
        endpoint.send_text("too late")
        await soon(endpoint.closed)
        assert "too late" not in server.texts
