"""What every page is made of: its frame, without network, and a verdict in its colour."""

from __future__ import annotations

import importlib.resources
import re
from html import escape

from .model import Verdict

__all__ = ["SHOWN", "badge", "framed", "in_order", "resource"]

SHOWN = (
    Verdict.FAIL,
    Verdict.INCONCLUSIVE,
    Verdict.WARN,
    Verdict.KNOWN,
    Verdict.PASS,
    Verdict.NOT_RUN,
    Verdict.NOT_APPLICABLE,
)
"""The order of verdicts in a page."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_FOOTER = (
    "<footer>Made by ocpp-proof. This is evidence of a test run, not a certificate: only the laboratories of the "
    "Open Charge Alliance certify.</footer>"
)


def framed(title: str, body: str, *, styles: tuple[str, ...], script: str) -> str:
    """A whole page around its body, with the texts of these resources; a control character stands in it as a number, as
    in a Python text."""
    style = "".join(resource(name) for name in styles)
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{style}</style></head><body>{body}{_FOOTER}"
        f"<script>{resource(script)}</script></body></html>"
    )
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", html)


def resource(name: str) -> str:
    """The text of a file of this package."""
    return (importlib.resources.files(__package__) / name).read_text(encoding="utf-8")


def badge(verdict: Verdict) -> str:
    """A verdict in its colour."""
    css = verdict.value.replace(" ", "-")
    return f'<span class="verdict {css}">{escape(verdict.value.upper())}</span>'


def in_order(block: str) -> list[tuple[bool, int, str]]:
    """What blocks are sorted by: 2.10 comes after 2.9."""
    return [
        (not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", block) if part
    ]
