"""ocpp-proof: the words a case is written in.

`case` makes a function a case; `given` brings the SUT into a state; `step` is a row of the scenario; the fixture named
after the harness's role (`csms` or `station`) has `expect`, `call` and the deviations; `check` judges a requirement.
"""

from __future__ import annotations

from .cases.declaration import ALL, case
from .cases.errors import (
    CannotTell,
    ConfigurationError,
    DriverError,
    Inconclusive,
    NonConformance,
    NotApplicable,
    OcppProofError,
    PreconditionFailed,
)
from .cases.requirements import STEP
from .cases.steps import (
    by_security_profile,
    by_topic,
    by_version,
    check,
    check_fields,
    given,
    not_judged,
    on_undo,
    step,
)

__version__ = "0.1.0"
__all__ = [
    "ALL",
    "STEP",
    "CannotTell",
    "ConfigurationError",
    "DriverError",
    "Inconclusive",
    "NonConformance",
    "NotApplicable",
    "OcppProofError",
    "PreconditionFailed",
    "by_security_profile",
    "by_topic",
    "by_version",
    "case",
    "check",
    "check_fields",
    "given",
    "not_judged",
    "on_undo",
    "step",
]
