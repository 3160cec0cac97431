"""The HTTP side of the reference systems."""

import asyncio
import json

import pytest
from ocpp_fixtures import http_api


async def exchange(port: int, text: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    answer = await reader.read()
    writer.close()
    return answer


async def echo(method, path, query, body):
    if path == "/fail":
        raise RuntimeError("no")
    if path == "/empty":
        return 204, None
    return 200, {"method": method, "path": path, "query": query, "body": body.decode()}


@pytest.mark.asyncio
async def test_hands_over_method_path_query_and_body():
    api = await http_api.serve(echo)
    try:
        text = b"POST /a%20b?x=1&y= HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
        answer = await exchange(api.port, text)
    finally:
        await api.close()
    assert answer.startswith(b"HTTP/1.1 200 OK")
    body = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert body == {"method": "POST", "path": "/a b", "query": {"x": "1", "y": ""}, "body": "hi"}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"GET /fail HTTP/1.1\r\nConnection: close\r\n\r\n", 500),
        (b"GET /empty HTTP/1.1\r\nConnection: close\r\n\r\n", 204),
        (b"nonsense\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
    ],
)
async def test_answers_with_a_status(text, status):
    api = await http_api.serve(echo)
    try:
        answer = await exchange(api.port, text)
    finally:
        await api.close()
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.asyncio
async def test_close_ends_idle_keep_alive_connections():
    api = await http_api.serve(echo)
    reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
    writer.write(b"GET /empty HTTP/1.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    await api.close()
    assert await reader.read() == b""
    writer.close()
