"""Drivers: what they send, and what they say when it does not work."""

import asyncio
import json
import os
import sys

import pytest
import pytest_asyncio
from ocpp_fixtures.http_api import serve
from ocpp_proof.cases.errors import CannotTell, ConfigurationError, DriverError
from ocpp_proof.cases.redact import Redactor
from ocpp_proof.run.operator import Operator
from ocpp_proof.sut.drivers import Job, Unsupported, make
from ocpp_proof.sut.drivers.manual import Manual


class Bench:
    """An HTTP API that remembers what it was asked."""

    def __init__(self, status=200, answer=None):
        self.status, self.answer, self.asked = status, answer, []

    async def __call__(self, method, path, query, body):
        self.asked.append((method, path, query, json.loads(body) if body else None))
        return self.status, self.answer


@pytest_asyncio.fixture
async def api():
    bench = Bench()
    server = await serve(bench)
    bench.url = f"http://127.0.0.1:{server.port}/api/v1"
    yield bench
    closed = server.close()
    if asyncio.iscoroutine(closed):
        await closed


pytestmark = pytest.mark.asyncio


async def test_octt_api_station(api):
    driver = make("octt-api", {"station": api.url})
    await driver.do(Job("plug_in", {"evseId": 1, "connectorId": 2}))
    await driver.do(Job("present_token", {"idToken": "04A1", "type": "ISO14443", "evseId": 1, "connectorId": 1}))
    assert api.asked[0][:3] == ("POST", "/api/v1/plugin", {"evse_id": "1", "connector_id": "2"})
    assert api.asked[1][2]["id"] == "04A1"
    with pytest.raises(Unsupported):
        await driver.do(Job("no_such_verb", {}))


async def test_octt_api_csms(api):
    driver = make("octt-api", {"csms": api.url})
    await driver.do(Job("request", {"action": "Reset", "payload": {"type": "Hard"}}, identity="CS1"))
    assert api.asked[0][1:3] == ("/api/v1/reset", {"station_id": "CS1", "type": "Hard"})


async def test_what_the_rig_of_octt_api_has_not_the_next_driver_is_asked_for(api):
    api.status, api.answer = 501, None
    driver = make("octt-api", {"station": api.url})
    with pytest.raises(Unsupported, match="refused_local_auth_list=true answered 501"):
        await driver.do(Job("refuse_local_list", {"active": True}))


async def test_webhook(api):
    driver = make("webhook", {"request": {"url": api.url + "/{identity}/{action_kebab}", "body": "{payload}"}})
    await driver.do(Job("request", {"action": "GetBaseReport", "payload": {"requestId": 7}}, identity="CS1"))
    assert api.asked == [("POST", "/api/v1/CS1/get-base-report", {}, {"requestId": 7})]
    with pytest.raises(Unsupported):
        await driver.do(Job("transaction", {"id": "1"}))


async def test_a_bench_that_answers_500_is_said(api):
    api.status, api.answer = 500, {"error": "out of order"}
    driver = make("octt-api", {"station": api.url})
    with pytest.raises(DriverError, match=r"plug_in .*answered 500.*out of order"):
        await driver.do(Job("plug_in", {"evseId": 1, "connectorId": 1}))


async def test_a_bench_that_is_down_is_said():
    driver = make("octt-api", {"station": "http://127.0.0.1:9/api/v1"})
    with pytest.raises(DriverError, match=r"failed: .*is the address under \[driver\] right"):
        await driver.do(Job("power_cycle", {}))


async def test_an_api_that_answers_late_keeps_no_other_request_back():
    """Each of a hundred requests is answered when all have come, as by an API that waits for its stations."""
    waiting = asyncio.Barrier(100)

    async def when_all_have_come(*_):
        await waiting.wait()
        return 200, None

    server = await serve(when_all_have_come)
    driver = make("webhook", {"request": {"url": f"http://127.0.0.1:{server.port}/{{identity}}/{{action}}"}})
    await asyncio.gather(
        *(driver.do(Job("request", {"action": "Reset", "payload": {}}, identity=f"CS{n}")) for n in range(100))
    )
    await server.close()


