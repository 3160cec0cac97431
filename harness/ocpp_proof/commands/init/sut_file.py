"""The sut.toml that `init` writes, with a comment at each key."""

from __future__ import annotations

import json

from ...cases.declaration import catalog
from ...source.cases import find_cases
from ...sut.pics import FEATURES_16, canonical, evaluate, feature_names
from .answers import TOKENS, Answers

__all__ = ["features_of", "sut_file"]


def sut_file(answers: Answers) -> str:
    """The text of the file."""
    parts = [
        _head(answers),
        _connection(answers),
        _driver(answers),
        _values(answers),
        _tokens(answers),
        _features(answers),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def features_of(answers: Answers) -> dict[str, str]:
    """The features that decide which cases for this role and these versions apply, each with what it stands for."""
    conditions = {
        row.condition for row in catalog().values() if row.sut == answers.role and row.ocpp in answers.versions
    }
    own = [source for source in find_cases() if set(source.ocpp) & set(answers.versions)]
    conditions |= {
        str(source.options.get("condition", "")) for source in own if source.options.get("sut") == answers.role
    }
    used: set[str] = set()
    for condition in filter(None, conditions):
        outcome = evaluate(condition, {})
        used |= set((evaluate(f"NOT ({condition})", {}) if outcome.holds else outcome).because)
    known = {name: line for name, line in FEATURES_16.items() if "1.6" in answers.versions}
    for version in answers.versions:
        known |= feature_names(version, answers.role) if version != "1.6" else {}
    return {name: line for name, line in known.items() if canonical(name) in used}


def _head(answers: Answers) -> list[str]:
    q = json.dumps
    return [
        "# The system under test. `ocpp-proof doctor --sut FILE` says what is wrong; docs/bench.md has every key.",
        "[sut]",
        f'role = {q(answers.role)}              # what is tested: "station" or "csms"',
        f"vendor = {q(answers.vendor)}",
        f"model = {q(answers.model)}",
        f"firmware = {q(answers.firmware)}",
        f"ocpp = {q(answers.versions)}",
        "# the certification profiles that the product claims; in 2.x the official cases of others are left out",
        f"profiles = {q(answers.profiles)}",
    ]


def _connection(answers: Answers) -> list[str]:
    station, q = answers.role == "station", json.dumps
    lines = [
        "[connection]",
        f"{'listen' if station else 'url'} = {q(answers.address)}"
        + ("   # the station connects here" if station else "   # the identity is appended"),
        f"{'identity' if station else 'identities'} = {q(answers.identity)}",
        f"security_profile = {answers.security_profile}",
        "# security_profiles = [1, 2, 3]   # those that the product has, if readiness is to ask for no others",
    ]
    if answers.on_this_machine is not None:
        allowed = str(answers.on_this_machine).lower()
        lines.append(
            f"on_this_machine = {allowed}       # true: cases that load or disturb it need no --allow-disruptive"
        )
    if answers.security_profile in (1, 2):
        lines.append(
            f'password = {{ env = "{answers.password_variable}" }}   # not in the file itself; octets: {{ hex = "…" }}'
        )
    if answers.security_profile >= 2:
        lines.append(f"pki = {q(answers.pki)}                  # made by: {answers.certs_command}")
        if not station:
            lines.append('# ca = "roots.pem"           # the roots of the certificate that the CSMS has of its own')
    return lines


def _driver(answers: Answers) -> list[str]:
    return [
        "[driver]",
        "# how the SUT is operated: octt-api, webhook, command, python, manual; the first that can do a thing is used",
        f"use = {json.dumps([answers.driver])}",
        *answers.driver_lines,
    ]


def _values(answers: Answers) -> list[str]:
    lines = [
        "[values]",
        "# message_timeout = 30        # seconds for an answer",
        "# event_timeout = 60          # seconds for a message that the scenario expects",
        "# long_timeout = 300          # seconds for a reboot or a reconnection",
        "# quiet = 3                   # seconds of silence, where silence is required",
        "# transaction_duration = 20   # seconds in which a driver's try would have started a transaction",
        "# short_interval = 10         # seconds between messages where a case has to see an interval kept",
    ]
    own = (
        [
            "evse = 1",
            "connector = 1",
            '# serial_number = "…"        # where it is not the identity: commonName of its certificate (A00.FR.511)',
            '# certificate_key = "RSA"   # key of the roots that it is given, where suites do not tell',
            '# firmware = { image = "fw.bin", certificate = "signer.pem", signature = "Base64" }   # it may install',
            '# upgrade = { listen = "wss://…" }   # where else security profile + 1 is looked for (1.6, TC_083_CS)',
        ]
        if answers.role == "station"
        else [
            '# upgrade = { url = "wss://…", identity = "…" }   # for security profile + 1 (1.6)',
            "# what a CSMS sends that has it from elsewhere than its operator's request: its images, its log folder",
            '# firmware = { location = "https://…", certificate = "signer.pem", signature = "Base64" }',
            '# log_location = "https://…"',
            "# heartbeat_interval = 300   # seconds till the next boot of a pending station that it tells none (2.x)",
            '# charging_rate_unit = "A"    # of the profiles that it sends, "A" or "W"; and number_phases = 3',
            "# parallel = 64              # how many stations come at the same time, at most",
            "# restart_wait = 60          # seconds that a CSMS which died is waited for",
        ]
    )
    return lines + own


def _tokens(answers: Answers) -> list[str]:
    if answers.role == "station":
        return [
            "[values.tokens]             # the cards that a person has (driver manual): it is asked for no others",
            *(_named(answers) or ['# valid = { idToken = "04A1B2C3D4", type = "ISO14443" }']),
            "# second, invalid and cached as well: the harness says what they may, so any other cards will do",
        ]
    return [
        "[values.tokens]             # tokens that the CSMS knows",
        "# cases run side by side, and a token that charges elsewhere may be refused (ConcurrentTx): one for each",
        "# case at a time by a pattern or a list; or parallel = 1 under [values]; or a driver that can add_token",
        *(_named(answers) or ['# valid = { idToken = "PROOF{n:03}", type = "ISO14443" }']),
        *(["# second, blocked and expired as well"] if len(answers.tokens) < len(TOKENS) else []),
        "# member and sibling are two that may charge, of one group:",
        '# member = { idToken = "04E5F6A1", type = "ISO14443", group = "04F6A1B2" }',
    ]


def _named(answers: Answers) -> list[str]:
    return [f'{name} = {{ idToken = {json.dumps(id)}, type = "ISO14443" }}' for name, id in answers.tokens.items()]


def _features(answers: Answers) -> list[str]:
    return [
        "[features]",
        "# PICS: what the product claims; ocpp-proof list --sut FILE shows what follows from it",
        *(
            f"{json.dumps(name)} = true   # {line}"
            if answers.features.get(name)
            else f"# {json.dumps(name)} = true   # {line}"
            for name, line in features_of(answers).items()
        ),
        *(
            f"{json.dumps(name)} = {str(claimed).lower()}"
            for name, claimed in answers.features.items()
            if name not in features_of(answers)
        ),
    ]
