"""The operator page's server: a thread with a loop of its own, so that no browser holds up the harness."""

from __future__ import annotations

import asyncio
import io
import ipaddress
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..cases.errors import ConfigurationError
from .access import Access
from .control import RunControl
from .live import Live
from .questions import OpenQuestion, Questions

if TYPE_CHECKING:
    import uvicorn

__all__ = ["OperatorServer", "parse_address", "qr_code"]

PORT = 8765
INSTALL = "--operator needs packages that are not installed: pip install 'ocpp-proof[operator]'"
STOPS = 3.0
"""Seconds that open connections have when the run is over."""
_LIGHT_ON_BLACK, _PLAIN = "\x1b[38;5;231;48;5;16m", "\x1b[0m"  # the blocks are the light modules
_ELSEWHERE = "192.0.2.1"  # of no network (RFC 5737); nothing is sent there


def parse_address(text: str) -> tuple[str, int]:
    """Host and port of --operator; raises ConfigurationError."""
    parts = urlsplit(f"//{text}")
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.path or parts.query or parts.username is not None:
        raise ConfigurationError(f"--operator {text!r} is not HOST:PORT, such as 192.168.1.5:{PORT}")
    return host, PORT if port is None else port


class OperatorServer:
    """Serves the page of one run. Raises ConfigurationError where packages are missing or the address cannot be had.

    `say` is told of browsers that were let in, from another thread.
    """

    def __init__(self, address: str, access: Access, say: Callable[[str], None]) -> None:
        try:
            import segno  # noqa: F401
            import starlette  # noqa: F401
            import uvicorn  # noqa: F401
        except ImportError:
            raise ConfigurationError(INSTALL) from None
        host, port = parse_address(address)
        self._socket = _listening(host, port)
        self._host = host
        self._access, self._say = access, say
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._live: Live | None = None
        self._questions: Questions | None = None

    @property
    def url(self) -> str:
        """Where the page is, with the code that lets the next browser in."""
        port = self._socket.getsockname()[1]
        host = _reachable(self._host)
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{port}/?code={self._access.code}"

    def start(self, live: Live, questions: Questions, control: RunControl) -> None:
        """Serve from now on; called on the run's loop."""
        import uvicorn

        from .page import Page

        page = Page(live, questions, control, self._access, asyncio.get_running_loop(), self._let_in)
        config = uvicorn.Config(
            page.app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=int(STOPS),
        )
        self._server = server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[self._socket])), name="operator page", daemon=True
        )
        self._thread.start()
        self._live, self._questions = live, questions
        questions.join(self)

    def stop(self) -> None:
        """Serve no more: browsers have been told by then that the run is over."""
        if self._questions is not None:
            self._questions.leave(self, "the operator page was closed")
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(STOPS)
        self._socket.close()

    def show(self, asked: OpenQuestion) -> None:
        """The page reads the open question itself (`Live.state`): it is only told that there is one."""
        self._tell()

    def close(self, asked: OpenQuestion, how: str) -> None:
        """The page is told that there is none any more."""
        self._tell()

    def _tell(self) -> None:
        if self._live is not None:
            self._live.changed()

    def _let_in(self, address: str) -> None:
        self._say(f"operator page: a browser at {address} was let in; for another one: {self.url}")


def qr_code(text: str) -> str:
    """The text as a QR code of half blocks, for a terminal: dark on light whatever its own colours are."""
    import segno

    shown = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(shown, border=2, compact=True)
    return "".join(f"{_LIGHT_ON_BLACK}{line}{_PLAIN}\n" for line in shown.getvalue().splitlines())


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigurationError(f"--operator {host}:{port}: {error.strerror or error}") from None
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(where)
        made.listen(16)
    except OSError as error:
        made.close()
        raise ConfigurationError(
            f"--operator {host}:{port}: {error.strerror or error}; give an address of this machine and a free port"
        ) from None
    made.setblocking(False)
    return made


def _reachable(host: str) -> str:
    """The address under which a phone finds this machine, where it listens on all of them."""
    try:
        if not ipaddress.ip_address(host).is_unspecified:
            return host
    except ValueError:
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_ELSEWHERE, 9))  # chooses a route, and sends nothing
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
