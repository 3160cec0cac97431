"""TLS of both roles: versions, suites, alerts both ways, client certificates good and faulty."""

import asyncio
import socket
import ssl
import struct
from pathlib import Path
from typing import Any

import pytest
from ocpp_certs import FAULTS, Pki
from ocpp_proof.net.client_hello import ClientHello, read_certificates, read_client_hello
from ocpp_proof.net.endpoint import Accept, ConnectionRefused, Endpoint, TlsInfo, dial
from ocpp_proof.net.secure_channel import SecureChannel
from ocpp_proof.net.server_hello import ServerHello
from ocpp_proof.net.tls import OCPP_SUITES, SUITES, TlsVersion, client_context, server_context
from wire_bench import Inbox, Server, connect, serving, soon

pytestmark = pytest.mark.asyncio

VERSIONS: list[TlsVersion] = ["TLSv1.2", "TLSv1.3"]


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki.create()


async def meet(server: Server, context: ssl.SSLContext, **options: Any) -> tuple[Endpoint, Endpoint]:
    """Connect, prove that data flows both ways, give both ends."""
    inbox = Inbox()
    client = await connect(server.url("wss"), inbox, tls=context, **options)
    other = await server.endpoint()
    other.send_text("hello")
    assert await soon(inbox.texts.get()) == "hello"
    return client, other


async def end(client: Endpoint) -> None:
    client.close()
    assert (await soon(client.closed)).clean


@pytest.mark.parametrize("version", VERSIONS)
async def test_profile_2(pki: Pki, version: TlsVersion) -> None:
    async with serving(server_context(pki.csms, versions=[version])) as server:
        client, other = await meet(server, client_context(trust=pki.root_pem))
        assert client.tls is not None
        assert client.tls.version == version
        assert client.tls.peer_certificate == pki.csms.certificate
        assert client.tls.peer_chain[1:], "the intermediate is sent along"
        assert other.tls is not None
        assert other.tls.peer_certificate is None
        assert other.tls.client_hello is not None
        assert other.tls.client_hello.versions == ("TLSv1.3", "TLSv1.2")
        await end(client)
        assert [data.version for _, kind, data in server.records if kind == "tls" and isinstance(data, TlsInfo)] == [
            version
        ]


@pytest.mark.parametrize("suite", OCPP_SUITES)
async def test_the_four_suites_of_ocpp(pki: Pki, suite: str) -> None:
    """One context with an ECDSA and an RSA certificate serves them all."""
    async with serving(server_context(pki.csms, pki.csms_rsa)) as server:
        client, other = await meet(server, client_context(trust=pki.root_pem, versions=["TLSv1.2"], suites=[suite]))
        assert client.tls is not None
        assert client.tls.cipher == SUITES[suite]
        assert other.tls is not None
        assert other.tls.client_hello is not None
        assert [name for name in other.tls.client_hello.suites if name.startswith("TLS_")] == [suite]
        assert other.tls.client_hello.compression is False
        await end(client)


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1.1"])
async def test_old_versions_can_be_tried(pki: Pki, version: TlsVersion) -> None:
    old = client_context(trust=pki.root_pem, versions=[version])
    async with serving(server_context(pki.csms, pki.csms_rsa)) as server:
        with pytest.raises(ConnectionRefused) as refused:
            await connect(server.url("wss"), tls=old)
        assert (refused.value.phase, refused.value.tls_alert) == ("tls", "protocol_version")
        assert server.failures[0].alert_sent == "protocol_version"
        assert server.failures[0].info is not None
        assert server.failures[0].info.client_hello is not None
        assert server.failures[0].info.client_hello.versions == (version,)
    async with serving(server_context(pki.csms, pki.csms_rsa, versions=[version])) as server:
        client, _ = await meet(server, old)
        assert client.tls is not None
        assert client.tls.version == version
        await end(client)


