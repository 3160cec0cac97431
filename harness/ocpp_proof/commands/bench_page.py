"""docs/bench.md: every key of sut.toml, every verb, each driver with an example; from the code where that can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..sut.drivers.base import CSMS_VERBS, STATION_VERBS
from ..sut.drivers.descriptions import VERBS
from ..sut.drivers.octt_api import CSMS_OPERATIONS, STATION_OPERATIONS
from ..sut.keys import KEYS, Key
from ..sut.pics import FEATURES_16
from .bench_examples import EXAMPLES, KNOWN, TOKENS

__all__ = ["bench_page"]

_HEAD = "<!-- written by `make docs` from the code: change that, not this page -->\n"
_INTRODUCTION = """\
# The bench: sut.toml, drivers, selection, exit codes

One file describes a system under test. `ocpp-proof init sut.toml` writes it by asking, `ocpp-proof doctor --sut
sut.toml` says what is wrong with it, before any case runs, and `ocpp-proof serve station|csms` starts a reference
system to try a bench on. A key that is not on this page is refused; relative paths start at the folder of the file
(files of `firmware` at the one where the run is started).
"""
_FEATURES = """\
2.x: by the ids of the certification profiles' features (`"C-30" = true`); `ocpp-proof init` lists those of the
product's role and version, `ocpp-proof list --sut sut.toml` what follows from them. A number where one is counted
(`"HFS-8" = 2`), a list for `"file transfer protocols" = ["HTTPS", "FTP"]`. Certification profiles and product
subtypes by name (`"Product Subtype Wireless Charging Station" = true`). 1.6:
"""
_DRIVERS = """\
`use` under `[driver]` names the drivers; for each verb they are asked in this order, and the first that can do it
does it. What a driver says is evidence, never a verdict. Where none can do what a case needs, the case is
INCONCLUSIVE and not begun. `doctor` has each driver do something without a consequence, and says which cases each
missing verb costs.
"""
_SELECTION = """\
`--select` takes an expression of ids, globs and words, with `and`, `or` (or a comma), `not` and parentheses; upper
and lower case are the same. Words are: `official`, `edge`, a family (`frame`, `net`, ...), an edge id without its
role (`X_NET_07`), a block's letter or number (`E`, `3.2`), the first word of a certification profile (`Smart`); of a
name with spaces a glob.

    --select "TC_E_* or edge"                      every official case of block E, and all edge cases
    --select "official and not TC_011_*"           without the cases that wedge a station
    --select "not (sim or restart)"                everything but two families

`--only-automatic` leaves out what needs a person, `--only-manual` what asks nobody; `--profile NAME` only that
certification profile; `--message NAME` only that generated message; `--seed N` repeats a run. Exit code 5 says that
nothing was selected.
"""
_EXIT = (
    ("0", "what was judged passed", "nothing is wrong", "nothing became worse", "all claimed profiles are ready"),
    (
        "1",
        "something failed or could not be judged, or nothing was judged",
        "something has to be mended",
        "something that passed does not any more",
        "not all are",
    ),
    ("4", "usage or configuration", "the same", "the same", "the runs are of different products"),
    ("5", "nothing was selected (`list` too)", "", "", ""),
    ("130", "interrupted; the reports of what has ended are written", "interrupted", "", ""),
)
_CERTS = """\
`ocpp-proof certs pki --host my-bench.local --station CS001 --serial 7731` makes the folder that `connection.pki`
names, and adds to it when it is called again: hosts and stations that are there stay, with their keys. `--replace`
makes what is named by `--host`, `--station` or `--faulty`, and what has expired, again. It prints whom each
certificate is for and until when it is valid. `root.pem` is installed in the product; `station-CS001.pem` and `.key`
in a station at security profile 3. In front of a CSMS they are those with which the harness comes as that station, the
same in every run, for a CSMS that wants client certificates registered: a run makes and keeps there what is missing
(`--station PROOF-001` makes it beforehand), and makes one that has expired again, for its key. `csms.pem` and `.key`
are for a CSMS that has none of its own. `--faulty` makes a
certificate of each fault, of the server and of every `--station`, in `faulty/`, to try a product by hand.
"""


def bench_page() -> str:
    """The page in Markdown."""
    parts = [
        _HEAD,
        _INTRODUCTION,
        "## Sections",
        _keys(KEYS[""]),
        *(part for name in ("sut", "connection", "values") for part in (f"## [{name}]", _keys(KEYS[name]))),
        "### [values.tokens]",
        "A token is a text, a table, or a list of them, of which each case at a time has its own. A CSMS has to know "
        "them. In front of a station they are the cards that a person has, who is asked for no others (`second`, "
        "`invalid` and `cached` may be any); other drivers present made-up ones where none is named.",
        _block("toml", TOKENS),
        _keys(KEYS["token"]),
        "## [features]",
        _FEATURES,
        _table(("Feature", "What it stands for"), [(f"`{name}`", text) for name, text in FEATURES_16.items()]),
        "## [[known]]",
        "A failure of such a case is KNOWN until the day has passed. An entry that is no longer needed fails the run.",
        _block("toml", KNOWN),
        _keys(KEYS["known"]),
        "## [driver]",
        _DRIVERS,
        "### Verbs of a station",
        _verbs(STATION_VERBS),
        "### Verbs of a CSMS",
        _verbs(CSMS_VERBS),
        *_examples(),
        "### Operations of octt-api",
        _operations(),
        "## Certificates",
        _CERTS,
        "## Selection",
        _SELECTION,
        "## Exit codes",
        _table(("Code", "`run`", "`doctor`", "`compare --gate`", "`readiness`"), _EXIT),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _keys(keys: Mapping[str, Key]) -> str:
    rows = []
    for name, key in keys.items():
        only = f" ({'stations' if key.role == 'station' else 'CSMS'} only)" if key.role else ""
        rows.append((f"`{name}`", key.text + only, key.default))
    return _table(("Key", "What it is for", "Without it"), rows)


def _verbs(names: Iterable[str]) -> str:
    rows = [(f"`{name}`", ", ".join(f"`{a}`" for a in VERBS[name].arguments), VERBS[name].text) for name in names]
    return _table(("Verb", "Arguments", "What is done"), rows)


def _examples() -> list[str]:
    parts = []
    for name, example in EXAMPLES.items():
        parts += [f"### {name}", example.text, _block("toml", example.toml)]
        file, text = example.file
        parts += [f"`{file}`:", _block("python", text)] if file else []
    return parts


def _operations() -> str:
    rows = []
    for verb, (side, operation, names, fixed) in STATION_OPERATIONS.items():
        parameters = [f"`{parameter}`" for parameter in names] + [f"`{name}={value}`" for name, value in fixed.items()]
        rows.append((f"`{verb}`", f"`{side}`", f"`{operation}`", ", ".join(parameters)))
    for action, operation in CSMS_OPERATIONS.items():
        rows.append(
            (f"`request` {action}", "`csms`", f"`{operation}`", "`station_id`, the plain fields of the payload")
        )
    return _table(("Verb", "Address", "Operation", "Parameters"), rows)


def _block(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
