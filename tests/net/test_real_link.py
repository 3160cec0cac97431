"""A real link that goes down, where this machine lets us make one."""

import asyncio
import subprocess

import pytest
from ocpp_proof.net.endpoint import Accept, dial, listen
from ocpp_proof.net.real_link import NoRealLink, RealLink


@pytest.fixture
def link():
    made = RealLink()
    try:
        made.open()
    except NoRealLink as error:
        pytest.skip(f"no network namespaces here: {error}")
    yield made
    made.close()


def record(*_):
    pass


@pytest.mark.asyncio
async def test_messages_wait_until_the_link_is_up_again(link):
    came = asyncio.Queue()

    def accept(request, endpoint):
        endpoint.on_text = came.put_nowait
        return Accept()

    listener = await listen("", 0, tls=None, accept=accept, record_for=lambda _: record, link=link)
    client = await dial(f"ws://{link.address}:{listener.port}/x", subprotocols=[], record=record, timeout=5)
    client.send_text("before")
    assert await asyncio.wait_for(came.get(), 5) == "before"
    link.down()
    client.send_text("meanwhile")
    link.up()
    assert await asyncio.wait_for(came.get(), 10) == "meanwhile"
    client.abort()
    listener.close()


@pytest.mark.asyncio
async def test_the_harness_can_connect_from_its_end(link):
    listener = await listen(link.sut_address, 0, tls=None, accept=lambda *_: Accept(), record_for=lambda _: record)
    url = f"ws://{link.sut_address}:{listener.port}/x"
    client = await dial(url, subprotocols=[], record=record, timeout=5, link=link)
    assert client.is_open
    client.abort()
    listener.close()


def test_nothing_is_left_behind(link):
    name = link._name
    link.close()
    found = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout
    assert name not in found


def test_without_the_command_it_is_said(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoRealLink, match="iproute2"):
        RealLink().open()