async def test_webhook_cannot_tell(api):
    api.status = 501
    driver = make("webhook", {"transaction": {"url": api.url + "/{id}"}})
    with pytest.raises(CannotTell):
        await driver.do(Job("transaction", {"id": "1"}))
    api.status = 404
    assert await driver.do(Job("transaction", {"id": "1"})) is None


async def test_webhook_spells_actions_and_lays_fields_beside_others(api):
    options = {
        "request": {
            "url": api.url + "/{action_snake}/{wish.connectorId}",
            "body": {
                "command": "{action_camel}",
                "station": {"id": "{identity}", "tag": "{payload.idTag}", "none": "{payload.nothing}"},
                "first": ["{payload.list.0}", "{payload.list.7}"],
                "*": "{payload}",
            },
        }
    }
    payload = {"idTag": "04A1", "list": [5]}
    job = Job("request", {"action": "RemoteStartTransaction", "payload": payload, "wish": {"connectorId": 2}}, "CS1")
    await make("webhook", options).do(job)
    [(_, path, _, body)] = api.asked
    assert path == "/api/v1/remote_start_transaction/2"
    assert body == {
        "command": "remoteStartTransaction",
        "station": {"id": "CS1", "tag": "04A1"},
        "first": [5],
        "idTag": "04A1",
        "list": [5],
    }


async def test_webhook_says_what_it_cannot_send(api):
    driver = make("webhook", {"actions": {"Reset": {"url": api.url, "fields": ["type"]}}})
    await driver.do(Job("request", {"action": "Reset", "payload": {"type": "Hard"}, "wish": {"type": "Hard"}}))
    with pytest.raises(Unsupported, match="Reset with evseId: not among the fields"):
        await driver.do(Job("request", {"action": "Reset", "payload": {}, "wish": {"type": "Hard", "evseId": 1}}))
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("rule", "status", "answer", "said"),
    [
        ({}, 202, {"result": "later"}, None),
        ({"status": 200}, 202, {}, "answered 202, and success is 200"),
        ({"status": [200, 202]}, 202, {}, None),
        ({"field": "result.code", "values": ["OK", 0]}, 200, {"result": {"code": 0}}, None),
        ({"field": "result.code", "values": ["OK"]}, 200, {"result": {"code": "no such station"}}, "'no such station'"),
        ({"field": "result.code", "values": ["OK"]}, 200, None, "result.code = None"),
    ],
)
async def test_webhook_success(api, rule, status, answer, said):
    api.status, api.answer = status, answer
    driver = make("webhook", {"success": rule, "request": {"url": api.url}})
    job = Job("request", {"action": "Reset", "payload": {}})
    if said is None:
        assert await driver.do(job) == answer
    else:
        with pytest.raises(DriverError, match=said):
            await driver.do(job)


async def test_webhook_logs_in_once_and_again_when_the_token_is_stale():
    logins, asked, valid = [], [], set()

    async def answer(method, path, query, body):
        if path == "/login":
            logins.append(json.loads(body))
            valid.clear()
            valid.add(f"token-{len(logins)}")
            return 200, {"data": {"access": f"token-{len(logins)}"}}
        asked.append(query["key"])
        return (200 if query["key"] in valid else 401), {"you sent": query["key"]}

    server = await serve(answer)
    base = f"http://127.0.0.1:{server.port}"
    login = {"url": f"{base}/login", "body": {"user": "proof", "password": "of the bench"}, "take": "data.access"}
    driver = make("webhook", {"login": login, "request": {"url": base + "/{identity}?key={token}"}})
    job = Job("request", {"action": "Reset", "payload": {}}, "CS1")
    await asyncio.gather(*(driver.do(job) for _ in range(5)))
    assert (len(logins), set(asked)) == (1, {"token-1"})
    valid.clear()
    await asyncio.gather(*(driver.do(job) for _ in range(5)))
    assert len(logins) == 2
    valid.clear()
    valid.add("nobody's")
    driver._token = "nobody's"
    assert await driver.do(job) == {"you sent": "nobody's"}
    await server.close()


