"""The doctor's tries of drivers: "ok" is said of what was done and seen, "untried" of what was not."""

import sys
import textwrap
from pathlib import Path

import pytest
from ocpp_fixtures.csms import ReferenceCsms
from ocpp_fixtures.station import ReferenceStation

sys.path.insert(0, str(Path(__file__).parent))
from doctor_bench import answering, csms_toml, doctor, free_port, line, running, serving, station_toml


@pytest.fixture(autouse=True)
def own_modules(monkeypatch):
    """What a driver imports from a folder is no module of the next test."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    for name in ("my_bench", "bench_of_the_doctor", "bench_of_this_test"):
        sys.modules.pop(name, None)


OK = "HTTP/1.1 200 OK\nContent-Length: 0\nConnection: close\n\n"


def of_csms(folder, capsys, driver, ocpp="1.6", **options):
    with running(ReferenceCsms(ocpp=ocpp)) as csms:
        driver = driver.replace("API", csms.api_url)
        return doctor(csms_toml(folder, csms.url, sut=f'ocpp = ["{ocpp}"]', driver=driver, **options), capsys)


WEBHOOK = 'use = ["webhook"]\n[driver.webhook]\n'
REQUEST = 'request = { url = "API/stations/{identity}/requests/{action}", body = "{payload}" }'


@pytest.mark.parametrize(("ocpp", "action"), [("1.6", "GetConfiguration"), ("2.0.1", "GetVariables")])
def test_a_request_reaches_the_doctors_own_station(tmp_path, capsys, ocpp, action):
    code, said = of_csms(tmp_path, capsys, WEBHOOK + REQUEST, ocpp)
    assert code == 0
    assert f"ok      webhook: had the CSMS send {action}, and it came to PROOF-0001" in said
    assert "webhook" in line(said, "request  ")


def test_a_request_that_goes_to_another_station(tmp_path, capsys):
    with serving(answering(OK)) as port:
        code, said = of_csms(tmp_path, capsys, WEBHOOK + f'request = {{ url = "http://127.0.0.1:{port}/x" }}')
    assert code == 1
    assert "none came to PROOF-0001" in line(said, "WRONG")


def test_a_request_that_the_api_refuses(tmp_path, capsys):
    code, said = of_csms(tmp_path, capsys, WEBHOOK + REQUEST.replace("requests", "reqs"))
    assert code == 1
    assert "request GetConfiguration went wrong" in line(said, "WRONG")


def test_a_closed_port(tmp_path, capsys):
    code, said = of_csms(tmp_path, capsys, WEBHOOK + f'request = {{ url = "http://127.0.0.1:{free_port()}/x" }}')
    assert code == 1
    assert "nobody is there at request.url" in line(said, "WRONG")
    assert "under [driver.webhook]" in line(said, "WRONG")


def test_a_webhook_without_a_table(tmp_path, capsys):
    code, said = of_csms(tmp_path, capsys, 'use = ["webhook"]')
    assert code == 1
    assert "[driver.webhook] has no table" in line(said, "WRONG")


def test_a_webhook_of_what_has_a_consequence_only(tmp_path, capsys):
    code, said = of_csms(tmp_path, capsys, WEBHOOK + 'actions = { Reset = { url = "API/x" } }')
    assert code == 0
    assert "webhook: it has none of the requests without a consequence" in line(said, "untried")
    assert "cannot be judged: TC_061_CSMS" in line(said, "request ClearCache")


# --- a station


def of_station(folder, capsys, driver):
    port = free_port()
    station = ReferenceStation(ocpp="1.6", csms_url=f"ws://127.0.0.1:{port}/ocpp")
    with running(station):
        return doctor(station_toml(folder, port, driver=driver.replace("API", station.api_url)), capsys)


def test_octt_api(tmp_path, capsys):
    code, said = of_station(tmp_path, capsys, 'use = ["octt-api"]\noctt-api = { station = "API" }')
    assert code == 0
    assert "ok      octt-api: clear_fault is done" in said
    assert line(said, "plug_in_halfway").split()[1] == "none"
    assert "cannot be judged: TC_024_CS" in line(said, "plug_in_halfway")
    assert line(said, "plug_in  ").split()[1] == "octt-api"


def test_octt_api_at_a_closed_port(tmp_path, capsys):
    driver = f'use = ["octt-api"]\nocttapi = {{ station = "http://127.0.0.1:{free_port()}" }}'.replace(
        "octtapi", "octt-api"
    )
    code, said = of_station(tmp_path, capsys, driver)
    assert code == 1
    assert "octt-api: nobody is there at station" in line(said, "WRONG")


def test_a_webhook_that_only_plugs_in(tmp_path, capsys):
    code, said = of_station(tmp_path, capsys, WEBHOOK + 'plug_in = { url = "API/plugin" }')
    assert code == 0
    assert "webhook: none of its verbs is without a consequence" in line(said, "untried webhook")


def test_a_person_is_not_asked(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CI", "1")
    code, said = of_station(tmp_path, capsys, 'use = ["manual"]')
    assert code == 0
    assert "manual: here is no terminal (or CI is set)" in line(said, "untried manual")


PROGRAM = """
import json, sys
verb, given = sys.argv[1], json.load(sys.stdin)
assert given["identity"] == "CS001"
sys.exit(KNOWN.get(verb, 3))
"""


@pytest.mark.parametrize(
    ("known", "word", "told"),
    [
        ({"fail_unlock": 0}, "ok", "command: fail_unlock is done"),
        ({"clear_fault": 1}, "WRONG", "command: clear_fault went wrong"),
        ({"plug_in": 0}, "untried", "command: none of its verbs is without a consequence"),
        ({"no_such_verb": 0}, "WRONG", "says done to a verb that does not exist"),
    ],
)
def test_a_program(tmp_path, capsys, known, word, told):
    (tmp_path / "bench.py").write_text(PROGRAM.replace("KNOWN", repr(known)))
    code, said = of_station(
        tmp_path, capsys, f'use = ["command"]\ncommand = ["{sys.executable}", "{tmp_path}/bench.py"]'
    )
    assert line(said, told).startswith(word)
    assert code == (word == "WRONG")
    assert "command (if the program does it)" in line(said, "press_stop")


def test_a_class_beside_sut_toml(tmp_path, capsys):
    (tmp_path / "bench_of_the_doctor.py").write_text(
        textwrap.dedent("""
            class Bench:
                def refuse_local_list(self, identity, active):
                    assert not active
            """)
    )
    code, said = of_station(tmp_path, capsys, 'use = ["python"]\npython = "bench_of_the_doctor:Bench"')
    assert code == 0
    assert "python: refuse_local_list is done" in line(said, "is done")
    assert line(said, "clear_fault").split()[1] == "none"


def test_a_rig_that_lacks_one_operation(tmp_path, capsys):
    """What is done shows that the driver works; what it cannot do costs cases, and is no fault of the bench."""
    (tmp_path / "bench.py").write_text(PROGRAM.replace("KNOWN", repr({"clear_fault": 1, "fail_unlock": 0})))
    code, said = of_station(
        tmp_path, capsys, f'use = ["command"]\ncommand = ["{sys.executable}", "{tmp_path}/bench.py"]'
    )
    assert code == 0
    assert line(said, "clear_fault went wrong").startswith("note")
    assert line(said, "fail_unlock is done").startswith("ok")


def test_a_closed_port_is_found_without_a_csms(tmp_path, capsys):
    driver = WEBHOOK + f'request = {{ url = "http://127.0.0.1:{free_port()}/x" }}'
    code, said = doctor(csms_toml(tmp_path, f"ws://127.0.0.1:{free_port()}/ocpp", driver=driver), capsys)
    assert code == 1
    assert "nobody is there at request.url" in said
