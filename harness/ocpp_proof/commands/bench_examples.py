"""Working examples for docs/bench.md, one for each driver: tests run them against the reference systems."""

from __future__ import annotations

__all__ = ["EXAMPLES", "KNOWN", "TOKENS", "Example"]

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A driver: what it is, the lines of sut.toml, and a file beside it (name and text), where it needs one."""

    text: str
    toml: str
    file: tuple[str, str] = ("", "")


EXAMPLES: dict[str, Example] = {
    "octt-api": Example(
        "The HTTP API that rigs for the official tool already have: `POST {address}/{operation}?parameters`; the "
        "statuses 200, 201 and 204 mean done, 501 that the rig cannot do it (the next driver is asked). `station`, "
        "`ev` and `csms` are the addresses; without `ev` its operations go to `station`, but for the one that only "
        "takes the cable out of the vehicle.",
        """\
[driver]
use = ["octt-api", "manual"]     # what the rig cannot do, a person is asked for

[driver.octt-api]
station = "http://127.0.0.1:8080/api/v1"
ev = "http://127.0.0.1:8080/api/v1/ev"
""",
    ),
    "webhook": Example(
        "A product with an HTTP API of its own kind. A table for each verb, and under `actions` for single OCPP "
        "actions, has `url`, and where wanted `method` (POST; GET for questions), `headers` and `body`. Places in its "
        "texts: `{identity}`, `{action}`, `{action_kebab}`, `{action_camel}`, `{action_snake}`, every argument of the "
        "verb (`{evseId}`), a field of one (`{payload.idTag}`, `{list.0}`), and `{token}` of the login. A text that is "
        'only a place becomes the value itself; where there is none the entry is left out. `"*" = "{payload}"` lays '
        "the fields of a table beside the others.\n\n"
        "`login` is sent before the first request, and again when one is answered with 401; `take` names the field of "
        "its answer that is the token (dotted). `success` says what an answer has to be: `status`, a number or a list, "
        "and `field` with the `values` that it may have; without it any status from 200 to 299 is success. `fields` "
        "lists the fields that an API can send: a wish with others is none for it, and the next driver is asked. A "
        'question that is answered with 404 has no answer, with 501 the API cannot tell. Everywhere `{ env = "NAME" }` '
        'and `{ file = "PATH" }` stand for a secret, which is hidden in the reports.',
        """\
[driver]
use = ["webhook"]

[driver.webhook]
headers = { Authorization = "Bearer {token}" }
success = { status = [200, 202], field = "status", values = ["sent", "queued"] }
request = { url = "http://127.0.0.1:8080/stations/{identity}/requests/{action}", body = "{payload}" }
transaction = { url = "http://127.0.0.1:8080/stations/{identity}/transactions/{id}", success = { status = 200 } }

[driver.webhook.login]
url = "http://127.0.0.1:8080/login"
body = { user = "bench", password = { env = "API_PASSWORD" } }
take = "token"

[driver.webhook.actions.RemoteStartTransaction]
url = "http://127.0.0.1:8080/stations/{identity}/start"
body = { card = "{payload.idTag}", connector = "{payload.connectorId}" }
fields = ["idTag", "connectorId"]
""",
    ),
    "command": Example(
        "A program gets the verb as its last argument, and on standard input a JSON object with `identity`, `case` and "
        "the arguments. Exit status 0: done, 3: it cannot do that (the next driver is asked), anything else: it "
        "failed, and the end of standard error says why. Standard output, where it is JSON, is the answer to a "
        "question. It has `driver_timeout`. It is started in the folder where the run is, and `command` "
        "may also be one text.",
        """\
[driver]
use = ["command"]
command = ["python3", "bench.py"]
""",
        (
            "bench.py",
            """\
import json
import sys
import urllib.request

