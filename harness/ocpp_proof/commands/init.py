"""`ocpp-proof init`: writes a commented sut.toml by asking a few questions."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from urllib.parse import urlsplit

from ..cases.errors import ConfigurationError
from ..sut.config import VERSIONS, is_loopback, load
from ..sut.pics import FEATURES_16

__all__ = ["init"]


def _ask(question: str, default: str, allowed: tuple[str, ...] = ()) -> str:
    hint = f" ({'/'.join(allowed)})" if allowed else ""
    while True:
        try:
            answer = input(f"{question}{hint} [{default}]: ").strip() or default
        except EOFError:
            print()
            return default
        if not allowed or answer in allowed:
            return answer
        print(f"  please one of: {', '.join(allowed)}")


def init(options: argparse.Namespace) -> int:
    """Ask, write, check what was written."""
    file: Path = options.file
    if file.exists():
        raise ConfigurationError(f"{file} is there already; give another name: ocpp-proof init other.toml")
    role = _ask("What is tested", "station", ("station", "csms"))
    vendor = _ask("Vendor", "Acme")
    model = _ask("Model", "M1")
    version = _ask("OCPP version", "2.0.1", VERSIONS)
    profile = int(
        _ask(
            "Security profile (0 plain, 1 password, 2 TLS and password, 3 client certificate)",
            "0",
            ("0", "1", "2", "3"),
        )
    )
    scheme = "wss" if profile >= 2 else "ws"
    if role == "station":
        address = _ask("Address on which the harness listens", f"{scheme}://127.0.0.1:9000/ocpp")
        identity = _ask("Identity of the station", "CS001")
    else:
        address = _ask("Address of the CSMS, without the identity", f"{scheme}://127.0.0.1:9000/ocpp")
        identity = _ask("Identities that the CSMS knows ({n:03} counts)", "PROOF-{n:03}")
    own = is_loopback(urlsplit(address).hostname or "") and _ask(
        f"Does the {role} itself run on this machine, so that cases may disturb it "
        "(no: the address is the end of a tunnel or proxy)",
        "no",
        ("yes", "no"),
    )
    text = _toml(role, vendor, model, version, profile, address, identity, on_this_machine=own)
    file.write_text(text, encoding="utf-8")
    load_checked = load if profile not in (1, 2) else None
    if load_checked:
        load_checked(file)
    print(f"{file} written. Next: ocpp-proof doctor --sut {file}")
    return 0


def _profiles(version: str, security_profile: int) -> list[str]:
    """What a product has at least; client certificates are of a certification profile of their own (Part 5)."""
    return ["Core", "Advanced Security"] if version != "1.6" and security_profile == 3 else ["Core"]


def _toml(
    role: str,
    vendor: str,
    model: str,
    version: str,
    profile: int,
    address: str,
    identity: str,
    *,
    on_this_machine: str | bool,
) -> str:
    q = json.dumps
    station = role == "station"
    lines = [
        "# The system under test. `ocpp-proof doctor --sut FILE` says what is wrong with it.",
        "[sut]",
        f'role = {q(role)}              # what is tested: "station" or "csms"',
        f"vendor = {q(vendor)}",
        f"model = {q(model)}",
        'firmware = ""',
        f"ocpp = [{q(version)}]",
        "# the certification profiles that the product claims; in 2.x the official cases of others are left out",
        f"profiles = {q(_profiles(version, profile))}",
        "",
        "[connection]",
        f"{'listen' if station else 'url'} = {q(address)}"
        + ("   # the station connects here" if station else "   # the identity is appended"),
        f"{'identity' if station else 'identities'} = {q(identity)}",
        f"security_profile = {profile}",
        "# security_profiles = [1, 2, 3]   # those that the product has, if readiness is to ask for no others",
    ]
    if on_this_machine:
        allowed = str(on_this_machine == "yes").lower()
        lines.append(
            f"on_this_machine = {allowed}       # true: cases that load or disturb it need no --allow-disruptive"
        )
    lines += (
        ['password = { env = "OCPP_PASSWORD" }   # never in the file itself; octets: { hex = "…" }']
        if profile in (1, 2)
        else []
    )
    made = (
        f"ocpp-proof certs pki --station {identity} --serial NUMBER"
        if station and profile == 3
        else "ocpp-proof certs pki"
    )
    lines += [f'pki = "pki"                  # made by: {made}'] if profile >= 2 else []
    lines += [
        "",
        "[driver]",
        "# how the SUT is operated: octt-api, webhook, command, python, manual; the first that can do a thing is used",
        'use = ["manual"]',
        '# octt-api = { station = "http://127.0.0.1:8080/api/v1" }'
        if station
        else '# webhook = { request = { url = "http://127.0.0.1:8080/api/{identity}/{action}" } }',
        "",
        "[values]",
        "# message_timeout = 30        # seconds for an answer",
        "# event_timeout = 60          # seconds for a message that the scenario expects",
        "# long_timeout = 300          # seconds for a reboot or a reconnection",
        "# quiet = 3                   # seconds of silence, where silence is required",
        "# transaction_duration = 20   # seconds in which a driver's try would have started a transaction",
        "# short_interval = 10         # seconds between messages where a case has to see an interval kept",
    ]
    lines += (
        [
            "evse = 1",
            "connector = 1",
            '# serial_number = "…"        # where it is not the identity: commonName of its certificate (A00.FR.511)',
            '# certificate_key = "RSA"   # key of the roots that it is given, where suites do not tell',
            '# firmware = { image = "fw.bin", certificate = "signer.pem", signature = "Base64" }   # it may install',
            '# upgrade = { listen = "wss://…" }   # where else security profile + 1 is looked for (1.6, TC_083_CS)',
            "[values.tokens]             # the cards that a person has (driver manual): it is asked for no others",
            '# valid = { idToken = "04A1B2C3D4", type = "ISO14443" }',
            "# second, invalid and cached as well: the harness says what they may, so any other cards will do",
        ]
        if station
        else [
            '# upgrade = { url = "wss://…", identity = "…" }   # for security profile + 1 (1.6)',
            "# what a CSMS sends that has it from elsewhere than its operator's request: its images, its log folder",
            '# firmware = { location = "https://…", certificate = "signer.pem", signature = "Base64" }',
            '# log_location = "https://…"',
            "# heartbeat_interval = 300   # seconds till the next boot of a pending station that it tells none (2.x)",
            '# charging_rate_unit = "A"    # of the profiles that it sends, "A" or "W"; and number_phases = 3',
            "# parallel = 64              # how many stations come at the same time, at most",
            "# restart_wait = 60          # seconds that a CSMS which died is waited for",
            "[values.tokens]             # tokens that the CSMS knows",
            "# cases run side by side, and a token that charges elsewhere may be refused (ConcurrentTx): one for each",
            "# case at a time by a pattern or a list; or parallel = 1 under [values]; or a driver that can add_token",
            '# valid = { idToken = "PROOF{n:03}", type = "ISO14443" }',
            "# second, blocked and expired as well; member and sibling are two of one group:",
            '# member = { idToken = "04E5F6A1", type = "ISO14443", group = "04F6A1B2" }',
        ]
    )
    lines += [
        "",
        "[features]",
        "# PICS: what the product claims; ocpp-proof list --sut FILE shows what follows from it",
        *(
            [f"# {q(name)} = true   # {line}" for name, line in FEATURES_16.items()]
            if version == "1.6"
            else ['# "C-30" = true   # by the ids of the certification profiles']
        ),
        "",
    ]
    return "\n".join(lines)