async def test_no_common_suite(pki: Pki) -> None:
    async with serving(server_context(pki.csms, versions=["TLSv1.2"], suites=OCPP_SUITES[:1])) as server:
        with pytest.raises(ConnectionRefused) as refused:
            await connect(
                server.url("wss"), tls=client_context(trust=pki.root_pem, versions=["TLSv1.2"], suites=OCPP_SUITES[1:2])
            )
        assert refused.value.tls_alert == "handshake_failure"


@pytest.mark.parametrize("version", VERSIONS)
async def test_profile_3(pki: Pki, version: TlsVersion) -> None:
    station = pki.station("CS001")
    async with serving(server_context(pki.csms, client_trust=pki.root_pem, versions=[version])) as server:
        client, other = await meet(server, client_context(trust=pki.root_pem, identity=station))
        assert other.tls is not None
        assert other.tls.peer_certificate == station.certificate
        await end(client)


ALERTS = {
    "expired": {"certificate_expired"},
    "not_yet_valid": {"bad_certificate"},
    "wrong_ca": {"unknown_ca"},
    "self_signed": {"unknown_ca"},
    "wrong_usage": {"unsupported_certificate"},
    "revoked": {"certificate_revoked"},
    "weak_key": {"bad_certificate", "handshake_failure", "insufficient_security"},
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in ("wrong_host", "host_contained")])
async def test_faulty_client_certificates(pki: Pki, fault: str, version: TlsVersion) -> None:
    """In TLS 1.3 the client learns of the refusal at its first read: here, instead of the answer to its handshake."""
    faulty = pki.faulty(fault, name="CS001")
    context = client_context(trust=pki.root_pem, identity=faulty, versions=[version], allow_weak=True)
    checking = server_context(pki.csms, client_trust=pki.root_pem, revocations=pki.crl_pem())
    async with serving(checking) as server:
        if fault in ("wrong_identity", "identity_contained"):  # sound to TLS: only the application can tell
            client, other = await meet(server, context)
            assert other.tls is not None
            assert other.tls.peer_certificate == faulty.certificate
            await end(client)
            return
        with pytest.raises(ConnectionRefused) as refused:
            await connect(server.url("wss"), tls=context)
        assert refused.value.phase == "tls"
        assert refused.value.tls_alert in ALERTS[fault]
        failure = server.failures[0]
        assert failure.alert_sent == refused.value.tls_alert
        assert failure.info is not None
        assert failure.info.peer_certificate == faulty.certificate, "what was shown is kept, although it was refused"


@pytest.mark.parametrize("version", VERSIONS)
async def test_no_client_certificate(pki: Pki, version: TlsVersion) -> None:
    async with serving(server_context(pki.csms, client_trust=pki.root_pem, versions=[version])) as server:
        with pytest.raises(ConnectionRefused) as refused:
            await connect(server.url("wss"), tls=client_context(trust=pki.root_pem))
        assert refused.value.tls_alert in {"handshake_failure", "certificate_required"}
    async with serving(server_context(pki.csms, client_trust=pki.root_pem, client_required=False)) as server:
        client, _ = await meet(server, client_context(trust=pki.root_pem, versions=[version]))
        await end(client)


SERVER_ALERTS = ALERTS | {f: {"bad_certificate", "certificate_unknown"} for f in ("wrong_host", "host_contained")}
CLIENTS_ONLY = ("wrong_identity", "identity_contained", "revoked")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in CLIENTS_ONLY])
async def test_faulty_server_certificates(pki: Pki, fault: str, version: TlsVersion) -> None:
    """Our client refuses them, and the server can say why."""
    faulty = pki.faulty(fault, name="localhost")
    async with serving(server_context(faulty, versions=[version], allow_weak=True, suites=tuple(SUITES))) as server:
        with pytest.raises(ConnectionRefused) as refused:
            await connect(
                server.url("wss"),
                tls=client_context(trust=pki.root_pem, suites=tuple(SUITES)),
                server_hostname="localhost",
            )
        assert refused.value.phase == "tls"
        failure_alerts = {refused.value.tls_alert} | {failure.alert_received for failure in server.failures}
        assert SERVER_ALERTS[fault] & failure_alerts


