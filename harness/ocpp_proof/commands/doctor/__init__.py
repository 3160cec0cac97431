"""`ocpp-proof doctor`: says in plain words what is wrong with a bench before any case runs.

Most failures of conformance runs are configuration errors. Nothing here is a verdict on the SUT. "ok" is said of what
was tried; what can only be tried with a consequence is said to be untried. One module for each thing that is looked at.
"""

from __future__ import annotations

from .command import doctor

__all__ = ["doctor"]