async def test_webhook_does_not_log_in_again_for_who_was_refused_before_another_did(api):
    """The one that hears late that its token is stale finds the new one."""
    driver = make("webhook", {"login": {"url": api.url, "take": "token"}, "request": {"url": api.url + "/{token}"}})
    driver._token = "new"
    assert await driver._logged_in(refused="old") == "new"
    assert await driver._logged_in(refused=None) == "new"
    assert api.asked == []


async def test_webhook_tells_no_token():
    async def answer(method, path, query, body):
        return (200, {"t": "secret-token"}) if path == "/login" else (401, {"you sent": query["key"]})

    server = await serve(answer)
    base = f"http://127.0.0.1:{server.port}"
    driver = make(
        "webhook", {"login": {"url": f"{base}/login", "take": "t"}, "request": {"url": base + "/x?key={token}"}}
    )
    with pytest.raises(DriverError, match="answered 401") as error:
        await driver.do(Job("request", {"action": "Reset", "payload": {}}))
    assert "secret-token" not in str(error.value)
    await server.close()


async def test_webhook_tells_no_token_in_what_is_cut_short_or_no_success():
    """All tokens that there were are known to whoever takes secrets out of the evidence."""
    redactor, sent = Redactor(["key-of-the-bench"]), []

    async def answer(method, path, query, body):
        if path == "/login":
            return 200, {"t": f"secret-token-{len(sent)}"}
        sent.append(query["key"])
        told = "x" * 190 + " secret-token-0 key-of-the-bench"
        return (401, "") if len(sent) == 1 else (200, {"state": told}) if path == "/ok" else (500, told)

    server = await serve(answer)
    base = f"http://127.0.0.1:{server.port}"
    options = {
        "login": {"url": f"{base}/login", "take": "t"},
        "request": {"url": base + "/x?key={token}"},
        "plug_in": {"url": base + "/ok?key={token}", "success": {"field": "state", "values": ["done"]}},
        "unplug": {"url": base + "/ok?key={token}", "success": {"status": 204}},
    }
    driver = make("webhook", options, redactor=redactor)
    for job in (Job("request", {"action": "Reset", "payload": {}}), Job("plug_in", {}), Job("unplug", {})):
        with pytest.raises(DriverError) as error:
            await driver.do(job)
        assert "secr" not in str(error.value)
        assert "key-" not in str(error.value)
    assert sent[:2] == ["secret-token-0", "secret-token-1"]
    assert redactor.text("it had secret-token-0, then secret-token-1") == "it had •••, then •••"
    await server.close()


async def test_a_header_with_a_line_break_is_named_and_not_told(api):
    driver = make("webhook", {"headers": {"X-Key": "key-of-the-bench\n"}, "request": {"url": api.url}})
    with pytest.raises(DriverError, match=r"the header X-Key has a line break") as error:
        await driver.do(Job("request", {"action": "Reset", "payload": {}}))
    assert "key-of" not in str(error.value)
    assert api.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_what_is_no_answer_of_http_is_an_error_of_the_driver(answer):
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        driver = make("webhook", {"request": {"url": url}})
        with pytest.raises(DriverError, match=r"request Reset .webhook.: POST http.* failed: .+; is the address"):
            await driver.do(Job("request", {"action": "Reset", "payload": {}}))


@pytest.mark.parametrize("answer", ["<html>logged in</html>", None, [], {"t": 7}, {"t": ""}])
async def test_a_login_that_gives_no_token_is_named(api, answer):
    api.answer = answer
    driver = make("webhook", {"login": {"url": api.url, "take": "t"}, "request": {"url": api.url}})
    with pytest.raises(DriverError, match=r"login .webhook.: the answer has no text in the field 't'"):
        await driver.do(Job("request", {"action": "Reset", "payload": {}}))
    assert len(api.asked) == 1