async def test_a_client_that_trusts_nobody_sends_its_alert(pki: Pki) -> None:
    async with serving(server_context(pki.csms)) as server:
        inbox = Inbox()
        with pytest.raises(ConnectionRefused, match="we sent the alert unknown_ca"):
            await connect(server.url("wss"), inbox, tls=client_context(trust=Pki.create().root_pem))
        await soon(settled(server))
        assert server.failures[0].alert_received == "unknown_ca"


async def settled(server: Server) -> None:
    assert server.listener is not None
    await server.listener.wait_closed()


async def test_closed_carries_the_alert(pki: Pki) -> None:
    """The endpoint's own end of a refused connection, as a role sees it."""
    made: list[Endpoint] = []
    faulty = pki.faulty("wrong_ca", name="CS001")
    async with serving(server_context(pki.csms, client_trust=pki.root_pem, versions=["TLSv1.3"])) as server:
        with pytest.raises(ConnectionRefused):
            await connect(server.url("wss"), tls=client_context(trust=pki.root_pem, identity=faulty), setup=made.append)
        closed = await soon(made[0].closed)
        assert closed.tls_alert == "unknown_ca"
        assert "unknown_ca" in closed.error


async def test_plain_text_to_a_tls_port_and_the_other_way_round(pki: Pki) -> None:
    async with serving(server_context(pki.csms)) as server:
        with pytest.raises(ConnectionRefused) as refused:
            await connect(server.url("ws"))
        assert refused.value.phase == "handshake"
        await soon(settled(server))
        assert server.failures
    async with serving() as server:
        with pytest.raises(ConnectionRefused) as refused:
            await connect(server.url("wss"), tls=client_context(trust=pki.root_pem))
        assert refused.value.phase == "tls"


async def test_the_certificate_of_a_listener_can_change(pki: Pki) -> None:
    renewed = pki.server(pki.hosts)
    async with serving(server_context(pki.csms)) as server:
        assert server.listener is not None
        server.listener.tls = server_context(renewed)
        client, _ = await meet(server, client_context(trust=pki.root_pem))
        assert client.tls is not None
        assert client.tls.peer_certificate == renewed.certificate
        await end(client)


