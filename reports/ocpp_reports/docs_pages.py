"""Names and anchors of the pages that `ocpp-proof docs` writes, and where the project keeps them."""

from __future__ import annotations

import functools
import importlib.metadata
import re
from urllib.parse import quote

__all__ = ["anchor", "block_page", "docs_url", "requirements_page"]


def block_page(ocpp: str, role: str, block: str) -> str:
    """The page of a block of the official list, without its ending; both versions of 2.x have one."""
    slug = re.sub(r"[^a-z0-9.]+", "-", block.lower()).strip("-")
    return f"{'1.6' if ocpp == '1.6' else '2'}-{role}-{slug}"


def requirements_page(ocpp: str) -> str:
    """The page with the requirements of a version, without its ending."""
    return f"requirements-{ocpp}"


def anchor(requirement: str) -> str:
    """Where a requirement stands in its page."""
    return re.sub(r"[^a-z0-9]+", "-", requirement.lower()).strip("-")


@functools.cache
def _base() -> str:
    """The folder of the pages, by the project's metadata; empty where it has no documentation."""
    try:
        urls: list[str] = importlib.metadata.metadata("ocpp-proof").get_all("Project-URL") or []
    except importlib.metadata.PackageNotFoundError:
        return ""
    named = (url.partition(", ") for url in urls)
    return next((url.rstrip("/") for name, _, url in named if name == "Documentation"), "")


def docs_url(page: str, at: str) -> str:
    """The address of a place in a page; empty where the project has no documentation in the network."""
    return f"{_base()}/{page}.md#{quote(at)}" if _base() else ""
