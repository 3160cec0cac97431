"""The questions of `ocpp-proof init`, in their order."""

from __future__ import annotations

import argparse
import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ...cases.declaration import catalog
from ...cases.errors import ConfigurationError
from ...sut.config import VERSIONS, is_loopback, parse
from ...sut.pics import check_features, check_profiles, profile_key
from .answers import TOKENS, Answers
from .asking import ask, ask_list, ask_yes
from .drivers import ask_driver
from .look import Seen, boot_there, look_at_csms
from .product import read_station
from .sut_file import features_of, sut_file

__all__ = ["init"]

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - a charger elsewhere has to reach it


def init(options: argparse.Namespace) -> int:
    """Ask, check, write. Raises ConfigurationError; nothing is written then."""
    file: Path = options.file
    if file.exists():
        raise ConfigurationError(f"{file} is there already; give another name: ocpp-proof init other.toml")
    if not file.parent.is_dir():
        raise ConfigurationError(f"{file}: there is no folder {file.parent}; make it first")
    answers = _connection()
    told = _nameplate(answers, file)
    _claims(answers, told)
    _tokens(answers)
    ask_driver(answers)
    text = sut_file(answers)
    _check(text, file)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be written: {error.strerror}") from None
    print(f"{file} written. Next:")
    for step in _next_steps(answers, file):
        print(f"  {step}")
    return 0


def _connection() -> Answers:
    role = ask("What is tested", "station", ("station", "csms"))
    answers = _of_station() if role == "station" else _of_csms()
    profile = answers.security_profile
    if is_loopback(urlsplit(answers.address).hostname or ""):
        answers.on_this_machine = ask_yes(
            f"Does the {answers.product} itself run on this machine, so that cases may disturb it "
            "(no: the address is the end of a tunnel or proxy)"
        )
    if profile in (1, 2):
        answers.password_variable = ask(
            "Environment variable with the password", answers.password_variable, check=_wrong_variable
        )
    if profile >= 2:
        answers.pki = ask("Folder of the certificates, beside the file", "pki")
    return answers


def _of_station() -> Answers:
    versions = _versions(["2.0.1"])
    profile = _security_profile("0", lambda _: "")
    answers = Answers("station", versions, profile, "", "")
    answers.address = ask(
        "Address on which the harness listens (0.0.0.0: on every address of this machine)",
        f"{answers.scheme}://{_EVERYWHERE}:9000/ocpp",
        check=lambda text: _wrong_address(text, answers),
    )
    answers.identity = ask("Identity of the station", "CS001", check=_wrong_identity)
    return answers


def _of_csms() -> Answers:
    """The address first: what answers there is offered for the rest."""
    address = ask("Address of the CSMS, without the identity", "ws://127.0.0.1:9000/ocpp", check=_wrong_url)
    identity = ask("Identities that the CSMS knows ({n:03} counts)", "PROOF-{n:03}", check=_wrong_pattern)
    first, seen = identity.format(n=1), Seen()
    look = ask_yes(f"Look at the CSMS now ({first} connects without credentials, later with them, and boots)")
    if look:
        seen = look_at_csms(address, first)
    scheme = urlsplit(address).scheme
    profile = _security_profile(
        seen.security_profile or ("2" if scheme == "wss" else "0"),
        lambda text: (
            "" if Answers("csms", [], int(text), "", "").scheme == scheme else f"the address begins with {scheme}://"
        ),
    )
    versions = _versions(seen.versions or ["2.0.1"])
    return Answers("csms", versions, profile, address, identity, look=look)


def _versions(default: list[str]) -> list[str]:
    return ask_list("OCPP versions, separated by commas", default, check=_wrong_versions)


def _security_profile(default: str, check: Callable[[str], str]) -> int:
    question = "Security profile (0 plain, 1 password, 2 TLS and password, 3 client certificate)"
    return int(ask(question, default, ("0", "1", "2", "3"), check=check))


def _nameplate(answers: Answers, file: Path) -> dict[str, bool]:
    """Vendor, model and firmware, and which profiles and features the product says that it has."""
    told: dict[str, bool] = {}
    if answers.role == "station" and answers.security_profile >= 2 and not (file.parent / answers.pki).is_dir():
        print(f"  to have the station read, first make the certificates, in another terminal: {answers.certs_command}")
    if answers.role == "station" and ask_yes(
        "Read vendor, model and profiles from the station now (it has to connect)"
    ):
        told = read_station(answers, file)
    if answers.look:
        boot_there(answers, file)
    answers.vendor = _nameplate_entry("Vendor", answers.vendor)
    answers.model = _nameplate_entry("Model", answers.model)
    answers.firmware = _nameplate_entry("Firmware version", answers.firmware)
    return told


