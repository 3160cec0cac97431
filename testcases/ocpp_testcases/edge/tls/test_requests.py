"""Requests to open a connection that are no such requests, or not quite, at a CSMS under test."""

from contextlib import AsyncExitStack

import pytest
from ocpp_proof import ALL, case, check, given, step

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.csms_connection_security import expect_answered, expect_connection_accepted
from ocpp_testcases.edge.states.raw_connection import RawConnection, build_client_hello, reply_to, upgrade_request


@case("X_TLS_12_CSMS", ocpp=ALL, sut="csms", title="Somebody speaks something else", exclusive=True, disruptive=True)
@pytest.mark.parametrize("what", ["the other layer", "noise", "ended midway", "cut midway"])
async def test_something_else(station, sut, what):
    """Scanners send TLS to plain ports and HTTP to those of TLS all day: a listener must not end over it."""
    secure = station.url.startswith("wss")
    opening = build_client_hello(station) if secure else upgrade_request(station)
    data = {
        # without the password: what goes to a secure port in the clear is read by everybody on the line
        "the other layer": upgrade_request(station, without=["Authorization"])
        if secure
        else build_client_hello(station),
        "noise": f"{sut.text(300)}\r\n\r\n".encode(),
        "ended midway": opening[: len(opening) // 2],
        "cut midway": opening[: len(opening) // 2],
    }[what]
    await given(booted, station, sut)
    with step(f"Somebody else sends to the same port: {what}"):
        async with RawConnection(station, plain=True) as line:
            line.send(data)
            with step("The station that is connected is answered"):
                await expect_answered(station)
            await line.finish(reset=what == "cut midway")
    with step("Stations are let in as before"):
        await expect_connection_accepted(station)


@case(
    "X_TLS_13_CSMS",
    ocpp=ALL,
    sut="csms",
    title="Requests that come by half",
    exclusive=True,
    disruptive=True,
    connections=10,
)
async def test_half_requests(station, sut):
    """Stations in bad places take minutes for a handshake; who waits for one must not keep the others waiting."""
    await given(booted, station, sut)
    opening = upgrade_request(station)
    hello = build_client_hello(station)
    async with AsyncExitStack() as lines:
        with step("Several connections are opened, and on each comes half of what opens it"):
            for _ in range(3):
                line = await lines.enter_async_context(RawConnection(station))
                line.send(opening[: len(opening) // 2])
            if station.url.startswith("wss"):
                for _ in range(3):
                    line = await lines.enter_async_context(RawConnection(station, plain=True))
                    line.send(hello[: len(hello) // 2])
        with step("Meanwhile a station is let in and answered"):
            await expect_connection_accepted(station)
    with step("Those connections are gone; stations are let in as before"):
        await expect_connection_accepted(station)


WRONG = {
    "no Upgrade": {"without": ["Upgrade"]},
    "no Connection": {"without": ["Connection"]},
    "no key": {"without": ["Sec-WebSocket-Key"]},
    "short key": {"without": ["Sec-WebSocket-Key"], "headers": [("Sec-WebSocket-Key", "c2hvcnQ=")]},
    "no version": {"without": ["Sec-WebSocket-Version"]},
    "version 8": {"without": ["Sec-WebSocket-Version"], "headers": [("Sec-WebSocket-Version", "8")]},
    "POST": {"method": "POST", "headers": [("Content-Length", "0")]},
}


@case("X_TLS_14_CSMS", ocpp=ALL, sut="csms", title="A request that is no WebSocket handshake")
@pytest.mark.parametrize("wrong", WRONG)
async def test_wrong_requests(station, wrong):
    """What a proxy has altered on the way is no handshake any more: upgraded all the same, it fails oddly, later."""
    with step(f"A request comes that would let the station in, but for this: {wrong}"):
        reply = await reply_to(station, upgrade_request(station, **WRONG[wrong]))
        another = wrong == "version 8"
        check(
            "RFC 6455 other version" if another else "RFC 6455 4.2.1",
            reply.status != 101,
            expected="no upgrade",
            received=str(reply),
        )
        if another and reply.status != 101:
            versions = reply.headers.get("sec-websocket-version", "")
            check(
                "RFC 6455 4.4", "13" in versions, expected="Sec-WebSocket-Version: 13", received=versions or str(reply)
            )
    with step("The station is let in with a right one"):
        await expect_connection_accepted(station)


@case(
    "X_TLS_15_CSMS", ocpp=ALL, sut="csms", title="A request with a very large header", exclusive=True, disruptive=True
)
async def test_large_header(station, sut):
    """A CSMS that keeps whatever comes before it knows from whom can be filled up by anybody."""
    await given(booted, station, sut)
    with step("A request comes with a header of a megabyte"):
        async with RawConnection(station) as line:
            line.send(upgrade_request(station, headers=[("X-Padding", "x" * 2**20)]))
            await line.reply()
    with step("The station is let in with a usual one"):
        await expect_connection_accepted(station)
