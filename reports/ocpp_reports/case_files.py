"""The files that a case leaves in the folder of its run."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

__all__ = ["WIRE", "case_folder", "file_name", "read_wire"]

WIRE = "wire.jsonl.gz"
"""The wire log of a case, in its folder: a JSON object on each line."""


def file_name(text: str) -> str:
    """A text as the name of a file or folder, which cannot lead elsewhere."""
    return re.sub(r"[^A-Za-z0-9.+=,\[\]-]+", "_", text).strip("_")[:120] or "x"


def case_folder(key: str) -> str:
    """Where the evidence of a case stands in the folder of its run."""
    return f"cases/{file_name(key)}"


def read_wire(folder: Path) -> list[str]:
    """The lines of the wire log in the folder of a case; none where it left none. Older releases did not pack it."""
    packed, plain = folder / WIRE, folder / "wire.jsonl"
    if packed.exists():
        text = gzip.decompress(packed.read_bytes()).decode("utf-8")
    else:
        text = plain.read_text(encoding="utf-8") if plain.exists() else ""
    return text.split("\n")[:-1]  # not splitlines: a text may have U+2028 in it
