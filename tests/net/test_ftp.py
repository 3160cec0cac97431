"""The same file server over FTP, with Python's own client."""

import asyncio
import ftplib
import io

import pytest
import pytest_asyncio
from ocpp_proof.net.files import Files
from ocpp_proof.net.ftp import FtpServer

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def server():
    made = FtpServer(Files())
    await made.start()
    yield made
    await made.stop()


def fetch(port: int, path: str) -> bytes:
    found = io.BytesIO()
    with ftplib.FTP(timeout=5) as ftp:
        ftp.connect("127.0.0.1", port)
        ftp.login("ocpp", "ocpp")
        ftp.retrbinary(f"RETR {path}", found.write)
    return found.getvalue()


def store(port: int, path: str, content: bytes) -> None:
    with ftplib.FTP(timeout=5) as ftp:
        ftp.connect("127.0.0.1", port)
        ftp.login("ocpp", "ocpp")
        ftp.storbinary(f"STOR {path}", io.BytesIO(content))


async def test_a_file_is_given_out_and_noted(server):
    content = bytes(range(256)) * 1000
    server.files.put("/firmware/a.bin", content)
    assert await asyncio.to_thread(fetch, server.port, "/firmware/a.bin") == content
    assert server.files.downloads == ["/firmware/a.bin"]


async def test_an_upload_is_kept_wherever_it_goes(server):
    await asyncio.to_thread(store, server.port, "/logs/x/station.log", b"hello")
    assert [(u.path, u.content) for u in server.files.uploads] == [("/logs/x/station.log", b"hello")]


async def test_what_is_not_there_cannot_be_fetched(server):
    with pytest.raises(ftplib.error_perm):
        await asyncio.to_thread(fetch, server.port, "/nothing.bin")


async def test_an_interrupted_file_never_comes_whole(server):
    server.files.put("/a.bin", b"x" * 100_000)
    server.files.interrupted.add("/a.bin")
    with pytest.raises((ftplib.Error, OSError, EOFError)):
        await asyncio.to_thread(fetch, server.port, "/a.bin")


async def test_a_wrong_password_is_refused(server):
    def login() -> None:
        with ftplib.FTP(timeout=5) as ftp:
            ftp.connect("127.0.0.1", server.port)
            ftp.login("ocpp", "guess")

    with pytest.raises(ftplib.error_perm):
        await asyncio.to_thread(login)


async def test_an_upload_is_not_taken_where_none_is(server):
    server.files.takes_uploads = False
    with pytest.raises((ftplib.Error, OSError, EOFError)):
        await asyncio.to_thread(store, server.port, "/logs/x/station.log", b"hello")
    assert server.files.uploads == []


async def test_held_transfers_end_afterwards(server):
    content = b"x" * 100_000
    server.files.put("/a.bin", content)
    came = asyncio.Event()
    server.files.on_event = lambda _: came.set()
    with server.files.held():
        fetched = asyncio.ensure_future(asyncio.to_thread(fetch, server.port, "/a.bin"))
        stored = asyncio.ensure_future(asyncio.to_thread(store, server.port, "/log", b"hello"))
        async with asyncio.timeout(5):
            await came.wait()
        assert not fetched.done()
        assert not server.files.uploads
    async with asyncio.timeout(5):
        assert await fetched == content
        await stored
    assert [upload.content for upload in server.files.uploads] == [b"hello"]
