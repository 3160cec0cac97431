"""A SUT with an HTTP API of its own kind: a template of method, address, headers and body for each verb or action."""

from __future__ import annotations

import asyncio
from typing import Any

from ...cases.errors import CannotTell, ConfigurationError, DriverError
from ...cases.redact import Redactor
from .base import CSMS_VERBS, QUESTIONS, STATION_VERBS, Job, Unsupported
from .http import request
from .templates import fill, spellings

__all__ = ["Webhook"]

_TABLE = ("method", "url", "headers", "body", "fields", "success")
_LOGIN = ("method", "url", "headers", "body", "take")
_SUCCESS = ("status", "field", "values")
_GENERAL = ("actions", "login", "headers", "success")
UNAUTHORIZED = 401
MOST = 400
"""Characters of what is told of an answer that is no success."""


class Webhook:
    """Options: a table for each verb (`request`, `plug_in`, ...) and, under `actions`, for single OCPP actions.

    A table has `url`, and optionally `method` (POST), `headers` and `body`. Texts may use {identity}, {action},
    {action_kebab}, {action_camel}, {action_snake} and every argument of the verb; for `request` these are {payload}, a
    whole OCPP payload, which is the body if none is given, and {wish}, only those of its fields that the case cares
    for. {payload.idTag} is one field, and a body with "*" = "{payload}" has its fields beside others.

    `fields`: the fields of the wish that this API can send; a wish with others is none for it. `success`: what an
    answer has to be (`status`, a number or a list; `field` and the `values` that it may have); without it any status
    from 200 to 299 is success, 202 too: that the request comes is seen on the wire.

    For all tables: `headers`, `success`, and `login`, a request whose answer has a token in the field `take`: {token}
    in the other templates. It is sent before the first one, and again when one is answered with 401. `redactor` learns
    the token, and takes secrets out of what errors tell of answers.
    """

    name = "webhook"

    def __init__(self, options: dict[str, Any], redactor: Redactor | None = None) -> None:
        self._hide = redactor or Redactor([])
        self.actions: dict[str, dict[str, Any]] = options.get("actions", {})
        self.verbs = {k: v for k, v in options.items() if k not in _GENERAL}
        self.login: dict[str, Any] | None = options.get("login")
        self.headers: dict[str, Any] = options.get("headers", {})
        self.success: dict[str, Any] = options.get("success", {})
        self._token: str | None = None
        self._logging_in = asyncio.Lock()
        for verb in self.verbs:
            if verb not in (*CSMS_VERBS, *STATION_VERBS):
                raise ConfigurationError(f"[driver] webhook: unknown verb {verb!r}")
        for name, template in (*self.verbs.items(), *self.actions.items()):
            _check(name, template, _TABLE, needs="url")
            _check_success(f"{name}.success", template.get("success", {}))
        _check_success("success", self.success)
        if self.login is not None:
            _check("login", self.login, _LOGIN, needs="url")
            _check("login", self.login, _LOGIN, needs="take")

    async def start(self) -> None:
        """Nothing to prepare: a login is sent when it is needed."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    def can(self, verb: str, action: str = "") -> bool:
        """Whether there is a table for the verb, or for the action of a request."""
        return verb in self.verbs or (verb == "request" and action in self.actions)

    def addresses(self) -> dict[str, str]:
        """Where it goes, by the key under [driver.webhook]: templates whose places are not filled."""
        tables = {**self.verbs, **{f"actions.{name}": table for name, table in self.actions.items()}}
        tables |= {} if self.login is None else {"login": self.login}
        return {f"{key}.url": str(table["url"]) for key, table in tables.items()}

    async def do(self, job: Job) -> Any:
        """Send the verb's request; returns the decoded answer."""
        action = job.arguments.get("action", "")
        template = self.actions.get(action) or self.verbs.get(job.verb)
        if template is None:
            raise Unsupported(f"{job.verb} {action}".strip())
        if job.verb == "request" and "fields" in template:
            other = [name for name in job.arguments.get("wish", {}) if name not in template["fields"]]
            if other:
                raise Unsupported(f"{action} with {', '.join(other)}: not among the fields of [driver.webhook]")
        values = {"identity": job.identity, **job.arguments, **spellings(action)}
        purpose = f"{job.verb} {action} (webhook)"
        status, answer = await self._sent(template, values, job.verb, purpose)
        if status == 501:
            raise CannotTell(f"{job.verb} (webhook): the SUT's API cannot tell")
        if status == 404:
            return None
        wrong = _unlike(status, answer, template.get("success", self.success))
        if wrong:
            raise DriverError(f"{purpose}: {self._hide.text(wrong)[:MOST]}")
        return answer

    async def _sent(self, template: dict[str, Any], values: dict[str, Any], verb: str, purpose: str) -> tuple[int, Any]:
        token: str | None = None
        for again in (False, True):
            token = await self._logged_in(refused=token)
            status, answer = await self._send(template, values | {"token": token}, verb, purpose, last=again)
            if status != UNAUTHORIZED:
                break
        return status, answer

    async def _send(
        self, template: dict[str, Any], values: dict[str, Any], verb: str, purpose: str, *, last: bool
    ) -> tuple[int, Any]:
        method = str(template.get("method", "GET" if verb in QUESTIONS else "POST"))
        body = None if method == "GET" else values.get("payload")
        if "body" in template:
            body = fill(template["body"], values)
        absent = (404, 501) if verb in QUESTIONS else ()
        return await request(
            method,
            str(fill(template["url"], values)),
            body=body,
            headers=fill(self.headers | template.get("headers", {}), values),
            purpose=purpose,
            absent=absent if self.login is None or last else (*absent, UNAUTHORIZED),
            hide=self._hide.text,
        )

    async def _logged_in(self, *, refused: str | None) -> str:
        """The token of the login; a new one where it is still that which was refused. Empty without a login."""
        if self.login is None:
            return ""
        async with self._logging_in:
            if self._token is not None and self._token != refused:
                return self._token
            _, answer = await request(
                str(self.login.get("method", "POST")),
                str(self.login["url"]),
                body=self.login.get("body"),
                headers=self.login.get("headers"),
                purpose="login (webhook)",
                hide=self._hide.text,
            )
            token = fill(f"{{answer.{self.login['take']}}}", {"answer": answer})
            if not isinstance(token, str) or not token:
                raise DriverError(f"login (webhook): the answer has no text in the field {self.login['take']!r}")
            self._hide.learn(token)
            self._token = token
            return token


