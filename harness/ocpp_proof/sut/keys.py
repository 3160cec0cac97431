"""The keys of sut.toml, each with what it is for: `config` takes no other, and docs/bench.md lists them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KEYS", "Key"]


@dataclass(frozen=True, slots=True)
class Key:
    """`text`: what it is for, in Markdown. `default`: what holds without it. `role`: the only one that has it."""

    text: str
    default: str = ""
    role: str = ""


_SUT = {
    "role": Key('What is tested: `"station"` or `"csms"`', "required"),
    "ocpp": Key('The versions, such as `["1.6", "2.0.1"]`; each is a run of its own', "required"),
    "name": Key("What the reports call it", "`model`, `vendor` or `role`"),
    "vendor": Key("As the product says when it boots; `doctor` compares"),
    "model": Key("The same"),
    "firmware": Key("The same"),
    "profiles": Key(
        "The certification profiles that it claims. In 2.x the official cases of others do not apply; in 1.6 they "
        "stand for the features of the same name. Readiness is counted for them",
        "2.x: all cases run",
    ),
}
_CONNECTION = {
    "listen": Key(
        "Where the harness listens: `ws://HOST:PORT/PATH`, from security profile 2 on `wss://`", "required", "station"
    ),
    "url": Key("The address of the CSMS, without the identity", "required", "csms"),
    "identity": Key("The identity of the station", '`"CS001"`', "station"),
    "identities": Key(
        "The stations that the CSMS knows: a list, or a pattern in which `{n:03}` counts from 001",
        '`"PROOF-{n:04}"`',
        "csms",
    ),
    "security_profile": Key("That of a run: 0 plain, 1 password, 2 TLS and password, 3 client certificate", "0"),
    "security_profiles": Key(
        "Those that the product has: readiness asks for them", "that of the run, and what its profiles demand"
    ),
    "password": Key(
        'HTTP Basic, at security profiles 1 and 2: `{ env = "NAME" }`, `{ file = "PATH" }`, octets as `{ hex = "0001…" '
        '}` or `{ binary = "PATH" }`; a table from identity to one of these where stations have different ones',
        "required there",
    ),
    "pki": Key(
        "The folder that `ocpp-proof certs` made: the certificates of the harness", "required from profile 2 on"
    ),
    "ca": Key("A file of root certificates (PEM) that the harness trusts as well: those of the product"),
    "on_this_machine": Key(
        "Whether the product itself runs here, at a loopback address: `true` lets cases run that load or disturb it, "
        "without `--allow-disruptive`",
        "nobody said",
    ),
}
_VALUES = {
    "message_timeout": Key("Seconds for an answer to a CALL", "30"),
    "event_timeout": Key("Seconds for a message that the scenario expects", "60"),
    "long_timeout": Key(
        "Seconds for a reboot, an upload, a reconnection, and from one status of a firmware update to the next: it may "
        "have to be fetched over a slow line, and `case_timeout` has to be long enough for all of it",
        "300",
    ),
    "quiet": Key("Seconds of silence, where silence is required", "3"),
    "transaction_duration": Key(
        "Seconds for which a transaction that must not start is waited for, and an offline one lasts", "20"
    ),
    "case_timeout": Key("Seconds for a whole case", "900"),
    "driver_timeout": Key("Seconds for one verb of a driver; a person has as long as `manual` says", "60"),
    "restart_wait": Key("Seconds that a CSMS which died is waited for", "60", "csms"),
    "short_interval": Key("Seconds between messages, where a case has to see an interval kept", "10"),
    "energy_limit": Key(
        "Wh that a transaction is limited to, where a case waits until it has had them (2.1, TC_E_100, 102, 106); "
        "the official cases have 200 and 2000",
        "200",
        "station",
    ),
    "time_limit": Key(
        "Seconds that a transaction is limited to, where a case waits for them; the official cases have 300 "
        "(2.1, TC_E_105) and 20 (TC_E_107)",
        "300; 20",
        "station",
    ),
    "cost_limit_seconds": Key(
        "Seconds after which a transaction has reached a cost limit, by the price that a case sets (2.1)",
        "120",
        "station",
    ),
    "max_time_deviation": Key("Seconds by which a clock, an interval or a schedule may be off", "60; 4 for intervals"),
    "heartbeat_interval": Key(
        "Seconds that the harness tells a station; of a CSMS, till a pending station boots again", "300"
    ),
    "parallel": Key("How many cases run at the same time, at most, each as a station of its own", "64", "csms"),
    "evse": Key("The EVSE that cases use (1.6: see `connector`)", "1", "station"),
    "connector": Key("The connector that they use", "1", "station"),
    "serial_number": Key(
        "Where it is not the identity: the commonName of the station's certificate (A00.FR.511)", "", "station"
    ),
    "organisation": Key("The organizationName in certificates", '`"ocpp-proof"`'),
    "certificate_key": Key(
        'Key of the root certificates that a station is given: `"RSA"` or `"EC"`',
        "by the suites that it offers",
        "station",
    ),
    "charging_rate_unit": Key('`"A"` or `"W"`, of charging profiles', 'what the station takes; `"A"`'),
    "number_phases": Key("Phases, of charging profiles", "3"),
    "limit_multiplier": Key("By what the limits of charging profiles are multiplied (2.x)", "1", "station"),
    "display_component": Key("The component that a display message is for: its name, or a table (2.x)", "", "station"),
    "file_host": Key(
        "The host of this machine in addresses of files that the station fetches or uploads",
        "that which it calls",
        "station",
    ),
    "log_location": Key("Where logs and diagnostics go instead of to the harness' own server; of a CSMS, its folder"),
    "firmware": Key(
        'What may be installed: `{ image = "FILE", certificate = "signer.pem", signature = "Base64", location = "URL" '
        "}`; of a CSMS `location` is that of its catalogue"
    ),
    "invalid_firmware": Key(
        "The same for an image that the maker signed and that cannot be installed (2.x, TC_L_08)", "", "station"
    ),
    "firmware_offset": Key(
        "Seconds from now at which firmware is to be fetched or installed: more than fetching it takes (2.x, TC_L_02, "
        "TC_L_03)",
        "120",
        "station",
    ),
    "ocpp_interface": Key(
        "The interface by which a station reaches the harness, as OCPP names it (`Wired0` to `Wireless3`; 2.x)",
        '2.0.1: `"Wired0"`; 2.1: that of its active network profile',
        role="station",
    ),
    "upgrade": Key(
        'Where security profile + 1 is: `{ listen = "wss://…" }` of a station, `{ url = "wss://…", identity = "…" }` '
        "of a CSMS (1.6, TC_083)"
    ),
    "network_profile": Key(
        "What the CSMS sets of network connections, where its operator cannot choose it (2.x): `{ slot = 2, url = "
        '"wss://…", interface = "Wired0", timeout = 30 }`, all or some of these',
        "slot 2, `connection.url`, Wired0, any timeout",
        "csms",
    ),
    "vat_number": Key("A VAT number that the CSMS finds valid (2.1, TC_C_108)", role="csms"),
    "v2g": Key(
        "Whose V2G certificate the CSMS has signed (2.x, TC_A_12), where its authority does not sign any: `{ name = "
        '"NL*ABC*S001", country = "NL", organisation = "…", unit = "…" }`, all or some of these',
        "a made-up name, NL, `organisation`",
        "csms",
    ),
    "tokens": Key("A table of tokens by what they stand for: see below"),
}
_TOKEN = {
    "idToken": Key("Its text; `{n:03}` in it counts the cases that run at the same time", "required"),
    "type": Key("Its type in 2.x (`ISO14443`, `ISO15693`, `KeyCode`, …)", "`ISO14443`"),
    "group": Key("The group that it belongs to (1.6: `parentIdTag`)"),
}
_KNOWN = {
    "case": Key("The id of a case, or a glob over ids", "required"),
    "reason": Key("Why it fails; the reports show it", "required"),
    "expires": Key("The last day on which the failure is accepted, such as `2027-01-31`", "required"),
    "ocpp": Key("The version that it is about", "each"),
}
KEYS: dict[str, dict[str, Key]] = {
    "": {
        "sut": Key("What is tested, and what it claims"),
        "connection": Key("Where and as whom it and the harness meet"),
        "driver": Key("How it is operated"),
        "features": Key("PICS: what it claims, feature by feature"),
        "values": Key("Facts of the bench, and times"),
        "known": Key("A list: failures that are known and accepted until a day"),
    },
    "sut": _SUT,
    "connection": _CONNECTION,
    "values": _VALUES,
    "token": _TOKEN,
    "known": _KNOWN,
}
"""By section: "" are the sections themselves, "token" a token of [values.tokens], "known" an entry of [[known]]."""
