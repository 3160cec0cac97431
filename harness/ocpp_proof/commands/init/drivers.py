"""The stanza of a driver in sut.toml, and what has to be asked for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

from ...sut.config import DRIVERS
from .answers import Answers
from .asking import ask

__all__ = ["NAMES", "ask_driver", "stanza"]

NAMES = tuple(name for name in DRIVERS if name != "reference")
_DEFAULTS = {
    "octt-api": "http://127.0.0.1:8080/api/v1",
    "webhook": "http://127.0.0.1:8080/api",
    "command": "./bench.sh",
    "python": "my_bench:Bench",
}
_QUESTIONS = {
    "octt-api": "Base address of the API that the rig has for the official tool",
    "webhook": "Base address of the product's or the bench's HTTP API",
    "command": "The program, which gets a verb as its last argument and JSON on standard input",
    "python": "Module and class, in the folder of the file or installed",
}


def ask_driver(answers: Answers) -> None:
    """Ask for the driver and its setting, and keep its stanza."""
    answers.driver = ask(f"How is the {answers.product} operated", "manual", NAMES)
    if answers.driver in _QUESTIONS:
        setting = ask(_QUESTIONS[answers.driver], _DEFAULTS[answers.driver], check=_CHECKS[answers.driver])
        answers.driver_lines = stanza(answers.role, answers.driver, setting)


def _address(text: str) -> str:
    parts = urlsplit(text)
    return "" if parts.scheme in ("http", "https") and parts.hostname else "an http:// or https:// address, please"


def _class(text: str) -> str:
    module, colon, name = text.partition(":")
    right = colon and all(part.isidentifier() for part in (*module.split("."), name))
    return "" if right else 'a module and a class, such as "my_bench:Bench", please'


_CHECKS: dict[str, Callable[[str], str]] = {
    "octt-api": _address,
    "webhook": _address,
    "command": lambda text: "",
    "python": _class,
}


def stanza(role: str, driver: str, setting: str = "") -> list[str]:
    """The lines under [driver] after `use`, which work as they are; docs/bench.md has all that a driver takes."""
    setting = (setting or _DEFAULTS.get(driver, "")).rstrip("/")
    match driver:
        case "octt-api":
            sides = ("station", "ev") if role == "station" else ("csms",)
            given = ", ".join(f"{side} = {json.dumps(setting)}" for side in sides)
            return [f"octt-api = {{ {given} }}"]
        case "webhook" if role == "csms":
            return [
                "[driver.webhook]",
                f'request = {{ url = "{setting}/stations/{{identity}}/{{action}}", body = "{{payload}}" }}',
                f'# transaction = {{ url = "{setting}/transactions/{{identity}}/{{id}}" }}   # what it recorded',
                '# actions = { Reset = { url = "…" } }      # where an action has an address of its own',
                '# login = { url = "…", body = { … }, take = "token" }   # docs/bench.md',
            ]
        case "webhook":
            place = 'body = { evse = "{evseId}", connector = "{connectorId}" }'
            return [
                "[driver.webhook]",
                f'plug_in = {{ url = "{setting}/plug-in", {place} }}',
                f'unplug = {{ url = "{setting}/unplug", {place} }}',
                f'present_token = {{ url = "{setting}/card", body = {{ id = "{{idToken}}" }} }}',
                f'power_cycle = {{ url = "{setting}/power-cycle" }}',
            ]
        case "command" | "python":
            return [f"{driver} = {json.dumps(setting)}"]
    return []
