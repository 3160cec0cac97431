"""Systems that we did not write: stations and CSMS on PyPI `ocpp`, npm `ocpp-rpc`, Java-OCA-OCPP and Go `ocpp-go`.

Every FAIL and WARN is looked at and explained by the specification in expected.csv; a verdict that is not there, or an
explanation that is no longer needed, fails the test. "fail at times" is a race in a library. What needs a person or an
API at the SUT does not apply here.
"""

import csv
import dataclasses
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "matrix")]

import go_systems  # noqa: E402
import java_systems  # noqa: E402
import runner  # noqa: E402
from built_once import CannotBuild  # noqa: E402
from ocpp_proof.cases.timing import Timing  # noqa: E402
from ocpp_proof.sut.config import parse  # noqa: E402
from ocpp_reports.model import Verdict, worst  # noqa: E402

BACK_OFF = {"INITIAL_DELAY": "0.1", "MIN_DELAY": "0.3", "MAX_DELAY": "0.5", "FACTOR": "1.5"}
TIMING = Timing(message=2, event=1.5, long=3, quiet=0.4, transaction=0.6, case=30)
AT_TIMES = " at times"
EXPECTED = defaultdict(dict)
with (HERE / "expected.csv").open(encoding="utf-8") as file:
    for row in csv.DictReader(file):
        EXPECTED[row["system"], row["ocpp"]][row["case"]] = (row["verdict"], row["why"])


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory):
    """A folder with ocpp-rpc installed; skipped, visibly, where Node or its registry is missing."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node is not installed: the ocpp-rpc systems are not tried")
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", *(file.name for file in HERE.glob("rpc_*.js"))):
        shutil.copy(HERE / name, folder)
    done = subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"npm cannot install ocpp-rpc here: {done.stderr.strip()[-200:]}")
    return folder


@pytest.fixture(scope="session")
def java():
    """What starts a Java program; skipped, visibly, where Java, Maven or its registry is missing."""
    try:
        return java_systems.built()
    except CannotBuild as error:
        pytest.skip(f"the Java-OCA-OCPP systems are not tried: {error}")


@pytest.fixture(scope="session")
def go():
    """What starts a Go program; skipped, visibly, where Go or its proxy is missing."""
    try:
        return go_systems.built()
    except CannotBuild as error:
        pytest.skip(f"the ocpp-go systems are not tried: {error}")


@pytest.fixture
def start():
    """Starts a program and ends it when the test does."""
    running = []

    def launch(command, cwd=HERE):
        # what the library websockets waits between attempts to connect: seconds instead of minutes
        waits = {f"WEBSOCKETS_BACKOFF_{name}": value for name, value in BACK_OFF.items()}
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **waits},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        running.append(process)
        return process

    yield launch
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


OPERATED = {"C-06.2", "C-12.1", "C-12.2", "C-29.1", "C-29.2", "C-29.5", "C-29.6", "C-30", "C-36", "C-48.1", "C-48.2"}
OPERATED |= {"HFS-1", "AQ-9"}
"""What the 2.0.1 stations that the bench operates have both; each has one start and one stop point, another one."""

CLAIMS = {
    "pypi_station16": {"local stop", "local authorization list", "remote trigger"},
    "rpc_station16": {"local stop"},
    "java_station16": {"local stop", "local authorization list", "remote trigger"},
    "java_station": OPERATED | {"C-06.1", "C-09.2", "C-10.2"},
    "go_station16": {"local stop", "local authorization list", "remote trigger", "reservation"},
    "go_station": OPERATED | {"C-01", "C-09.4", "C-10.3", "C-29.3"},
    "pypi_csms16": set(runner.config("csms").features) - {"several security profiles"},
    "java_csms16": set(runner.config("csms").features) - {"several security profiles"},
    "go_csms16": set(runner.config("csms").features) - {"several security profiles"},
    "rpc_csms16": set(runner.config("csms").features) - {"several security profiles"},
}
"""What a system claims; the others, all of 2.0.1, claim what the reference systems do."""


PROFILES = {
    "java_station": ["Core"],
    "go_station": ["Core", "Local Authorization List Management", "Reservation"],
}
"""The certification profiles of stations that have not all of them."""

TOKENS = runner.config("csms").tokens | {
    "valid": {"idToken": "04A1B2C3D4E5F6", "type": "ISO14443"},
    "second": {"idToken": "04B2C3D4E5F6A1", "type": "ISO14443"},
    "member": {"idToken": "04E5F6A1B2C3D4", "type": "ISO14443", "group": "04F6A1B2C3D4E5"},
    "sibling": {"idToken": "04F6A1B2C3D4E6", "type": "ISO14443", "group": "04F6A1B2C3D4E5"},
}
"""What the systems know, whichever case asks."""


def sut(name, role, ocpp, address, driver=None, **connection):
    data = {
        "sut": {"role": role, "ocpp": [ocpp]},
        "connection": {"url" if role == "csms" else "listen": address, "on_this_machine": True, **connection},
        "values": {"tokens": TOKENS, "short_interval": 1},
    }
    if name in PROFILES:
        data["sut"]["profiles"] = PROFILES[name]
    if driver:
        data["driver"] = {"use": list(driver), **driver}
    config = parse(data, where="interop", folder=HERE)
    features = {f: True for f in CLAIMS[name]} if name in CLAIMS else runner.config(role).features
    # the cases of a CSMS run side by side: a late answer to a broken message must not look like none
    timing = dataclasses.replace(TIMING, message=15, long=15, quiet=1.5) if role == "csms" else TIMING
    return dataclasses.replace(config, timing=timing, features=features)


PARTS = {"official": "official", "steady": "edge and not net", "net": "net"}
"""What runs together: a system that was disturbed does not spoil the official cases."""
WHOLE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))
OFFICIAL = PARTS if WHOLE else ("official",)
"""The edge cases are for `make matrix`."""
in_the_matrix = pytest.mark.skipif(not WHOLE, reason="make matrix")
"""Of systems on Java and Go, which take a core each."""


def judge(system, config, ocpp, part, security_profile=0):
    select = PARTS.get(part, part)
    if part == "net":
        # bytes with a pause between them take as long as the machine lets them; a hundred reconnections that a CSMS
        # takes at the second attempt only, a second later, take two minutes
        timing = dataclasses.replace(config.timing, message=max(6, config.timing.message), case=120)
        config = dataclasses.replace(config, timing=timing)
    results, rules, _ = runner.run(config, ocpp, security_profile, select=select, only_automatic=True)
    ran = {result.id for result in results}
    seen = {}
    for result in results:
        if result.verdict in (Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.FAIL):
            seen[result.id] = worst(result.verdict, seen.get(result.id, Verdict.NONE))
            reason = " | ".join(result.reason.splitlines()[:12])[:700]
            print(f"{system},{ocpp},{result.id},{result.verdict},{result.key.removeprefix(result.id)} {reason}")
    for rule in rules:
        # how soon the systems answer here says how busy this machine is
        if rule.findings and rule.id != "RULE_ANSWER_TIME":
            seen[f"{rule.id} {part}"] = rule.verdict
            print(f"{system},{ocpp},{rule.id} {part},{rule.verdict},{rule.where[0]} {rule.findings[0]}")
    ran |= {case for case in EXPECTED[system, ocpp] if case.endswith(f" {part}")}
    wanted = {case: verdict for case, (verdict, _) in EXPECTED[system, ocpp].items() if case in ran}
    for case, verdict in [pair for pair in wanted.items() if pair[1].endswith(AT_TIMES)]:
        if case in seen:
            wanted[case] = verdict.removesuffix(AT_TIMES)
        else:
            del wanted[case]
    assert {case: str(verdict) for case, verdict in seen.items()} == wanted


def operated_over(api, *questions):
    """The driver of a CSMS whose API sends any request, and answers these questions."""
    root = f"http://127.0.0.1:{api}"
    asked = {
        "transaction": {"url": f"{root}/transactions/{{identity}}/{{id}}"},
        "variable": {"url": f"{root}/variables/{{identity}}?component={{component}}&variable={{variable}}"},
    }
    return {"request": {"url": f"{root}/send/{{identity}}/{{action}}"}, **{name: asked[name] for name in questions}}


def csms16(name, process, part, scheme="ws", row=None, questions=("transaction",), **connection):
    port, api = process.stdout.readline().split()
    webhook = operated_over(api, *questions)
    config = sut(name, "csms", "1.6", f"{scheme}://127.0.0.1:{port}/ocpp", {"webhook": webhook}, **connection)
    judge(row or name, config, "1.6", part, connection.get("security_profile", 0))


@pytest.mark.parametrize("part", OFFICIAL)
def test_pypi_csms_1_6(start, part):
    csms16("pypi_csms16", start([sys.executable, str(HERE / "pypi_csms16.py")]), part)


def test_pypi_csms_1_6_secured(start, tmp_path):
    password = "interop-Bench-1.6"
    process = start([sys.executable, str(HERE / "pypi_csms16.py"), str(tmp_path), password])
    secured = {"security_profile": 2, "password": password, "pki": str(tmp_path)}
    csms16("pypi_csms16", process, "tls", "wss", "pypi_csms16_tls", **secured)


@pytest.mark.parametrize("part", OFFICIAL)
def test_rpc_csms_1_6(start, node_modules, part):
    csms16("rpc_csms16", start(["node", "rpc_csms16.js"], cwd=node_modules), part)


@in_the_matrix
@pytest.mark.parametrize("part", OFFICIAL)
def test_java_csms_1_6(start, java, part):
    csms16("java_csms16", start(java("Csms16")), part)


@in_the_matrix
@pytest.mark.parametrize("part", OFFICIAL)
def test_go_csms_1_6(start, go, part):
    csms16("go_csms16", start(go("csms16")), part, questions=("transaction", "variable"))


def started(process):
    """The station's program is loaded, which takes seconds on a busy machine, and begins to connect."""
    assert process.stdout.readline().strip() == "started"


