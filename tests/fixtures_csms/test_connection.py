"""Who may connect to the reference CSMS: subprotocols, passwords, TLS, and a second connection."""

from __future__ import annotations

import asyncio
import base64
import ssl

import pytest
from ocpp_certs import Pki
from ocpp_fixtures.csms import TlsFiles
from ocpp_fixtures.rpc import CallFailed
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from .bench import PASSWORD, VERSIONS, asked, demand, http, running, station

pytestmark = pytest.mark.asyncio


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
