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
from ..sut.config import SutConfig
from ..sut.drivers.manual import Manual

__all__ = ["Operator"]


class Operator:
    """One question queue with the terminal and, with an `address`, the operator page as its front ends.

    `say` is told what the terminal is to show, also from other threads. `run` tells the runs of one command apart.
    `alone`: no other process of this run reads the terminal.
    Raises ConfigurationError where the page cannot be had.
    """

    def __init__(
        self,
        address: str | None = None,
        *,
        run: str = "",
        say: Callable[[str], None] = lambda _: None,
        alone: bool = True,
    ) -> None:
        self.questions = Questions()
        self.control = RunControl()
        self.live = Live(self.questions, self.control, has_page=address is not None)
        self._alone = alone
        self._terminal: Terminal | None = None
        self._server = OperatorServer(address, Access.of_environment(run), say) if address is not None else None

    def driver(self, config: SutConfig) -> Manual:
        """The driver that asks the person, who at a station has the cards that sut.toml names."""
        cards = {name: token["idToken"] for name, token in config.tokens.items()} if config.role == "station" else None
        return Manual(config.driver_options.get("manual"), self.questions, cards)

    @property
    def url(self) -> str:
        """Where the page is, with the code for the next browser; empty without a page."""
        return self._server.url if self._server is not None else ""

    def start(self, *, asks: bool) -> None:
        """Open the front ends, on the run's loop; `asks`: there will be questions, which the terminal shows too."""
        if self._server is not None:
            self._server.start(self.live, self.questions, self.control)
        if asks and self._alone and has_terminal():
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