async def test_command(tmp_path):
    program = tmp_path / "bench.py"
    program.write_text(
        "import json, sys\n"
        "verb, given = sys.argv[1], json.load(sys.stdin)\n"
        "sys.exit({'plug_in': 0, 'unplug': 3}.get(verb, 'broken'))\n"
    )
    driver = make("command", [sys.executable, str(program)])
    await driver.do(Job("plug_in", {"evseId": 1}))
    with pytest.raises(Unsupported):
        await driver.do(Job("unplug", {}))
    with pytest.raises(DriverError, match="broken"):
        await driver.do(Job("power_cycle", {}))


async def test_a_command_that_nobody_waits_for_any_more_is_ended(tmp_path):
    begun, program = tmp_path / "begun", tmp_path / "bench.py"
    os.mkfifo(begun)
    program.write_text("import signal, sys\nwith open(sys.argv[1], 'w'):\n    signal.pause()\n")
    driver = make("command", [sys.executable, str(program), str(begun)])
    asked = asyncio.ensure_future(driver.do(Job("plug_in", {})))
    with await asyncio.to_thread(begun.open) as pipe:
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert await asyncio.to_thread(pipe.read) == ""  # its end closes the pipe


async def test_python(tmp_path, monkeypatch):
    (tmp_path / "my_bench.py").write_text(
        "class Mine:\n"
        "    async def plug_in(self, identity, evseId): self.seen = (identity, evseId)\n"
        "    def unplug(self, identity): raise OSError('relay stuck')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    driver = make("python", "my_bench:Mine")
    await driver.do(Job("plug_in", {"evseId": 2}, identity="CS1"))
    assert driver.target.seen == ("CS1", 2)
    with pytest.raises(DriverError, match="relay stuck"):
        await driver.do(Job("unplug", {}))
    with pytest.raises(Unsupported):
        await driver.do(Job("power_cycle", {}))


async def test_python_beside_sut_toml_gets_the_wish_where_it_takes_it(tmp_path):
    (tmp_path / "bench_of_this_test.py").write_text(
        "class One:\n"
        "    def request(self, identity, action, payload): self.seen = payload\n"
        "class Two:\n"
        "    def request(self, identity, action, payload, wish): self.seen = wish\n"
        "class All:\n"
        "    def request(self, **given): self.seen = given['wish']\n"
        "class Not:\n"
        "    def request(self, identity, action, payload): raise NotImplementedError('not by this API')\n"
    )
    job = Job("request", {"action": "Reset", "payload": {"type": "Hard"}, "wish": {}}, identity="CS1")
    for name, seen in (("One", {"type": "Hard"}), ("Two", {}), ("All", {})):
        driver = make("python", f"bench_of_this_test:{name}", tmp_path)
        await driver.do(job)
        assert driver.target.seen == seen
    with pytest.raises(Unsupported, match="not by this API"):
        await make("python", "bench_of_this_test:Not", tmp_path).do(job)


async def test_manual_never_blocks_in_ci(monkeypatch):
    monkeypatch.setenv("CI", "true")
    operator = Operator()
    operator.start(asks=True)
    with pytest.raises(Unsupported, match="there is no terminal"):
        await Manual(None, operator.questions).do(Job("plug_in", {}))
    operator.stop()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("octt-api", {"stations": "http://x"}, "unknown key 'stations'"),
        ("octt-api", {}, "needs station"),
        ("webhook", {"plugin": {"url": "x"}}, "unknown verb 'plugin'"),
        ("webhook", {"plug_in": {}}, "needs a url"),
        ("webhook", {"login": {"url": "x"}}, "login needs a take"),
        ("webhook", {"success": {"state": 1}}, "success is a table with"),
        ("webhook", {"request": {"url": "x", "success": {"field": "a"}}}, "needs both"),
        ("command", "", "must be a text or a list"),
        ("python", "no.such:Thing", "must name"),
    ],
)
async def test_mistakes_are_named(name, options, message):
    with pytest.raises(ConfigurationError, match=message):
        make(name, options)
