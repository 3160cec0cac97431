"""The schema files that PyPI `ocpp` ships, checked by their digests and corrected where OCA's own differ."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version as installed_version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

__all__ = ["Schema", "UnverifiedSchemas", "digest", "load_schema"]

Schema = dict[str, Any]

_FOLDERS = {"1.6": "v16", "2.0.1": "v201", "2.1": "v21"}


class UnverifiedSchemas(RuntimeError):
    """The installed schema files are not the ones that were compared with OCA's."""


@cache
def load_schema(version: str, action: str, kind: str) -> Schema:
    """The schema of a message ("request" or "response"), corrected. Raises KeyError when the version has no such one.

    A SEND of 2.1 counts as a request. Treat the result as read-only: it is shared.
    """
    path = _verified_folder(version) / _file_name(version, action, kind)
    if kind not in ("request", "response") or not path.is_file():
        raise KeyError(f"OCPP {version} has no {kind} of {action}")
    schema = cast(Schema, json.loads(path.read_text("utf-8-sig")))
    _correct(schema, version, action, kind)
    return schema


def digest(version: str) -> str:
    """SHA-256 over the names and contents of all schema files installed for a version."""
    total = hashlib.sha256()
    for path in sorted(_folder(version).glob("*.json")):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


@cache
def _verified_folder(version: str) -> Path:
    known: dict[str, Any] = json.loads(files("ocpp_proof.ocppj").joinpath("schema_digests.json").read_text())
    if digest(version) not in known[version]:
        raise UnverifiedSchemas(
            f"the schema files for OCPP {version} of the installed package ocpp {installed_version('ocpp')} are not "
            f"those that were compared with OCA's; install ocpp {' or '.join(known['packages'])}"
        )
    return _folder(version)


def _folder(version: str) -> Path:
    if version not in _FOLDERS:
        raise ValueError(f"unknown OCPP version {version!r}; known are {', '.join(_FOLDERS)}")
    package = find_spec("ocpp")  # found, not imported: only its files are needed
    if package is None or not package.submodule_search_locations:
        raise UnverifiedSchemas("the package ocpp, which carries the schema files, is not installed")
    return Path(package.submodule_search_locations[0], _FOLDERS[version], "schemas")


def _file_name(version: str, action: str, kind: str) -> str:
    if not action.isalnum():  # it may come from the wire
        return ""
    if kind == "response":
        return f"{action}Response.json"
    unanswered = version == "2.1" and action == "NotifyPeriodicEventStream"
    return f"{action}.json" if version == "1.6" or unanswered else f"{action}Request.json"


def _correct(schema: Schema, version: str, action: str, kind: str) -> None:
    match version, action, kind:
        case "1.6", "MeterValues", "request":
            # no unit exists for Frequency; the text asks for 1..* values, so the files' minItems stay
            sampled = schema["properties"]["meterValue"]["items"]["properties"]["sampledValue"]["items"]
            sampled["properties"]["unit"]["enum"].remove("Hertz")
        case "2.0.1", "Get15118EVCertificate", "response":
            schema["properties"]["exiResponse"]["maxLength"] = 5600
