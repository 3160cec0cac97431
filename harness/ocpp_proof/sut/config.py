"""sut.toml: one file describes a system under test.

Everything that is missing, misspelt or contradictory is a ConfigurationError that names the key and what to change.
"""

from __future__ import annotations

import difflib
import hashlib
import ipaddress
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..cases.errors import ConfigurationError
from ..cases.timing import Timing
from .keys import KEYS
from .known import Known, known_failures
from .secret_values import PLACES, secret, with_secrets
from .token_plans import TokenPlan, token_plan, tokens_of

__all__ = ["VERSIONS", "Connection", "Known", "SutConfig", "is_loopback", "load"]

VERSIONS = ("1.6", "2.0.1", "2.1")

_OF_THE_OTHER = {"station": ("url", "identities"), "csms": ("listen", "identity")}
DRIVERS = ("octt-api", "webhook", "command", "python", "manual", "reference")


@dataclass(frozen=True, slots=True)
class Connection:
    """Where and as whom SUT and harness meet. `listen` is set for a station under test, `url` for a CSMS.

    `security_profile` is that of a run; `security_profiles` are those that the product has, none where nobody said.
    `on_this_machine`: the SUT itself runs here, and the address is not the end of a tunnel or proxy; None: nobody said.
    """

    listen: str = ""
    url: str = ""
    identities: tuple[str, ...] = ()
    pattern: str = ""
    security_profile: int = 0
    security_profiles: tuple[int, ...] = ()
    passwords: dict[str, str] = field(default_factory=dict)
    password: str = ""
    pki: Path | None = None
    ca: Path | None = None
    on_this_machine: bool | None = None

    def password_of(self, identity: str) -> str:
        """The HTTP Basic password of a station."""
        return self.passwords.get(identity, self.password)


@dataclass(frozen=True, slots=True)
class SutConfig:
    """A system under test as its file describes it, with one version and one security profile chosen for the run."""

    name: str
    role: str
    versions: tuple[str, ...]
    connection: Connection
    vendor: str = ""
    model: str = ""
    firmware: str = ""
    profiles: tuple[str, ...] = ()
    drivers: tuple[str, ...] = ()
    driver_options: dict[str, Any] = field(default_factory=dict)
    driver_secrets: tuple[str, ...] = ()
    features: dict[str, Any] = field(default_factory=dict)
    features_given: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    token_plans: dict[str, TokenPlan] = field(default_factory=dict)
    known: tuple[Known, ...] = ()
    timing: Timing = field(default_factory=Timing)
    path: Path | None = None
    sha256: str = ""
    folder: Path = Path()

    @property
    def tokens(self) -> dict[str, dict[str, str]]:
        """The tokens of [values.tokens] by name; where there are several, those of the first case."""
        return tokens_of(self.token_plans, 1)


def _nearest(word: str, words: Any) -> str:
    near = difflib.get_close_matches(word, [str(w) for w in words], 1, 0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(str(w) for w in words))}"


def _known_keys(table: dict[str, Any], section: str, where: str, *, unlikely: tuple[str, ...] = ()) -> None:
    """Raise ConfigurationError for a key that is not of the section; `unlikely` ones are not proposed instead."""
    for key in table:
        if key not in KEYS[section]:
            likely = [known for known in KEYS[section] if known not in unlikely]
            raise ConfigurationError(f"{where}: unknown key {key!r}{_nearest(key, likely)}")


