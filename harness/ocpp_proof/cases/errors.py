"""The exceptions of ocpp-proof, drawn once.

AssertionError
  NonConformance         the SUT broke a requirement                     -> FAIL
OcppProofError
  Inconclusive           the case could not judge (driver, operator, own deadline, precondition)  -> INCONCLUSIVE
    PreconditionFailed   a state could not be reached
    DriverError          the SUT could not be operated; names the verb
    CannotTell           a driver has no way to answer a question
  NotApplicable          the product does not claim what the case needs  -> NOT APPLICABLE
  ConfigurationError     sut.toml, an option or a file is wrong; names what to change  -> exit code 4
"""

from __future__ import annotations

__all__ = [
    "CannotTell",
    "ConfigurationError",
    "DriverError",
    "Inconclusive",
    "NonConformance",
    "NotApplicable",
    "OcppProofError",
    "PreconditionFailed",
]


class NonConformance(AssertionError):
    """The SUT did not do what a requirement demands. The text says the requirement, expected and received."""


class OcppProofError(Exception):
    """Everything that is not the SUT breaking a requirement."""


class Inconclusive(OcppProofError):
    """The case ended without a judgement about its purpose."""


class PreconditionFailed(Inconclusive):
    """A state that the case needs could not be reached."""


class DriverError(Inconclusive):
    """The SUT could not be operated as asked; the text names the verb and the driver."""


class CannotTell(Inconclusive):
    """No driver can answer this question about the SUT."""


class NotApplicable(OcppProofError):
    """The product does not claim the feature, or the run lacks what the case is about; the text is the reason."""


class ConfigurationError(OcppProofError):
    """Something the user gave is wrong; the text names the key or option and what to change."""