def operated_station(name, launch, port, api, part, ocpp="1.6"):
    address = f"ws://127.0.0.1:{port}/ocpp"
    started(launch(address, str(api)))
    driver = {"octt-api": {"station": f"http://127.0.0.1:{api}/api/v1"}}
    if ocpp != "1.6":  # these have a vehicle of their own
        driver["octt-api"]["ev"] = f"http://127.0.0.1:{api}/ev/v1"
    judge(name, sut(name, "station", ocpp, address, driver), ocpp, part)


@pytest.mark.parametrize("part", OFFICIAL)
def test_pypi_station_1_6(start, unused_tcp_port_factory, part):
    program = str(HERE / "pypi_station16.py")
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    operated_station("pypi_station16", lambda *a: start([sys.executable, program, *a]), *ports, part)


@pytest.mark.parametrize("part", OFFICIAL)
def test_rpc_station_1_6(start, node_modules, unused_tcp_port_factory, part):
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    operated_station(
        "rpc_station16", lambda *a: start(["node", "rpc_station16.js", *a], cwd=node_modules), *ports, part
    )


@in_the_matrix
@pytest.mark.parametrize("part", OFFICIAL)
def test_java_station_1_6(start, java, unused_tcp_port_factory, part):
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    operated_station("java_station16", lambda *a: start([*java("Station16"), *a]), *ports, part)