def _nameplate_entry(question: str, told: str) -> str:
    answer = ask(f"{question} (-: not given)", told or "-")
    return "" if answer == "-" else answer


def _claims(answers: Answers, told: dict[str, bool]) -> None:
    known = _profiles_of(answers)
    has = {profile_key(name) for name, there in told.items() if there}
    default = ["Core"] if answers.versions == ["1.6"] or answers.security_profile < 3 else ["Core", "Advanced Security"]
    default += [name for name in known if profile_key(name) in has]
    answers.profiles = ask_list(
        "Certification profiles that the product claims",
        default,
        check=lambda names: _refused(check_profiles, tuple(names), known, "this file"),
        help="\n".join(f"  {name}" for name in known),
    )
    features = features_of(answers)
    shown = [name for name, there in told.items() if there and name in features]
    claimed = ask_list(
        "Features that it has beside those",
        shown,
        check=lambda names: _refused(
            check_features, dict.fromkeys(names, True), tuple(answers.versions), answers.role, "this file"
        ),
        help="\n".join(f"  {name:<12} {line}" for name, line in features.items()),
    )
    answers.features = dict.fromkeys(claimed, True)


def _tokens(answers: Answers) -> None:
    if answers.role == "station":
        id = ask("Card that the reader can read, and you have (idToken; -: none)", "-")
        answers.tokens = {} if id == "-" else {"valid": id}
        return
    for name, what in TOKENS.items():
        id = ask(f"{what} (idToken; {{n:03}} counts; -: none)", "-", check=_wrong_token)
        if id != "-":
            answers.tokens[name] = id


def _next_steps(answers: Answers, file: Path) -> list[str]:
    steps = []
    if answers.security_profile >= 2:
        steps.append(f"{answers.certs_command}     (once; {_installed(answers)})")
    if answers.security_profile in (1, 2):
        steps.append(f"export {answers.password_variable}=…")
    return [*steps, f"ocpp-proof doctor --sut {file}", f"ocpp-proof run --sut {file}"]


def _installed(answers: Answers) -> str:
    """What is done with the certificates of the PKI."""
    if answers.role == "station":
        return f"{answers.pki}/root.pem is then installed in the product"
    trusted = f"{answers.pki}/root.pem is then installed in the product; " if answers.security_profile == 3 else ""
    return f"{trusted}the root of a certificate that the CSMS has of its own is named by connection.ca"


def _check(text: str, file: Path) -> None:
    """The file is right in itself; a password that is not set yet does not matter."""
    data: dict[str, Any] = tomllib.loads(text)
    if "password" in data["connection"]:
        data["connection"]["password"] = "0" * 16
    config = parse(data, where=str(file), folder=file.resolve().parent)
    check_features(config.features, config.versions, config.role, str(file))


def _profiles_of(answers: Answers) -> list[str]:
    rows = [row for row in catalog().values() if row.sut == answers.role and row.ocpp in answers.versions]
    names = dict.fromkeys(name.split("/")[-1].strip() for row in rows for name in row.profiles if name)
    return sorted(names)


def _refused(check: Any, *arguments: Any) -> str:
    """What a check of the configuration says; empty where it takes it."""
    try:
        check(*arguments)
    except ConfigurationError as error:
        return str(error)
    return ""


def _wrong_versions(versions: list[str]) -> str:
    wrong = [version for version in versions if version not in VERSIONS]
    return f"some of {', '.join(VERSIONS)}, please" if wrong or not versions else ""


def _wrong_url(text: str) -> str:
    return _wrong_address(text, Answers("csms", [], 2 if text.startswith("wss") else 0, "", ""))


def _wrong_address(text: str, answers: Answers) -> str:
    example = f"{answers.scheme}://192.168.1.5:9000/ocpp"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return f"the port is no number; an address such as {example}, please"
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        return f"an address that begins with {answers.scheme}://, such as {example}, please"
    if parts.scheme != answers.scheme:
        return f"at security profile {answers.security_profile} it begins with {answers.scheme}://"
    return f"it needs a port, such as {example}" if answers.role == "station" and not port else ""


def _wrong_identity(text: str) -> str:
    return "it must not contain ':' (A00.FR.204)" if ":" in text else ""


def _wrong_pattern(text: str) -> str:
    return _wrong_token(text) or _wrong_identity(text.format(n=1))


def _wrong_token(text: str) -> str:
    try:
        text.format(n=1)
    except (ValueError, KeyError, IndexError):
        return "a name, or a pattern such as CP-{n:03}, please"
    return ""


def _wrong_variable(text: str) -> str:
    if not text.isidentifier():
        return "the name of a variable, such as OCPP_PASSWORD, please; the password itself stays out of the file"
    if text not in os.environ:
        print(f"  {text} is not set yet; doctor and run need it")
    return ""
