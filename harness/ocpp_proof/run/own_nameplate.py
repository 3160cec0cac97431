"""What the harness's own stations say of themselves."""

from __future__ import annotations

import random

from ..roles.nameplate import Nameplate
from ..sut.field_values import FieldValues

__all__ = ["own_nameplate"]


def own_nameplate(seed: int, *, ascii_only: bool) -> Nameplate:
    """Vendor and model of the stations of the run of this seed."""
    values = FieldValues.of(random.Random(f"{seed}/nameplate"))  # noqa: S311 - test data
    return Nameplate(values.vendor(ascii_only=ascii_only), values.model())
