"""A SUT with an HTTP API of its own kind: a template of method, address, headers and body for each verb or action."""

from __future__ import annotations

import json
import re
from typing import Any

from ...cases.errors import CannotTell, ConfigurationError
from .base import CSMS_VERBS, QUESTIONS, STATION_VERBS, Job, Unsupported
from .http import request

__all__ = ["Webhook"]

_FIELDS = ("method", "url", "headers", "body")


def fill(template: Any, values: dict[str, Any]) -> Any:
    """Replace `{name}` in every text of the template; a text that is only `{name}` becomes the value itself."""
    if isinstance(template, str):
        whole = re.fullmatch(r"\{(\w+)\}", template)
        if whole and whole[1] in values:
            return values[whole[1]]

        def one(match: re.Match[str]) -> str:
            value = values.get(match[1], "")
            return value if isinstance(value, str) else json.dumps(value)

        return re.sub(r"\{(\w+)\}", one, template)
    if isinstance(template, dict):
        return {k: fill(v, values) for k, v in template.items()}
    if isinstance(template, list):
        return [fill(v, values) for v in template]
    return template


def kebab(name: str) -> str:
    """RequestStartTransaction -> request-start-transaction."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class Webhook:
    """Options: a table for each verb (`request`, `plug_in`, ...) and, under `actions`, for single OCPP actions.

    A table has `url`, and optionally `method` (POST), `headers` and `body`. Texts may use {action}, {action_kebab},
    {identity} and every argument of the verb; for `request` these are {payload}, a whole OCPP payload, which is the
    body if none is given, and {wish}, only those of its fields that the case cares for.
    """

    name = "webhook"

    def __init__(self, options: dict[str, Any]) -> None:
        self.actions: dict[str, dict[str, Any]] = options.get("actions", {})
        self.verbs = {k: v for k, v in options.items() if k != "actions"}
        for verb in self.verbs:
            if verb not in (*CSMS_VERBS, *STATION_VERBS):
                raise ConfigurationError(f"[driver] webhook: unknown verb {verb!r}")
        for name, template in (*self.verbs.items(), *self.actions.items()):
            if not isinstance(template, dict) or "url" not in template:
                raise ConfigurationError(f"[driver] webhook.{name} needs a url")
            for key in template:
                if key not in _FIELDS:
                    raise ConfigurationError(f"[driver] webhook.{name}: unknown key {key!r}; known are {_FIELDS}")

    async def start(self) -> None:
        """Nothing to prepare."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    def can(self, verb: str, action: str = "") -> bool:
        """Whether there is a table for the verb, or for the action of a request."""
        return verb in self.verbs or (verb == "request" and action in self.actions)

    async def do(self, job: Job) -> Any:
        """Send the verb's request; returns the decoded answer."""
        action = job.arguments.get("action", "")
        template = self.actions.get(action) or self.verbs.get(job.verb)
        if template is None:
            raise Unsupported(f"{job.verb} {action}".strip())
        values = {"identity": job.identity, "action_kebab": kebab(action), **job.arguments}
        method = str(template.get("method", "GET" if job.verb in QUESTIONS else "POST"))
        body = (
            fill(template["body"], values)
            if "body" in template
            else (None if method == "GET" else values.get("payload"))
        )
        status, answer = await request(
            method,
            str(fill(template["url"], values)),
            body=body,
            headers=template.get("headers"),
            purpose=f"{job.verb} {action} (webhook)",
            absent=(404, 501) if job.verb in QUESTIONS else (),
        )
        if status == 501:
            raise CannotTell(f"{job.verb} (webhook): the SUT's API cannot tell")
        return None if status == 404 else answer
