"""The reference CSMS: sound at every version and profile, and each defect is where it says it is."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import urllib.request
from contextlib import asynccontextmanager

import pytest
from ocpp_certs import Pki, make_request
from ocpp_fixtures import payloads
from ocpp_fixtures.csms import DEFECTS, ReferenceCsms, TlsFiles, Token
from ocpp_fixtures.csms.dispatch import table
from ocpp_fixtures.null_csms import WELCOME, NullCsms, agreeable
from ocpp_fixtures.rpc import CallFailed, Peer, RpcError
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

pytestmark = pytest.mark.asyncio
VERSIONS = ["1.6", "2.0.1", "2.1"]
TOKENS = {
    "good": Token("GOOD", group="FAMILY"),
    "blocked": Token("BLOCKED", status="Blocked"),
    "once": Token("ONCE", concurrent=False),
}
BOOKS = {token.idToken: token for token in TOKENS.values()}
PASSWORD = "0123456789abcdef0123"


@asynccontextmanager
async def running(version, kind=ReferenceCsms, **options):
    csms = kind(ocpp=version, **({"tokens": BOOKS} | options))
    await csms.start()
    try:
        yield csms
    finally:
        await csms.stop()


class Bench:
    """A station of the test: calls, and keeps what the CSMS asks for."""

    def __init__(self, websocket, version, answers=None):
        self.asked: asyncio.Queue = asyncio.Queue()
        self.answers = {} if answers is None else answers
        self.version = version
        self.peer = Peer(websocket, version, "station", self.answer)

    async def answer(self, action, payload):
        self.asked.put_nowait((action, payload))
        schema = payloads.schema(self.version, action, "response")
        found = self.answers.get(action, agreeable(schema, schema.get("definitions", {})))
        if isinstance(found, RpcError):
            raise found
        return found

    async def call(self, action, /, **payload):
        answer = await self.peer.call(action, payload, 2)
        assert payloads.problems(self.version, action, "response", answer) == []
        return answer

    async def boot(self, reason="PowerUp", **more):
        if self.version == "1.6":
            return await self.call("BootNotification", chargePointVendor="V", chargePointModel="M")
        station = {"vendorName": "V", "model": "M"} | more
        return await self.call("BootNotification", reason=reason, chargingStation=station)

    async def authorize(self, token):
        if self.version == "1.6":
            return (await self.call("Authorize", idTag=token))["idTagInfo"]
        return (await self.call("Authorize", idToken={"idToken": token, "type": "ISO14443"}))["idTokenInfo"]

    async def event(self, kind, number, transaction="T1", trigger="Authorized", **more):
        more.setdefault("transactionInfo", {"transactionId": transaction})
        return await self.call(
            "TransactionEvent",
            eventType=kind,
            timestamp="2026-11-20T10:00:00Z",
            triggerReason=trigger,
            seqNo=number,
            **more,
        )


@asynccontextmanager
async def station(csms, version, identity="CS001", answers=None, booted=True, **options):
    protocols = [f"ocpp{version}"]
    async with connect(f"{csms.url}/{identity}", subprotocols=protocols, **options) as websocket:
        bench = Bench(websocket, version, answers)
        serving = asyncio.create_task(bench.peer.run())
        if booted:
            assert (await bench.boot())["status"] == "Accepted"
        yield bench
        await websocket.close()
        await serving


async def http(method, url, value=None):
    def ask():
        body = None if value is None else json.dumps(value).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, method=method)) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"null")

    return await asyncio.to_thread(ask)


async def demand(csms, action, payload=None, identity="CS001"):
    return await http("POST", f"{csms.api_url}/stations/{identity}/requests/{action}", payload or {})


async def asked(bench):
    return await asyncio.wait_for(bench.asked.get(), 2)


# --- connections


@pytest.mark.parametrize("version", VERSIONS)
async def test_boots_and_beats(version):
    async with running(version) as csms, station(csms, version) as bench:
        assert (await bench.boot())["interval"] == 300
        assert "currentTime" in await bench.call("Heartbeat")
        status, shown = await http("GET", f"{csms.api_url}/stations/CS001")
        assert (status, shown["connected"], shown["booted"]) == (200, True, True)


@pytest.mark.parametrize("version", VERSIONS)
async def test_subprotocols(version):
    async with running(version) as csms:
        async with connect(f"{csms.url}/CS001", subprotocols=["ocpp0.1", f"ocpp{version}"]) as websocket:
            assert websocket.subprotocol == f"ocpp{version}"
        async with connect(f"{csms.url}/CS001", subprotocols=["ocpp0.1"]) as websocket:
            assert websocket.subprotocol is None
            with pytest.raises(ConnectionClosed):
                await websocket.recv()


async def test_unknown_identity_is_404():
    async with running("2.0.1", stations=["CS001"]) as csms:
        with pytest.raises(InvalidStatus) as refused:
            async with connect(f"{csms.url}/CS002", subprotocols=["ocpp2.0.1"]):
                pass
        assert refused.value.response.status_code == 404


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:".encode() + password).decode()}


@pytest.mark.parametrize("version", VERSIONS)
async def test_passwords(version):
    async with running(version, security_profile=1, passwords={"CS001": PASSWORD}) as csms:

        async def let_in(user, password):
            try:
                async with station(csms, version, additional_headers=basic(user, password)):
                    return True
            except InvalidStatus as error:
                assert error.response.status_code == 401
                return False

        assert await let_in("CS001", PASSWORD.encode())
        assert await let_in("CS001", bytes.fromhex(PASSWORD)) == (version == "1.6")
        assert not await let_in("CS001", b"another-password-0")
        assert not await let_in("CS002", PASSWORD.encode())
        with pytest.raises(InvalidStatus):
            async with station(csms, version):
                pass


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_changed_password_counts_at_once(version):
    new = "ffeeddccbbaa99887766"
    async with running(version, security_profile=1, passwords={"CS001": PASSWORD}) as csms:
        if version == "1.6":
            action, request, answers = "ChangeConfiguration", {"key": "AuthorizationKey", "value": new}, {}
        else:
            names = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
            action, request = "SetVariables", {"setVariableData": [names | {"attributeValue": new}]}
            answers = {"SetVariables": {"setVariableResult": [names | {"attributeStatus": "Accepted"}]}}
        headers = basic("CS001", PASSWORD.encode())
        async with station(csms, version, answers=answers, additional_headers=headers) as bench:
            assert (await demand(csms, action, request))[0] == 202
            await asked(bench)
            await bench.call("Heartbeat")
        with pytest.raises(InvalidStatus):
            async with station(csms, version, additional_headers=headers):
                pass
        async with station(csms, version, additional_headers=basic("CS001", new.encode())):
            pass


def files(pki, directory):
    own, rsa = pki.csms.write(directory, "own"), pki.csms_rsa.write(directory, "rsa")
    (directory / "ca.pem").write_bytes(pki.root_pem)
    return TlsFiles(own.certificate, own.key, directory / "ca.pem", rsa.certificate, rsa.key)


def client(pki, directory, identity=None, suite=None):
    context = ssl.create_default_context(cadata=pki.root_pem.decode())
    if identity is not None:
        written = identity.write(directory, "client")
        context.load_cert_chain(written.certificate, written.key)
    if suite is not None:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(suite)
    return context


@pytest.mark.parametrize(
    "suite",
    ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "AES128-GCM-SHA256", "AES256-GCM-SHA384"],
)
async def test_four_suites(suite, tmp_path):
    pki = Pki.create()
    options = {"security_profile": 2, "tls": files(pki, tmp_path), "passwords": {"CS001": PASSWORD}}
    async with running("2.0.1", **options) as csms:
        context = client(pki, tmp_path, suite=suite)
        async with station(csms, "2.0.1", ssl=context, additional_headers=basic("CS001", PASSWORD.encode())):
            pass


@pytest.mark.parametrize(
    ("defect", "suite"),
    [
        ("rsa-suites-missing", "AES128-GCM-SHA256"),
        ("rsa-suites-missing", "AES256-GCM-SHA384"),
        ("cipher-suite-missing", "ECDHE-ECDSA-AES256-GCM-SHA384"),
    ],
)
async def test_missing_suites_show(defect, suite, tmp_path):
    pki = Pki.create()
    async with running("2.0.1", security_profile=2, tls=files(pki, tmp_path), defects=[defect]) as csms:
        with pytest.raises(OSError):
            async with station(csms, "2.0.1", ssl=client(pki, tmp_path, suite=suite)):
                pass


@pytest.mark.parametrize("version", VERSIONS)
async def test_password_defects_show(version):
    for defect, right, wrong in (("password-not-checked", True, True), ("right-password-refused", False, False)):
        options = {"security_profile": 1, "passwords": {"CS001": PASSWORD}, "defects": [defect]}
        async with running(version, **options) as csms:
            for password, expected in ((PASSWORD, right), ("another-password-0", wrong)):
                try:
                    headers = basic("CS001", password.encode())
                    async with station(csms, version, additional_headers=headers):
                        assert expected
                except InvalidStatus:
                    assert not expected


async def test_old_tls_is_refused(tmp_path):
    pki = Pki.create()
    for defects, works in ((), False), (("old-tls-accepted",), True):
        options = {"security_profile": 2, "tls": files(pki, tmp_path), "passwords": {"CS001": PASSWORD}}
        async with running("2.0.1", defects=defects, **options) as csms:
            context = client(pki, tmp_path)
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            with pytest.warns(DeprecationWarning):
                context.maximum_version = ssl.TLSVersion.TLSv1_1
            headers = basic("CS001", PASSWORD.encode())
            try:
                async with station(csms, "2.0.1", ssl=context, additional_headers=headers):
                    assert works
            except (OSError, InvalidHandshake):
                assert not works


async def test_client_certificates(tmp_path):
    pki = Pki.create()
    tls = files(pki, tmp_path)

    async def let_in(csms, identity):
        try:
            async with station(csms, "2.0.1", ssl=client(pki, tmp_path, identity)):
                return True
        except (OSError, InvalidHandshake, ConnectionClosed):
            return False

    async with running("2.0.1", security_profile=3, tls=tls, authority=pki) as csms:
        assert await let_in(csms, pki.station("CS001"))
        assert not await let_in(csms, pki.station("CS002"))
        assert not await let_in(csms, None)
        for fault in (
            "expired",
            "wrong_ca",
            "self_signed",
            "not_yet_valid",
            "wrong_usage",
            "revoked",
            "wrong_identity",
        ):
            assert not await let_in(csms, pki.faulty(fault, name="CS001")), fault
    bug = "client-certificate-not-bound"
    async with running("2.0.1", security_profile=3, tls=tls, authority=pki, defects=[bug]) as csms:
        assert await let_in(csms, pki.station("CS002"))
        assert not await let_in(csms, pki.faulty("expired", name="CS001"))
    bug = "client-certificate-not-required"
    async with running("2.0.1", security_profile=3, tls=tls, authority=pki, defects=[bug]) as csms:
        assert await let_in(csms, None)
    bug = "right-certificate-refused"
    async with running("2.0.1", security_profile=3, tls=tls, authority=pki, defects=[bug]) as csms:
        assert not await let_in(csms, pki.station("CS001"))


async def test_serial_number_must_be_the_certificates(tmp_path):
    pki = Pki.create()
    async with running("2.0.1", security_profile=3, tls=files(pki, tmp_path), authority=pki) as csms:
        context = client(pki, tmp_path, pki.station("CS001"))
        async with station(csms, "2.0.1", booted=False, ssl=context) as bench:
            with pytest.raises(CallFailed):
                await bench.boot(serialNumber="OTHER")
            await asyncio.wait_for(bench.peer.closed.wait(), 2)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_newer_connection_takes_over(version):
    async with running(version) as csms, station(csms, version) as first:
        await first.call("Heartbeat")
        async with station(csms, version, booted=False) as second:
            await demand(csms, "ClearCache")
            assert (await asked(second))[0] == "ClearCache"
            await asyncio.wait_for(first.peer.closed.wait(), 3)
            assert "currentTime" in await second.call("Heartbeat")


# --- boot


@pytest.mark.parametrize("version", VERSIONS)
async def test_pending(version):
    async with running(version) as csms, station(csms, version, booted=False) as bench:
        await http("PUT", f"{csms.api_url}/stations/CS001", {"registration": "Pending"})
        assert (await bench.boot())["status"] == "Pending"
        with pytest.raises(CallFailed, match="SecurityError"):
            await bench.call("Heartbeat")
        assert (await demand(csms, "TriggerMessage", {"requestedMessage": "Heartbeat"}))[0] == 202
        await asked(bench)
        await bench.call("Heartbeat")
        start = "RemoteStartTransaction" if version == "1.6" else "RequestStartTransaction"
        token = "GOOD" if version == "1.6" else {"idToken": "GOOD", "type": "ISO14443"}
        payload = {"idTag" if version == "1.6" else "idToken": token}
        assert (await demand(csms, start, payload))[0] == 400
        await http("PUT", f"{csms.api_url}/stations/CS001", {"registration": "Accepted"})
        assert (await bench.boot())["status"] == "Accepted"
        await bench.call("Heartbeat")


# --- tokens and transactions


@pytest.mark.parametrize("version", VERSIONS)
async def test_tokens(version):
    async with running(version) as csms, station(csms, version) as bench:
        good = await bench.authorize("good")
        assert good["status"] == "Accepted"
        assert good.get("parentIdTag") == "FAMILY" or good["groupIdToken"]["idToken"] == "FAMILY"
        assert (await bench.authorize("BLOCKED"))["status"] == "Blocked"
        assert (await bench.authorize("NOBODY"))["status"] == ("Invalid" if version == "1.6" else "Unknown")
        await http("PUT", f"{csms.api_url}/tokens/GOOD", {"status": "Blocked"})
        assert (await bench.authorize("GOOD"))["status"] == "Blocked"


async def test_1_6_transaction():
    begin = {"connectorId": 1, "idTag": "ONCE", "meterStart": 100, "timestamp": "2026-11-20T10:00:00Z"}
    async with running("1.6") as csms, station(csms, "1.6") as bench:
        first = await bench.call("StartTransaction", **begin)
        again = await bench.call("StartTransaction", **begin)
        assert first == again
        assert first["idTagInfo"]["status"] == "Accepted"
        other = await bench.call("StartTransaction", **(begin | {"connectorId": 2}))
        assert other["transactionId"] != first["transactionId"]
        assert other["idTagInfo"]["status"] == "ConcurrentTx"
        end = {"meterStop": 900, "timestamp": "2026-11-20T11:00:00Z"}
        await bench.call("StopTransaction", transactionId=first["transactionId"], **end)
        await bench.call("StopTransaction", transactionId=-1, **end)
        _, shown = await http("GET", f"{csms.api_url}/stations/CS001/transactions/{first['transactionId']}")
        assert (shown["active"], shown["meterStop"], shown["idToken"]) == (False, 900, "ONCE")


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
async def test_2_x_transaction(version):
    def energy(value):
        return [{"timestamp": "2026-11-20T10:00:00Z", "sampledValue": [{"value": value}]}]

    async with running(version) as csms, station(csms, version) as bench:
        assert await bench.event("Started", 0, evse={"id": 1, "connectorId": 1}, meterValue=energy(1000)) == {}
        token = {"idToken": "GOOD", "type": "ISO14443"}
        judged = await bench.event("Updated", 1, idToken=token)
        assert judged["idTokenInfo"]["status"] == "Accepted"
        assert (await bench.event("Updated", 3, meterValue=energy(3000)))["totalCost"] == 0.6
        assert (await bench.event("Updated", 3, meterValue=energy(3000)))["totalCost"] == 0.6
        await bench.event("Ended", 4, trigger="StopAuthorized")
        assert await bench.event("Started", 0, transaction="T2") == {}
        _, shown = await http("GET", f"{csms.api_url}/stations/CS001/transactions/T1")
        assert (shown["seqNos"], shown["missingSeqNos"]) == ([0, 1, 3, 4], [2])
        assert (shown["active"], shown["idToken"], shown["stoppedReason"]) == (False, "GOOD", "Local")
        assert (await http("GET", f"{csms.api_url}/stations/CS001/transactions/T9"))[0] == 404


# --- what the CSMS sends


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
async def test_completes_requests(version):
    async with running(version) as csms, station(csms, version) as bench:
        token = {"idToken": "GOOD", "type": "ISO14443"}
        for action, payload, chosen in [
            ("RequestStartTransaction", {"idToken": token}, "remoteStartId"),
            ("ReserveNow", {"idToken": token, "evseId": 1}, "expiryDateTime"),
            ("SendLocalList", {"updateType": "Full"}, "localAuthorizationList"),
            ("GetLog", {"logType": "DiagnosticsLog"}, "log"),
            ("GetBaseReport", {"reportBase": "FullInventory"}, "requestId"),
        ]:
            status, said = await demand(csms, action, payload)
            assert status == 202, said
            name, request = await asked(bench)
            assert name == action
            assert chosen in request
        assert (await demand(csms, "Nonsense"))[0] == 400
        assert (await demand(csms, "Heartbeat"))[0] == 400
        assert (await demand(csms, "Reset", {"type": "Sometime"}))[0] == 400
        assert (await demand(csms, "ClearCache", identity="CS404"))[0] == 404


@pytest.mark.parametrize("version", VERSIONS)
async def test_signs_certificates(version):
    pki = Pki.create()
    csr, _ = make_request("CS001", pki.organisation)
    foreign, _ = make_request("CS002", pki.organisation)
    async with running(version, authority=pki) as csms, station(csms, version) as bench:
        assert (await bench.call("SignCertificate", csr=foreign.decode()))["status"] == "Rejected"
        assert (await bench.call("SignCertificate", csr="junk"))["status"] == "Rejected"
        assert (await bench.call("SignCertificate", csr=csr.decode()))["status"] == "Accepted"
        action, request = await asked(bench)
        assert action == "CertificateSigned"
        assert request["certificateChain"].startswith("-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("defects", [(), ("tenths-refused",)])
async def test_tenths(version, defects):
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.1}]}
    profile = {"chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Absolute"}
    if version == "1.6":
        payload = {"connectorId": 1, "csChargingProfiles": profile | {"chargingSchedule": schedule}}
    else:
        payload = {"evseId": 1, "chargingProfile": profile | {"chargingSchedule": [schedule]}}
    async with running(version, defects=defects) as csms, station(csms, version) as bench:
        status, said = await demand(csms, "SetChargingProfile", payload)
        assert status == (400 if defects else 202), said
        if not defects:
            assert "8.1" in json.dumps((await asked(bench))[1])


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_answer_is_valid(version):
    pki = Pki.create()
    async with running(version, authority=pki) as csms, station(csms, version) as bench:
        for action in sorted(table.sent_by_stations(version)):
            schema = payloads.schema(version, action, "request")
            request = agreeable(schema, schema.get("definitions", {}))
            if action == "GetCertificateStatus":
                request["ocspRequestData"] |= {"issuerNameHash": "00", "issuerKeyHash": "00", "serialNumber": "1"}
            await bench.call(action, **request)


# --- the null CSMS


@pytest.mark.parametrize("version", VERSIONS)
async def test_null_csms_agrees_to_everything(version):
    async with running(version, NullCsms) as csms, station(csms, version, booted=False) as bench:
        for action in sorted(table.sent_by_stations(version)):
            assert (await bench.call(action)).get("status", "Accepted") in WELCOME
        assert (await bench.authorize("BLOCKED"))["status"] == "Accepted"
        assert (await demand(csms, "ClearCache"))[0] == 202
        assert (await asked(bench))[0] == "ClearCache"


# --- defects do not spread

BOOT = {"boot-time-without-zone", "boot-interval-missing"}


@pytest.mark.parametrize(
    ("version", "defect"),
    [
        (version, name)
        for name, bug in DEFECTS.items()
        for version in bug.versions
        if name not in BOOT | {"status-answer-with-extra-field", "empty-requests-carry-a-field", "compression-forgets"}
    ],
)
async def test_an_ordinary_day_goes_on_with_any_defect(version, defect):
    """Boot, a token, a status and a request work in the presence of every defect that is not about them."""
    async with running(version, defects=[defect]) as csms, station(csms, version) as bench:
        assert (await bench.authorize("GOOD"))["status"] == "Accepted"
        if defect != "heartbeat-without-time":
            await bench.call("Heartbeat")
        if version == "1.6":
            request = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
        else:
            request = {
                "evseId": 1,
                "connectorId": 1,
                "connectorStatus": "Available",
                "timestamp": "2026-11-20T10:00:00Z",
            }
        await bench.call("StatusNotification", **request)
        assert (await demand(csms, "ClearCache"))[0] == 202
        assert (await asked(bench))[0] == "ClearCache"