async def test_openssl_sees_the_alert(pki: Pki, tmp_path: Path) -> None:
    """A witness that shares no code with us: asyncio's own TLS would have lost this alert."""
    stranger = pki.faulty("wrong_ca", name="CS001").write(tmp_path, "stranger")
    async with serving(server_context(pki.csms, client_trust=pki.root_pem, versions=["TLSv1.2"])) as server:
        arguments = (
            "s_client",
            "-connect",
            f"127.0.0.1:{server.port}",
            "-cert",
            str(stranger.certificate),
            "-key",
            str(stranger.key),
        )
        process = await asyncio.create_subprocess_exec(
            "openssl",
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await soon(process.communicate())
        assert b"alert unknown ca" in output


async def test_files_serve_as_well_as_identities(pki: Pki, tmp_path: Path) -> None:
    files = pki.csms.write(tmp_path, "csms")
    root = tmp_path / "root.pem"
    root.write_bytes(pki.root_pem)
    async with serving(server_context(files, client_trust=root)) as server:
        identity = pki.station("CS001").write(tmp_path, "station")
        client, _ = await meet(server, client_context(trust=root, identity=identity))
        await end(client)


async def test_misuse_is_named() -> None:
    with pytest.raises(ValueError, match="unknown cipher suites TLS_NONE"):
        client_context(trust=None, suites=["TLS_NONE"])
    with pytest.raises(ValueError, match="one TLS version"):
        client_context(trust=None, versions=[])
    with pytest.raises(ValueError, match="needs a TLS context"):
        await dial("wss://127.0.0.1:1/", subprotocols=[], record=lambda *a: None, timeout=1)
    assert Accept().subprotocol is None


async def test_cut_messages_are_no_messages() -> None:
    assert read_client_hello(b"\1\0\0\5\3\3") is None
    assert read_certificates(b"\x0b\0\0\x05\0\0\x09abc") == ()
    hello = b"\1\0\0\0\3\1" + b"\0" * 32 + b"\0" + b"\0\2\0\x2f" + b"\2\1\0"
    assert read_client_hello(hello) == ClientHello(("TLSv1",), ("TLS_RSA_WITH_AES_128_CBC_SHA",), None, True)


async def test_one_port_takes_connections_with_tls_and_without(pki: Pki) -> None:
    async with serving(server_context(pki.csms)) as server:
        assert server.listener is not None
        server.listener.plain_too = True
        client, other = await meet(server, client_context(trust=pki.root_pem))
        assert other.tls is not None
        plain = await connect(server.url(), Inbox())
        beside = await server.endpoint()
        assert beside.tls is None
        plain.send_text("hello")
        client.send_text("secret")
        await soon(_texts(server, 2))
        assert sorted(server.texts) == ["hello", "secret"]


async def _texts(server: Server, count: int) -> None:
    while len(server.texts) < count:  # noqa: ASYNC110 - a list offers no event
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_client_that_goes_when_tls_is_done_was_ended_by_tls(pki: Pki, version: TlsVersion) -> None:
    """As one that compares the name in the certificate itself: a complete handshake, and no request."""
    async with serving(server_context(pki.csms, versions=[version])) as server:
        context = client_context(trust=pki.root_pem)
        _, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=context, server_hostname="localhost")
        writer.close()
        failure = await soon(server.failed.get())
        assert failure.reason == "it ended after the TLS handshake, before a request"
        assert failure.alert is None
        assert failure.info is not None
        assert failure.info.version == version


@pytest.mark.parametrize(
    ("hello", "alert"),
    [
        (ServerHello("TLSv1", "TLS_RSA_WITH_AES_128_CBC_SHA"), "protocol_version"),
        (ServerHello("TLSv1.1", "TLS_RSA_WITH_AES_128_CBC_SHA"), "protocol_version"),
        (ServerHello("TLSv1.2", "TLS_RSA_WITH_NULL_SHA256"), "illegal_parameter"),
        (ServerHello("TLSv1.2", "TLS_DH_anon_WITH_AES_128_CBC_SHA"), "illegal_parameter"),
    ],
)
async def test_a_choice_that_nobody_offered_is_told_in_a_hello(pki: Pki, hello: ServerHello, alert: str) -> None:
    """The client sees what the server chose, and refuses just that."""
    async with serving(hello) as server:
        with pytest.raises(ConnectionRefused) as refused:
            await connect(server.url("wss"), Inbox(), tls=client_context(trust=pki.root_pem))
        assert refused.value.tls_alert == alert
        failure = await soon(server.failed.get())
        assert failure.alert_received == alert
        assert failure.info is not None
        assert failure.info.client_hello is not None
        assert "TLSv1.2" in failure.info.client_hello.versions


async def test_what_is_no_client_hello_gets_no_server_hello() -> None:
    async with serving(ServerHello("TLSv1", "TLS_RSA_WITH_AES_128_CBC_SHA")) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"\x16\x03\x01\x00\x04\x02\x00\x00\x00")
        assert await soon(reader.read()) == b""
        writer.close()
        assert (await soon(server.failed.get())).reason == "what came is no ClientHello"


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_client_that_resets_inside_the_handshake_was_ended_by_tls(pki: Pki, version: TlsVersion) -> None:
    async with serving(server_context(pki.csms, versions=[version])) as server:
        hello = SecureChannel(client_context(trust=pki.root_pem), server_side=False, server_hostname="localhost")
        hello.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(hello.outgoing())
        assert await soon(reader.read(1)), "the server answers"
        writer.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        writer.transport.abort()
        failure = await soon(server.failed.get())
        assert failure.reason == "it ended inside the TLS handshake, before a request"