def _seconds(values: dict[str, Any], key: str, default: float, where: str) -> float:
    value = values.get(key, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
        raise ConfigurationError(f"{where}: values.{key} must be a number of seconds above 0, not {value!r}")
    return float(value)


def _table(data: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise ConfigurationError(f"{where}: {name} must be a table ([{name}])")
    return table


def load(path: Path) -> SutConfig:
    """Read and check a sut.toml; raises ConfigurationError."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}; give it with --sut FILE") from None
    try:
        data = tomllib.loads(text.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from None
    return parse(
        data, where=str(path), folder=path.resolve().parent, path=path, sha256=hashlib.sha256(text).hexdigest()
    )


def parse(data: dict[str, Any], *, where: str, folder: Path, path: Path | None = None, sha256: str = "") -> SutConfig:
    """Check a sut.toml that was already decoded; relative paths in it start at `folder`."""
    _known_keys(data, "", where)
    sut = _table(data, "sut", where)
    _known_keys(sut, "sut", f"{where} [sut]")
    role = sut.get("role")
    if role not in ("station", "csms"):
        given = f", not {role!r}" if role is not None else " (it is missing)"
        raise ConfigurationError(f'{where}: sut.role must be "station" or "csms"{given}')
    versions = sut.get("ocpp", [])
    versions = [versions] if isinstance(versions, str) else versions
    if not isinstance(versions, list) or not versions:
        raise ConfigurationError(f'{where}: sut.ocpp must list the versions, such as ["2.0.1"]')
    for version in versions:
        if version not in VERSIONS:
            raise ConfigurationError(f"{where}: sut.ocpp has {version!r}{_nearest(str(version), VERSIONS)}")
    values = _table(data, "values", where)
    _known_keys(values, "values", f"{where} [values]")
    parallel = values.get("parallel", 1)
    if not isinstance(parallel, int) or isinstance(parallel, bool) or parallel < 1:
        raise ConfigurationError(f"{where}: values.parallel must be a number of cases, 1 or more, not {parallel!r}")
    drivers, options = _drivers(_table(data, "driver", where), where)
    options, secrets = with_secrets(options, f"{where} [driver]", folder)
    features = _table(data, "features", where)
    return SutConfig(
        name=str(sut.get("name") or sut.get("model") or sut.get("vendor") or role),
        role=role,
        versions=tuple(versions),
        connection=_connection(_table(data, "connection", where), role, where, folder, drivers),
        vendor=str(sut.get("vendor", "")),
        model=str(sut.get("model", "")),
        firmware=str(sut.get("firmware", "")),
        profiles=tuple(sut.get("profiles", ())),
        drivers=drivers,
        driver_options=options,
        driver_secrets=secrets,
        features=features,
        features_given="features" in data,
        values=values,
        token_plans=_tokens(values.get("tokens", {}), where),
        known=known_failures(data.get("known", []), where),
        timing=Timing(
            message=_seconds(values, "message_timeout", 30, where),
            event=_seconds(values, "event_timeout", 60, where),
            long=_seconds(values, "long_timeout", 300, where),
            quiet=_seconds(values, "quiet", 3, where),
            transaction=_seconds(values, "transaction_duration", 20, where),
            case=_seconds(values, "case_timeout", 900, where),
            driver=_seconds(values, "driver_timeout", 60, where),
            restart=_seconds(values, "restart_wait", 60, where),
        ),
        path=path,
        sha256=sha256,
        folder=folder,
    )


def _connection(table: dict[str, Any], role: str, where: str, folder: Path, drivers: tuple[str, ...]) -> Connection:
    here = f"{where} [connection]"
    _known_keys(table, "connection", here, unlikely=_OF_THE_OTHER[role])
    wanted, other = ("listen", "url") if role == "station" else ("url", "listen")
    if other in table:
        raise ConfigurationError(
            f'{here}: {other!r} does not go with sut.role = "{role}"; a {role} under test needs {wanted!r}'
        )
    if wanted not in table and "reference" not in drivers:
        raise ConfigurationError(f'{here}: {wanted!r} is missing, such as {wanted} = "ws://127.0.0.1:9000/ocpp"')
    url = table.get(wanted, "")
    if url:
        parts = urlsplit(str(url))
        if parts.scheme not in ("ws", "wss") or not parts.hostname:
            raise ConfigurationError(f"{here}: {wanted} must be a ws:// or wss:// address, not {url!r}")
    profile = table.get("security_profile", 0)
    if profile not in (0, 1, 2, 3) or isinstance(profile, bool):
        raise ConfigurationError(f"{here}: security_profile must be 0, 1, 2 or 3, not {profile!r}")
    if url and (urlsplit(url).scheme == "wss") != (profile >= 2):
        scheme = "wss" if profile >= 2 else "ws"
        raise ConfigurationError(
            f"{here}: security_profile = {profile} needs a {scheme}:// address in {wanted!r}; change one of the two"
        )
    if "identity" in table and "identities" in table:
        raise ConfigurationError(f"{here}: give either 'identity' or 'identities', not both")
    raw = table.get("identities", table.get("identity", "CS001" if role == "station" else "PROOF-{n:04}"))
    pattern = ""
    identities: tuple[str, ...] = ()
    if isinstance(raw, str) and "{n" in raw:
        pattern = raw
        try:
            raw.format(n=1)
        except (ValueError, KeyError, IndexError):
            raise ConfigurationError(f"{here}: identities = {raw!r} is not a pattern such as 'CP-{{n:04}}'") from None
    else:
        identities = (raw,) if isinstance(raw, str) else tuple(str(i) for i in raw)
    if role == "station" and len(identities) != 1:
        raise ConfigurationError(f"{here}: a station under test has exactly one 'identity'")
    for identity in identities:
        if ":" in identity or not identity:
            raise ConfigurationError(
                f"{here}: identity {identity!r} must not be empty or contain ':' (OCPP security A00.FR.204)"
            )
    password, passwords = "", {}
    given = table.get("password", "")
    if isinstance(given, dict) and not set(PLACES) & set(given):
        passwords = {k: secret(v, f"{here} password.{k}", folder) for k, v in given.items()}
    elif given:
        password = secret(given, f"{here} password", folder)
    if profile in (1, 2) and not (password or passwords) and "reference" not in drivers:
        raise ConfigurationError(f"{here}: security_profile = {profile} needs 'password' (HTTP Basic authentication)")

    here_itself = table.get("on_this_machine")
    if here_itself not in (None, True, False):
        raise ConfigurationError(f"{here}: on_this_machine must be true or false, not {here_itself!r}")
    if here_itself and url and not is_loopback(urlsplit(url).hostname or ""):
        raise ConfigurationError(
            f"{here}: on_this_machine = true does not go with {wanted} = {url!r}: only a loopback address, such as "
            "127.0.0.1, reaches nothing but this machine"
        )

    def file(key: str) -> Path | None:
        return (folder / table[key]).resolve() if key in table else None

    return Connection(
        listen=url if role == "station" else "",
        url=url if role == "csms" else "",
        identities=identities,
        pattern=pattern,
        security_profile=profile,
        security_profiles=_security_profiles(table.get("security_profiles", []), profile, here),
        passwords=passwords,
        password=password,
        pki=file("pki"),
        ca=file("ca"),
        on_this_machine=here_itself,
    )


def _security_profiles(given: Any, profile: int, here: str) -> tuple[int, ...]:
    right = isinstance(given, list) and all(type(n) is int and 0 <= n <= 3 for n in given)
    if not right or len(set(given)) != len(given):
        raise ConfigurationError(f"{here}: security_profiles must list some of 0, 1, 2 and 3, not {given!r}")
    if given and profile and profile not in given:
        raise ConfigurationError(
            f"{here}: security_profile = {profile} is not among security_profiles = {given}, those that the product has"
        )
    return tuple(sorted(given))


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine's own, and nobody else could be meant by it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _drivers(table: dict[str, Any], where: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    here = f"{where} [driver]"
    use = table.get("use", ["manual"])
    use = [use] if isinstance(use, str) else use
    for name in use:
        if name not in DRIVERS:
            raise ConfigurationError(f"{here}: unknown driver {name!r}{_nearest(str(name), DRIVERS)}")
    for key in table:
        if key != "use" and key not in DRIVERS:
            raise ConfigurationError(f"{here}: unknown key {key!r}{_nearest(key, ('use', *DRIVERS))}")
        if key != "use" and key not in use:
            raise ConfigurationError(f"{here}: {key!r} has options but is not in driver.use = {list(use)!r}")
    return tuple(use), {k: v for k, v in table.items() if k != "use"}


def _tokens(table: dict[str, Any], where: str) -> dict[str, TokenPlan]:
    plans = {name: token_plan(name, value, where) for name, value in table.items()}
    for name, plan in plans.items():
        for token in plan:
            _known_keys(token, "token", f"{where} values.tokens.{name}")
    return plans
