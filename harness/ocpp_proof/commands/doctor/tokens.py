"""The tokens of [values.tokens]: a CSMS says of each what its name stands for."""

from __future__ import annotations

from typing import Any

from ...cases.errors import OcppProofError
from ...roles.station import Station
from ...run.bench import Bench
from ...sut.token_plans import is_pattern, tokens_of
from .report import Report

__all__ = ["examine_tokens"]

_MAY_CHARGE = ("valid", "second", "member", "sibling", "masterpass", "prepaid")
_UNKNOWN = ("Invalid", "Unknown")
_STANDS_FOR: dict[str, tuple[str, ...]] = {
    **{name: ("Accepted",) for name in _MAY_CHARGE},
    "blocked": ("Blocked",),
    "nocredit": ("NoCredit",),
    "expired": ("Expired",),
    "invalid": _UNKNOWN,
    "unknown": _UNKNOWN,
}
"""The status (1.6 AuthorizationStatus, 2.x AuthorizationStatusEnumType) of a token, by its name in sut.toml."""
_NOT_IN_1_6 = ("masterpass", "prepaid", "nocredit")
"""Of these 1.6 knows nothing."""


async def examine_tokens(bench: Bench, station: Station, report: Report) -> None:
    """Authorize each token that sut.toml names: of a pattern those of the first and the last lane."""
    plans = bench.config.token_plans
    fine = []
    for name, plan in plans.items():
        wanted = _STANDS_FOR.get(name)
        if wanted is None:
            report.note(
                f"values.tokens.{name}: no case for a CSMS uses such a token; known are {', '.join(_STANDS_FOR)}"
            )
            continue
        if station.ocpp == "1.6" and name in _NOT_IN_1_6:
            continue
        lanes = sorted({1, bench.parallel}) if is_pattern(plan) else range(1, len(plan) + 1)
        told = [await _wrong(station, tokens_of({name: plan}, lane)[name], name, wanted, report) for lane in lanes]
        if not any(told):
            fine.append(name)
    if fine:
        report.fine(f"the CSMS says of the tokens what their names in [values.tokens] stand for: {', '.join(fine)}")


async def _wrong(station: Station, token: dict[str, str], name: str, wanted: tuple[str, ...], report: Report) -> bool:
    """Ask for one token, and say what is wrong; whether anything was said."""
    key, id = f"values.tokens.{name}", token["idToken"]
    try:
        answer: Any = await station.call("Authorize", **_payload(station.ocpp, token))
    except (OcppProofError, AssertionError) as error:
        report.bad(f"{key}: Authorize of {id} went wrong: {error}")
        return True
    info = answer.get("idTagInfo" if station.ocpp == "1.6" else "idTokenInfo") or {}
    status, group = info.get("status"), _group(info)
    if status == "ConcurrentTx" and "Accepted" in wanted:
        report.note(f"{key}: {id} is charging elsewhere (ConcurrentTx): free it, or name another one")
    elif status not in wanted:
        report.bad(
            f"{key}: the CSMS says {status} of {id} (type {token.get('type', 'ISO14443')}), and that name is for a "
            f"token that is {' or '.join(wanted)}: name another one, or change it in the CSMS"
        )
    elif "group" in token and group != token["group"]:
        say = report.bad if group else report.note
        say(f"{key}.group = {token['group']!r}, and the CSMS says {group or 'no group'} of {id}")
    else:
        return False
    return True


def _payload(ocpp: str, token: dict[str, str]) -> dict[str, Any]:
    if ocpp == "1.6":
        return {"idTag": token["idToken"]}
    return {"idToken": {"idToken": token["idToken"], "type": token.get("type", "ISO14443")}}


def _group(info: dict[str, Any]) -> str:
    told = info.get("parentIdTag") or info.get("groupIdToken") or ""
    return str(told.get("idToken", "") if isinstance(told, dict) else told)