CANNOT = 3
PATHS = {
    "plug_in": "plugin?evse_id={evseId}&connector_id={connectorId}",
    "unplug": "plugout?evse_id={evseId}&connector_id={connectorId}",
    "present_token": "authorize?id={idToken}&type={type}&evse_id={evseId}&connector_id={connectorId}",
    "clear_fault": "state?evse_id={evseId}&connector_id={connectorId}&faulted=false",
}

verb, given = sys.argv[-1], json.load(sys.stdin)
if verb not in PATHS:
    sys.exit(CANNOT)
path = PATHS[verb].format(**given)
urllib.request.urlopen(f"http://127.0.0.1:8080/api/v1/{path}", b"")  # an error ends it with status 1
""",
        ),
    ),
    "python": Example(
        "A class, `module:Class`, is made once; the folder of sut.toml is looked in for the module. Its methods have "
        "the names of the verbs, may be plain or `async`, and get `identity` and the arguments as keywords; `request` "
        "gets `wish` where it takes it. What they return is the answer. A method that is missing, or raises "
        "NotImplementedError, cannot do it, and the next driver is asked; any other exception: it failed. `start` and "
        "`stop`, where there are any, are called before the run and after it.",
        """\
[driver]
use = ["python"]
python = "my_bench:Bench"
""",
        (
            "my_bench.py",
            """\
import urllib.request

API = "http://127.0.0.1:8080/api/v1"


class Bench:
    def plug_in(self, identity, evseId, connectorId):
        self.post(f"plugin?evse_id={evseId}&connector_id={connectorId}")

    def unplug(self, identity, evseId, connectorId):
        self.post(f"plugout?evse_id={evseId}&connector_id={connectorId}")

    def present_token(self, identity, idToken, type, evseId, connectorId):
        self.post(f"authorize?id={idToken}&type={type}&evse_id={evseId}&connector_id={connectorId}")

    def refuse_local_list(self, identity, active):
        self.post(f"state?refused_local_auth_list={str(active).lower()}")

    def request(self, identity, action, payload, wish):
        if "evseId" in wish:
            raise NotImplementedError("this CSMS chooses the EVSE itself")
        self.post(f"{identity}/{action}")

    def post(self, path):
        urllib.request.urlopen(f"{API}/{path}", b"")
""",
        ),
    ),
    "manual": Example(
        "A person is asked, on the terminal and, with `run --operator`, on a page in a browser: Enter means done, `n` "
        "that it cannot be done (the next driver is asked), `r` asks again. What the product itself shows ends a "
        "question too. Cards are asked for by their names in `[values.tokens]`. Where there is no terminal, and where "
        "the variable CI is set, nobody is asked, and such cases are inconclusive. A station waits for the cable as "
        "long as its ConnectionTimeOut says (2.x: TxCtrlr.EVConnectionTimeOut): set it to a minute or more, or cases "
        "in which somebody took longer are inconclusive.",
        """\
[driver]
use = ["manual"]
manual = { patience = 600 }      # seconds for one thing (300)
""",
    ),
}
TOKENS = """\
[values.tokens]
valid = { idToken = "PROOF{n:03}", type = "ISO14443" }    # may charge: one for each case at a time; or a list
second = "04B2C3D4"                                      # another one that may charge
blocked = "04C3D4E5"
expired = "04D4E5F6"
member = { idToken = "04E5F6A1", group = "04F6A1B2" }     # member and sibling: two that may charge, of one group
sibling = { idToken = "04F6A1B3", group = "04F6A1B2" }
prepaid = "04B8C9D0"                                      # prepaid, with something left (2.1, C17)
nocredit = "04C9D0E1"                                     # prepaid, with nothing left
masterpass = { idToken = "04A7B8C9", group = "04FFEEDD" } # one that stops what others have started (2.x, C16)
"""
KNOWN = """\
[[known]]
case = "TC_023_*"
reason = "ticket 4711: an expired token is called Invalid"
expires = 2099-01-31
ocpp = "1.6"
"""
