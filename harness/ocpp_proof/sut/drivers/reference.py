"""The embedded default: starts a reference system (or a null SUT) in this process and operates it through its API.

It talks to the system as to any other, over the wire and over HTTP; the import of the fixtures is the only arrow from
the harness to them, and it is followed only when this driver is used.
"""

from __future__ import annotations

import asyncio
import importlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from ocpp_certs import Pki

from ...cases.errors import ConfigurationError
from ...cases.passwords import hexadecimal, octets
from .base import Job, Unsupported
from .octt_api import STATION_OPERATIONS, OcttApi
from .webhook import Webhook

__all__ = ["Reference"]

_OWN_OPERATIONS: dict[str, tuple[str, str, dict[str, str], dict[str, str]]] = {
    "power_off": ("station", "power", {}, {"on": "false"}),
    "power_on": ("station", "power", {}, {"on": "true"}),
    "cut_network": ("station", "network", {}, {"up": "false"}),
    "restore_network": ("station", "network", {}, {"up": "true"}),
    "press_stop": ("station", "stop_button", {"evse_id": "evseId"}, {}),
    "set_limit": (
        "station",
        "transaction_limit",
        {"limit": "limit", "value": "value", "evse_id": "evseId"},
        {},
    ),
    "set_security_profile": ("station", "security_profile", {"profile": "securityProfile"}, {}),
    "ev_ready": ("ev", "state", {"evse_id": "evseId"}, {"ready": "true"}),
    "ev_suspend": ("ev", "state", {"evse_id": "evseId"}, {"ready": "false"}),
    "ev_end": ("ev", "end", {"evse_id": "evseId"}, {}),
    "plug_in_halfway": (
        "station",
        "plugin",
        {"evse_id": "evseId", "connector_id": "connectorId"},
        {"halfway": "true"},
    ),
}


_MAY_CHARGE = ("valid", "second", "member", "sibling", "masterpass", "prepaid", "nocredit")
_CREDIT = {"prepaid": 25.0, "nocredit": 0.0}
"""What is left of a prepaid token, by its name in sut.toml."""


class _StationApi(OcttApi):
    operations: ClassVar = {**STATION_OPERATIONS, **_OWN_OPERATIONS}


def csms_api(base: str, *, body: str) -> dict[str, dict[str, Any]]:
    """[driver.webhook] for the API of a reference CSMS at `base`; `body`: the place that fills a request."""
    station = base + "/stations/{identity}"
    return {
        "request": {"url": station + "/requests/{action}", "body": body},
        "transaction": {"url": station + "/transactions/{id}"},
        "variable": {"url": station + "/variables/{component}.{variable}"},
        "set_password": {"method": "PUT", "url": station, "body": {"password": "{password}"}},
        "accept_station": {"method": "PUT", "url": station, "body": {"registration": "{registration}"}},
        "limit_transaction": {
            "method": "PUT",
            "url": station + "/limits",
            "body": {"limit": "{limit}", "transactionId": "{transactionId}", "idToken": "{idToken}"},
        },
        "add_token": {
            "method": "PUT",
            "url": base + "/tokens/{idToken}",
            "body": {"type": "{type}", "status": "{status}", "group": "{group}"},
        },
    }


