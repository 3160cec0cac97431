"""The operator of a run: the person who is asked, the front ends at which that happens, and what they decide."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from ..person.access import Access
from ..person.control import RunControl
from ..person.live import Live
from ..person.questions import Questions
from ..person.server import OperatorServer
from ..person.terminal import Terminal, has_terminal

__all__ = ["Operator"]


class Operator:
    """One question queue with the terminal and, with an `address`, the operator page as its front ends.

    `say` is told what the terminal is to show, also from other threads. `run` tells the runs of one command apart.
    Raises ConfigurationError where the page cannot be had.
    """

    def __init__(
        self, address: str | None = None, *, run: str = "", say: Callable[[str], None] = lambda _: None
    ) -> None:
        self.questions = Questions()
        self.control = RunControl()
        self.live = Live(self.questions, self.control, has_page=address is not None)
        self._terminal: Terminal | None = None
        self._server = OperatorServer(address, Access.of_environment(run), say) if address is not None else None

    @property
    def url(self) -> str:
        """Where the page is, with the code for the next browser; empty without a page."""
        return self._server.url if self._server is not None else ""

    def start(self, *, asks: bool) -> None:
        """Open the front ends, on the run's loop; `asks`: there will be questions, which the terminal shows too."""
        if self._server is not None:
            self._server.start(self.live, self.questions, self.control)
        if asks and has_terminal():
            terminal = Terminal(self.questions)
            with contextlib.suppress(OSError):
                terminal.start()
                self._terminal = terminal

    def stop(self) -> None:
        """Close the front ends."""
        self.live.end_run("The run is over.")
        if self._terminal is not None:
            self._terminal.stop()
        if self._server is not None:
            self._server.stop()