def _check(name: str, table: Any, known: tuple[str, ...], *, needs: str) -> None:
    if not isinstance(table, dict) or needs not in table:
        raise ConfigurationError(f"[driver] webhook.{name} needs a {needs}")
    for key in table:
        if key not in known:
            raise ConfigurationError(f"[driver] webhook.{name}: unknown key {key!r}; known are {known}")


def _check_success(name: str, rule: Any) -> None:
    if not isinstance(rule, dict) or any(key not in _SUCCESS for key in rule):
        raise ConfigurationError(f"[driver] webhook.{name} is a table with {', '.join(_SUCCESS)}")
    if ("field" in rule) != ("values" in rule):
        raise ConfigurationError(f"[driver] webhook.{name} needs both: field, and the values that it may have")


def _unlike(status: int, answer: Any, rule: dict[str, Any]) -> str:
    """Why the answer is none of success; empty where it is one."""
    wanted = rule.get("status", status)
    if status not in (wanted if isinstance(wanted, list) else [wanted]):
        return f"it answered {status}, and success is {wanted}: {str(answer)!r}"
    if "field" in rule:
        value = fill(f"{{answer.{rule['field']}}}", {"answer": answer})
        if value not in rule["values"]:
            return f"its answer has {rule['field']} = {value!r}, and success is one of {rule['values']}"
    return ""
