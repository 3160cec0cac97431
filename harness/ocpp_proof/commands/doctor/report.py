"""What the doctor says, line by line, while it looks."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Report"]


class Report:
    """Prints each finding at once. `wrong` counts what has to be mended before a run."""

    def __init__(self) -> None:
        self.wrong = 0

    def fine(self, what: str) -> None:
        """It was tried, and it is right."""
        self._say("ok", what)

    def note(self, what: str) -> None:
        """Good to know; nothing has to be changed."""
        self._say("note", what)

    def untried(self, what: str) -> None:
        """Nothing is known of it, and why."""
        self._say("untried", what)

    def waiting(self, what: str) -> None:
        """What is waited for."""
        self._say("...", what)

    def bad(self, what: str) -> None:
        """It has to be mended; the text names the key to change."""
        self.wrong += 1
        self._say("WRONG", what)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows of cells, the first with the headings; no row is a verdict."""
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def _say(self, word: str, what: str) -> None:
        print(f"  {word:<7} {what}", flush=True)
