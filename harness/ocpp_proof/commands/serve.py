"""`ocpp-proof serve station|csms`: a reference system as a process of its own, until it is interrupted.

To try a driver on, or the other side of a product. What it prints ends with what a sut.toml needs to test it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import signal
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ocpp_certs import Pki

from ..cases.errors import ConfigurationError
from ..sut.config import is_loopback
from ..sut.drivers.reference import Reference, csms_api

__all__ = ["serve"]

_STATUSES = {"Accepted": "valid", "Blocked": "blocked", "Expired": "expired"}
_PATTERN = "PROOF-{n:04}"
"""What the harness calls its stations where sut.toml does not say otherwise."""
_VARIABLE = "OCPP_PASSWORD"
"""Where the printed sut.toml has the password from, unless --password-env names another variable."""
_VERSIONS = ("1.6", "2.0.1", "2.1")


def serve(options: argparse.Namespace) -> int:
    """Start the system, print its addresses, and wait for SIGINT or SIGTERM. Raises ConfigurationError."""
    _check(options)
    identities = options.identity or (["CS001"] if options.role == "station" else [])
    if options.role == "csms":
        identities = [*identities, *(_PATTERN.format(n=n) for n in range(1, 1001))]
    password, given = _password(options)
    pki = Pki.create(options.pki)
    system = Reference(
        {"defects": options.defect or (), "freedoms": options.freedom or ()},
        role=options.role,
        ocpp=options.ocpp,
        security_profile=options.security_profile,
        identities=identities,
        password_of=lambda _: password,
        tokens=[_token(text) for text in options.token or ()],
        pki=pki,
        host=options.host,
        port=options.port,
        api_port=options.api_port,
    )
    asyncio.run(_serve(system, options, "" if given else password))
    return 0


def _check(options: argparse.Namespace) -> None:
    if options.ocpp not in _VERSIONS:
        raise ConfigurationError(f"--ocpp {options.ocpp}: there is no such version; there are {', '.join(_VERSIONS)}")
    if options.role == "station":
        if not options.csms:
            raise ConfigurationError("a station needs --csms URL, such as --csms ws://127.0.0.1:9000/ocpp")
        if options.token or options.port:
            raise ConfigurationError("--token and --port are for serve csms")
        if len(options.identity or ()) > 1:
            raise ConfigurationError("a station has one --identity")
        scheme = "wss" if options.security_profile >= 2 else "ws"
        if not options.csms.startswith(f"{scheme}://"):
            raise ConfigurationError(
                f"--csms {options.csms}: at security profile {options.security_profile} it begins with {scheme}://"
            )
    elif options.csms:
        raise ConfigurationError("--csms is for serve station")
    if options.security_profile >= 2 and options.pki is None:
        raise ConfigurationError(
            f"security profile {options.security_profile} needs --pki DIR, which `ocpp-proof certs DIR` makes: the "
            "other side has to trust its root.pem"
        )


def _password(options: argparse.Namespace) -> tuple[str, bool]:
    """The password, and whether the user knows it already."""
    name = options.password_env
    if name is None:
        return secrets.token_hex(10), options.security_profile not in (1, 2)
    if not os.environ.get(name):
        raise ConfigurationError(f"--password-env {name}: there is no such variable, or it is empty")
    return os.environ[name], True


def _token(text: str) -> tuple[str, dict[str, str]]:
    id, _, status = text.partition("=")
    name = _STATUSES.get(status or "Accepted")
    if not id or name is None:
        raise ConfigurationError(f"--token {text}: ID or ID=STATUS, with a STATUS of {', '.join(_STATUSES)}")
    return name, {"idToken": id, "type": "ISO14443"}


async def _serve(system: Reference, options: argparse.Namespace, password: str) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        if options.role == "csms":
            await system.start()
        else:
            await system.connect(options.csms.rstrip("/"))
        for line in _lines(system, options, password):
            print(line, flush=True)
        await ended.wait()
    except OSError as error:
        raise ConfigurationError(f"cannot listen: {error.strerror or error}") from None
    finally:
        await system.stop()


def _lines(system: Reference, options: argparse.Namespace, password: str) -> list[str]:
    api, ocpp = system.api_url, options.ocpp
    product = "CSMS" if options.role == "csms" else "station"
    lines = [f"reference {product}, OCPP {ocpp}, security profile {options.security_profile}"]
    known = [f"password {password} (export {_VARIABLE}={password})"] if password else []
    if options.role == "csms":
        lines += [
            f"  stations connect to {system.url}/IDENTITY; it knows "
            + ", ".join([*(options.identity or ()), "PROOF-0001 to PROOF-1000"]),
            *(f"  {line}, of each of them" for line in known),
            f"  to send a request: POST {api}/stations/IDENTITY/requests/ACTION with its payload as body",
            "",
            "  [sut]",
            f'  name = "reference CSMS"\n  role = "csms"\n  ocpp = ["{ocpp}"]',
            "  [connection]",
            f'  identities = "{_PATTERN}"',
            f'  url = "{system.url}"\n  security_profile = {options.security_profile}',
            *_password_key(options),
            *_on_this_machine(system.url if options.role == "csms" else options.csms),
            *([f'  pki = "{options.pki}"'] if options.security_profile >= 2 else []),
            "  [driver]",
            '  use = ["webhook"]',
            "  [driver.webhook]",
            *(f"  {verb} = {_inline(template)}" for verb, template in csms_api(api, body="{payload}").items()),
            *_tokens(options.token or ()),
        ]
    else:
        lines += [
            f"  it connects to {options.csms.rstrip('/')}/{system.identities[0]}",
            *(f"  {line}" for line in known),
            f"  to operate it: POST {api}/plugin?evse_id=1&connector_id=1, /plugout, /authorize?id=04A1B2C3, ...",
            "",
            "  [sut]",
            f'  name = "reference station"\n  role = "station"\n  ocpp = ["{ocpp}"]',
            "  [connection]",
            f'  listen = "{options.csms}"\n  identity = "{system.identities[0]}"',
            f"  security_profile = {options.security_profile}",
            *_password_key(options),
            *_on_this_machine(system.url if options.role == "csms" else options.csms),
            *([f'  pki = "{options.pki}"'] if options.security_profile >= 2 else []),
            "  [driver]",
            '  use = ["octt-api"]',
            "  [driver.octt-api]",
            f'  station = "{api}"\n  ev = "{api}/ev"',
        ]
    return [*lines, "", "Ctrl-C ends it."]


def _password_key(options: argparse.Namespace) -> list[str]:
    if options.security_profile not in (1, 2):
        return []
    return [f'  password = {{ env = "{options.password_env or _VARIABLE}" }}']


def _on_this_machine(address: str) -> list[str]:
    """It may be disturbed: a reference system is nobody's product."""
    return ["  on_this_machine = true"] if is_loopback(urlsplit(address).hostname or "") else []


def _tokens(given: Sequence[str]) -> list[str]:
    """[values.tokens] with the tokens that the CSMS was told, one of each name: the others may charge as well."""
    by_name: dict[str, dict[str, str]] = {}
    for text in given:
        name, token = _token(text)
        by_name.setdefault("second" if name in by_name and name == "valid" else name, token)
    return (
        ["  [values.tokens]", *(f"  {name} = {_inline(token)}" for name, token in by_name.items())] if by_name else []
    )


def _inline(value: Mapping[str, Any] | str) -> str:
    """As a value of TOML in one line."""
    if isinstance(value, str):
        return json.dumps(value)
    return "{ " + ", ".join(f"{name} = {_inline(entry)}" for name, entry in value.items()) + " }"
