"""The exceptions of ocpp-proof, drawn once.

AssertionError
  NonConformance         the SUT broke a requirement                     -> FAIL
OcppProofError
  Inconclusive           the case could not judge (driver, operator, own deadline, precondition)  -> INCONCLUSIVE
    PreconditionFailed   a state could not be reached
    DriverError          the SUT could not be operated; names the verb
      NotPossible        nobody can do the verb, so that it was not done in part either
    CannotTell           a driver has no way to answer a question
  NotApplicable          the product does not claim it, or the version or role does not have it  -> NOT APPLICABLE
  NotRun                 the user left it out of this run  -> NOT RUN
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
    "NotPossible",
    "NotRun",
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


class NotPossible(DriverError):
    """No driver, and no person, can do the verb: nothing was done to the SUT."""


class CannotTell(Inconclusive):
    """No driver can answer this question about the SUT."""


class NotApplicable(OcppProofError):
    """The product does not claim the feature, or the version or role does not have it; the text is the reason.

    What the bench lacks (a driver, a token, a second station) is no such reason: that is Inconclusive.
    """


class NotRun(OcppProofError):
    """What the user asked for leaves this case out, which only shows in the case itself; the text is the reason."""


class ConfigurationError(OcppProofError):
    """Something the user gave is wrong; the text names the key or option and what to change."""
