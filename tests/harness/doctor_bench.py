"""A product in front of the doctor: reference systems and servers of the tests, each on a loop of its own."""

import asyncio
import contextlib
import socket
import textwrap

from ocpp_fixtures.background import Background
from ocpp_proof.cli import main

SHORT = "message_timeout = 10\nevent_timeout = 5\nlong_timeout = 5\nquiet = 0.2\n"


@contextlib.contextmanager
def running(*systems):
    """Systems with `start` and `stop` run while the block does."""
    background = Background()
    try:
        for system in systems:
            background.start(system.start())
        yield systems[0]
    finally:
        for system in systems:
            background.start(system.stop())
        background.stop()


@contextlib.contextmanager
def serving(handle, tls=None):
    """A TCP or TLS server while the block runs; gives its port. `handle` gets reader and writer."""
    background = Background()

    async def start():
        return await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)

    async def stop(server):
        server.close()

    server = background.start(start())
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        background.start(stop(server))
        background.stop()


def answering(text):
    """A handler that gives this answer to whatever comes, and closes."""

    async def handle(reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(text.replace("\n", "\r\n").encode())
            await writer.drain()
        writer.close()

    return handle


def free_port():
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def station_toml(folder, port, *, sut="", connection="", driver='use = ["manual"]', values="", features="", tls=False):
    """A sut.toml of a station under test that comes to this port."""
    file = folder / "sut.toml"
    scheme = "wss" if tls else "ws"
    file.write_text(
        f'[sut]\nrole = "station"\n{sut or OCPP_16}\n[connection]\nlisten = "{scheme}://127.0.0.1:{port}/ocpp"\n'
        f"{connection}\n[driver]\n{textwrap.dedent(driver)}\n[values]\n{SHORT}{values}\n[features]\n{features}\n"
    )
    return file


OCPP_16 = 'ocpp = ["1.6"]'


def csms_toml(folder, url, *, sut="", connection="", driver='use = ["manual"]', values="", features=""):
    """A sut.toml of a CSMS under test at this address."""
    file = folder / "sut.toml"
    file.write_text(
        f'[sut]\nrole = "csms"\n{sut or OCPP_16}\n[connection]\nurl = "{url}"\n{connection}\n'
        f"[driver]\n{textwrap.dedent(driver)}\n[values]\n{SHORT}{values}\n[features]\n{features}\n"
    )
    return file


def doctor(file, capsys, *options):
    """Exit code and what was printed."""
    code = main(["doctor", "--sut", str(file), *options])
    return code, capsys.readouterr().out


def line(text, word):
    """The only line with this word."""
    found = [one for one in text.splitlines() if word in one]
    assert len(found) == 1, text
    return found[0].strip()