@in_the_matrix
@pytest.mark.parametrize("part", OFFICIAL)
def test_go_station_1_6(start, go, unused_tcp_port_factory, part):
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    operated_station("go_station16", lambda *a: start([*go("station16"), *a]), *ports, part)


@pytest.mark.parametrize("part", OFFICIAL)
def test_pypi_csms(start, part):
    process = start([sys.executable, str(HERE / "pypi_csms.py")])
    address = f"ws://127.0.0.1:{int(process.stdout.readline())}/ocpp"
    judge("pypi_csms", sut("pypi_csms", "csms", "2.0.1", address), "2.0.1", part)


def csms201(name, process, part, questions=()):
    port, api = process.stdout.readline().split()
    webhook = operated_over(api, *questions)
    config = sut(name, "csms", "2.0.1", f"ws://127.0.0.1:{port}/ocpp", {"webhook": webhook})
    judge(name, config, "2.0.1", part)


@in_the_matrix
@pytest.mark.parametrize("part", OFFICIAL)
def test_java_csms(start, java, part):
    csms201("java_csms", start(java("Csms201")), part)


@in_the_matrix
@pytest.mark.parametrize("part", OFFICIAL)
def test_go_csms(start, go, part):
    csms201("go_csms", start(go("csms201")), part, questions=("transaction", "variable"))


@pytest.mark.parametrize("part", OFFICIAL)
def test_pypi_station(start, unused_tcp_port, part):
    address = f"ws://127.0.0.1:{unused_tcp_port}/ocpp"
    started(start([sys.executable, str(HERE / "pypi_station.py"), address]))
    judge("pypi_station", sut("pypi_station", "station", "2.0.1", address), "2.0.1", part)


@pytest.mark.parametrize("part", OFFICIAL)
def test_rpc_csms(start, node_modules, part):
    process = start(["node", "rpc_csms.js"], cwd=node_modules)
    address = f"ws://127.0.0.1:{int(process.stdout.readline())}/ocpp"
    judge("rpc_csms", sut("rpc_csms", "csms", "2.0.1", address), "2.0.1", part)


@pytest.mark.parametrize("part", OFFICIAL)
def test_rpc_station(start, node_modules, unused_tcp_port, part):
    address = f"ws://127.0.0.1:{unused_tcp_port}/ocpp"
    started(start(["node", "rpc_station.js", address], cwd=node_modules))
    judge("rpc_station", sut("rpc_station", "station", "2.0.1", address), "2.0.1", part)


@in_the_matrix
@pytest.mark.parametrize("part", OFFICIAL)
def test_java_station(start, java, unused_tcp_port_factory, part):
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    operated_station("java_station", lambda *a: start([*java("Station201"), *a]), *ports, part, "2.0.1")


@in_the_matrix
@pytest.mark.parametrize("part", OFFICIAL)
def test_go_station(start, go, unused_tcp_port_factory, part):
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    operated_station("go_station", lambda *a: start([*go("station201"), *a]), *ports, part, "2.0.1")