class Reference:
    """Options: `defects`, `freedoms` (names), `build` (words: in what a station differs from the fullest one), `null`
    (true: the SUT that accepts everything and remembers nothing; "at its best": such a CSMS with a right clock, that is
    given whole payloads and cannot be asked what it recorded)."""

    name = "reference"

    def __init__(
        self,
        options: dict[str, Any],
        *,
        role: str,
        ocpp: str,
        security_profile: int,
        identities: list[str],
        password_of: Callable[[str], str],
        tokens: Sequence[tuple[str, dict[str, str]]],
        pki: Pki,
        host: str = "127.0.0.1",
        port: int = 0,
        api_port: int = 0,
    ) -> None:
        for key in options:
            if key not in ("defects", "freedoms", "build", "null"):
                raise ConfigurationError(
                    f"[driver] reference: unknown key {key!r}; known are defects, freedoms, build, null"
                )
        self.defects = tuple(options.get("defects", ()))
        self.freedoms = tuple(options.get("freedoms", ()))
        self.build = tuple(options.get("build", ()))
        self.null = bool(options.get("null", False))
        self.at_its_best = options.get("null") == "at its best"
        self.role = role
        self.ocpp = ocpp
        self.security_profile = security_profile
        self.identities = identities
        self.password_of = password_of
        self.tokens = tokens
        self.pki = pki
        self.host, self.port, self.api_port = host, port, api_port
        self._folder = tempfile.TemporaryDirectory(prefix="ocpp-proof-")
        self._background: Any = None
        self._system: Any = None
        self._api: OcttApi | Webhook | None = None

    async def start(self) -> None:
        """Start the reference CSMS; a reference station starts with `connect`."""
        if self.role == "csms":
            await self._launch(self._csms())

    @property
    def url(self) -> str:
        """Where the reference CSMS listens; by name under TLS, as its certificate says."""
        url = str(self._system.url)
        return url.replace("//127.0.0.1:", "//localhost:") if url.startswith("wss") else url

    @property
    def api_url(self) -> str:
        """Where the HTTP API of the system is, once it has been started."""
        return str(self._system.api_url)

    @property
    def upgrade_url(self) -> str:
        """Where the reference CSMS serves the next higher security profile."""
        return str(getattr(self._system, "upgrade_url", self.url)).replace("//127.0.0.1:", "//localhost:")

    @property
    def serial_number(self) -> str:
        """The serial number of the reference station, which is told when it boots and named by its certificate."""
        if self.role == "csms" or self.null:
            return ""
        serial = self._make(
            "station", "serial_number_of", identity=self.identities[0], ocpp=self.ocpp, freedoms=self.freedoms
        )
        return str(serial)

    async def connect(self, url: str) -> None:
        """Start the reference station against the harness at `url`."""
        await self._launch(self._station(url))

    async def _launch(self, system: Any) -> None:
        from ocpp_fixtures.background import Background

        self._system = system
        self._background = Background()
        await asyncio.to_thread(self._background.start, system.start())
        base = str(system.api_url)
        if self.role == "station":
            self._api = _StationApi({"station": base, "ev": f"{base}/ev"})
        else:
            self._api = Webhook(csms_api(base, body="{payload}" if self.at_its_best else "{wish}"))

    def _files(self) -> Path:
        folder = Path(self._folder.name)
        (folder / "root.pem").write_bytes(self.pki.root_pem)
        return folder

    def _make(self, module: str, name: str, **options: Any) -> Any:
        try:
            return getattr(importlib.import_module(f"ocpp_fixtures.{module}"), name)(**options)
        except ValueError as error:
            raise ConfigurationError(f"[driver] reference: {error}") from None

    def _as_octets(self, identity: str) -> str | bytes:
        """A password as the reference station has it: a text where it is one."""
        password = self.password_of(identity)
        return password if octets(password).isascii() else octets(password)

    def _as_digits(self, identity: str) -> str:
        """A password as the reference CSMS has it: what is no text is written in hexadecimal digits (1.6)."""
        password = self.password_of(identity)
        return password if octets(password).isascii() else hexadecimal(password)

    def _csms(self) -> Any:
        tls = upgrade = None
        if self.security_profile in (1, 2):
            from ocpp_fixtures.csms import TlsFiles

            folder = self._files()
            server = self.pki.csms.write(folder, "csms")
            root = folder / "root.pem" if self.security_profile == 2 else None
            upgrade = TlsFiles(certificate=server.certificate, key=server.key, client_ca=root)
        if self.security_profile >= 2:
            from ocpp_fixtures.csms import TlsFiles

            folder = self._files()
            server = self.pki.csms.write(folder, "csms")
            rsa = self.pki.csms_rsa.write(folder, "csms-rsa")
            tls = TlsFiles(
                certificate=server.certificate,
                key=server.key,
                client_ca=folder / "root.pem" if self.security_profile == 3 else None,
                rsa_certificate=rsa.certificate,
                rsa_key=rsa.key,
            )
        common = {"ocpp": self.ocpp, "security_profile": self.security_profile, "tls": tls}
        if self.null:
            return self._make("null_csms", "NullCsms", **common, at_its_best=self.at_its_best)
        from ocpp_fixtures.csms import Token

        tokens = {
            t["idToken"]: Token(
                t["idToken"],
                t.get("type", "ISO14443"),
                status="Accepted" if name in _MAY_CHARGE else name.capitalize(),
                group=t.get("group"),
                credit=_CREDIT.get(name),
            )
            for name, t in self.tokens
            if name not in ("invalid", "unknown")
        }
        passwords = {i: self._as_digits(i) for i in self.identities} if self.security_profile in (1, 2) else None
        return self._make(
            "csms",
            "ReferenceCsms",
            **common,
            passwords=passwords,
            tokens=tokens,
            stations=self.identities,
            authority=self.pki,
            upgrade=upgrade,
            defects=self.defects,
            freedoms=self.freedoms,
            host=self.host,
            port=self.port,
            api_port=self.api_port,
        )

    def _station(self, url: str) -> Any:
        identity = self.identities[0]
        tls = None
        if self.security_profile >= 2:
            from ocpp_fixtures.station import StationTls

            folder = self._files()
            client = None
            if self.security_profile == 3:
                client = self.pki.station(self.serial_number or identity).write(folder, "station")
            tls = StationTls(
                ca=folder / "root.pem",
                certificate=client.certificate if client else None,
                key=client.key if client else None,
            )
        common = {
            "ocpp": self.ocpp,
            "identity": identity,
            "csms_url": url,
            "security_profile": self.security_profile,
            "password": self._as_octets(identity) or None,
            "tls": tls,
        }
        if self.null:
            return self._make("null_station", "NullStation", **common)
        return self._make(
            "station",
            "ReferenceStation",
            **common,
            defects=self.defects,
            freedoms=self.freedoms,
            build=self.build,
            api_port=self.api_port,
        )

    def can(self, verb: str, action: str = "") -> bool:
        """Whether the reference system of this role has it."""
        return self._api is not None and self._api.can(verb, action)

    async def do(self, job: Job) -> Any:
        """Operate the system through its HTTP API."""
        if self._api is None:
            raise Unsupported(job.verb)
        return await self._api.do(job)

    async def stop(self) -> None:
        """Stop the system and remove its files."""
        if self._background is not None:
            background, self._background = self._background, None
            await asyncio.to_thread(background.start, self._system.stop())
            await asyncio.to_thread(background.stop)
        self._folder.cleanup()
