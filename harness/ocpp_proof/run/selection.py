"""Which cases run: by what the user names, and by what the product claims."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass

from ..cases.declaration import Case
from ..cases.errors import ConfigurationError
from ..sut.config import SutConfig
from ..sut.pics import claims, evaluate, feature_names, profile_key

__all__ = ["Selection", "applicability", "unclaimed", "unclaimed_profiles", "wrong_security_profile"]

_WORD = re.compile(r"\s*(\(|\)|[^\s()]+)")


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user asked for: `expression` over ids, globs and words (and, or, not, parentheses); `profile` by name.

    Words are a family ("official", "edge", "frame"), an edge id without its role (X_NET_07), a block's letter or name,
    a certification profile. Raises ConfigurationError for an expression that cannot be read.
    """

    expression: str = ""
    profile: str = ""

    def __post_init__(self) -> None:
        if self.expression.strip():
            _Expression(self.expression, []).value()

    def text(self) -> str:
        """In words."""
        return " and ".join(t for t in (self.expression, f"profile {self.profile}" if self.profile else "") if t)

    def includes(self, case: Case, ocpp: str) -> bool:
        """Whether the case was asked for."""
        row = case.rows.get(ocpp)
        if self.profile:
            names = [p.lower() for p in (row.profiles if row else ())]
            if row is not None and self.profile.lower() not in names:
                return False
            if row is None:
                return False
        if not self.expression.strip():
            return True
        words = self._words(case, ocpp)
        return _Expression(self.expression, words).value()

    def _words(self, case: Case, ocpp: str) -> list[str]:
        row = case.rows.get(ocpp)
        words = [case.id, case.family, "official" if case.rows else "edge"]
        if not row:  # X_NET_07 is the case for either role
            words.append(case.id.rpartition("_")[0])
        if row:
            words += [row.block, row.block.split(" ", 1)[0], *row.profiles, *(p.split()[0] for p in row.profiles)]
        return [w.lower() for w in words]


class _Expression:
    def __init__(self, text: str, words: list[str]) -> None:
        self.text = text
        self.words = words
        self.tokens = _WORD.findall(text)
        self.at = 0

    def value(self) -> bool:
        found = self._or()
        if self.at != len(self.tokens):
            raise ConfigurationError(f"--select {self.text!r}: cannot read it at {self.tokens[self.at]!r}")
        return found

    def _peek(self) -> str:
        return self.tokens[self.at].lower() if self.at < len(self.tokens) else ""

    def _or(self) -> bool:
        value = self._and()
        while self._peek() in ("or", ","):
            self.at += 1
            value = self._and() or value
        return value

    def _and(self) -> bool:
        value = self._not()
        while self._peek() == "and":
            self.at += 1
            value = self._not() and value
        return value

    def _not(self) -> bool:
        if self._peek() == "not":
            self.at += 1
            return not self._not()
        if self._peek() == "(":
            self.at += 1
            value = self._or()
            if self._peek() != ")":
                raise ConfigurationError(f"--select {self.text!r}: a closing parenthesis is missing")
            self.at += 1
            return value
        word = self._peek()
        if word in ("", ")", "and", "or"):
            raise ConfigurationError(f"--select {self.text!r}: a case id or a word is missing")
        self.at += 1
        return any(fnmatch.fnmatchcase(w, word) for w in self.words)


def applicability(case: Case, config: SutConfig, ocpp: str, security_profile: int) -> str:
    """Why the case does not apply to this product, or is not for this run; empty when it is run."""
    return unclaimed(case, config, ocpp) or wrong_security_profile(case, security_profile)


def wrong_security_profile(case: Case, security_profile: int) -> str:
    """Why a case is not for a run at this security profile; empty when it is."""
    if security_profile in case.security_profiles:
        return ""
    listed = " or ".join(str(p) for p in case.security_profiles)
    return f"is about security profile {listed}; this run uses {security_profile}"


def unclaimed(case: Case, config: SutConfig, ocpp: str) -> str:
    """Why the case does not apply to what the product claims; empty when it does."""
    row = case.rows.get(ocpp)
    if why := unclaimed_profiles(row.profiles if row else (), config, ocpp):
        return why
    condition = case.condition_for(ocpp)
    if condition:
        outcome = evaluate(condition, claims(config.profiles, config.features, ocpp))
        if not outcome.holds:
            names = feature_names("2.0.1" if ocpp == "1.6" else ocpp, config.role)
            shown = ", ".join(f"{n} ({names[n]})" if n in names else n for n in outcome.because[:4])
            return f"needs {condition}; {_said(condition, shown, config)}"
    return ""


def _said(condition: str, shown: str, config: SutConfig) -> str:
    if "not" in condition.lower().split():
        return f"[features] of sut.toml decide it: {shown}"
    return f"not claimed in [features] of sut.toml{'' if config.features_given else ' (which has none)'}: {shown}"


def unclaimed_profiles(profiles: tuple[str, ...], config: SutConfig, ocpp: str) -> str:
    """Why cases of these certification profiles do not apply to a product that claims others; empty where they do.

    2.x: the product is tested in the profiles that it is to be certified for (Part 5). In 1.6 the lists of profiles
    are ours, and the features decide. Where sut.toml names no profile nothing is left out.
    """
    if ocpp == "1.6" or not config.profiles or not profiles:
        return ""
    claimed = {profile_key(name) for name in config.profiles}
    if any(profile_key(name) in claimed for name in profiles):
        return ""
    return (
        f"belongs to the certification profile {' or '.join(profiles)}; sut.profiles of sut.toml claims "
        f"{', '.join(config.profiles)}"
    )
