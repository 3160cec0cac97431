"""The doctor's hints at what keeps a product and the harness apart: each names the mistake that was made."""

import contextlib
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from ocpp_certs import Pki
from ocpp_fixtures.csms import ReferenceCsms
from ocpp_fixtures.csms import Token as CsmsToken
from ocpp_fixtures.station import ReferenceStation, StationTls
from ocpp_proof.commands.doctor.report import Report

sys.path.insert(0, str(Path(__file__).parent))
from doctor_bench import answering, csms_toml, doctor, free_port, line, running, serving, station_toml


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pki")
    pki = Pki.create(folder / "pki")
    for fault in ("expired", "wrong_host"):
        pki.faulty(fault, name="localhost").write(folder / "pki", fault)
    pki.station("CS001").write(folder, "client")
    Pki.create(folder / "other")
    return folder


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def context_of(folder, name="csms"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pki" / f"{name}.pem", folder / "pki" / f"{name}.key")
    return context


TLS = 'security_profile = 3\npki = "pki"'
PASSWORD = 'security_profile = 1\npassword = "0123456789abcdef"'
NOTHING = "Content-Length: 0\n\n"


@pytest.mark.parametrize(
    ("answer", "connection", "hint"),
    [
        ("HTTP/1.1 404 Not Found\n" + NOTHING, "", "is the path of connection.url right"),
        ("HTTP/1.1 401 Unauthorized\n" + NOTHING, PASSWORD, "is connection.password right"),
        ("HTTP/1.1 401 Unauthorized\n" + NOTHING, "", "should connection.security_profile be another"),
        ("HTTP/1.1 301 Moved\nLocation: ws://elsewhere/\n" + NOTHING, "", "redirects to 'ws://elsewhere/'"),
        ("HTTP/1.1 503 Unavailable\n" + NOTHING, "", "--wait SECONDS"),
        ("HTTP/1.1 400 Bad Request\n" + NOTHING, "", "sut.ocpp (or --ocpp)"),
        ("HTTP/1.1 200 OK\n" + NOTHING, "", "an ordinary web server answers"),
        ("HTTP/1.1 502 Bad Gateway\n" + NOTHING, "", "a proxy answers"),
    ],
)
def test_a_csms_that_refuses_in_http(tmp_path, capsys, answer, connection, hint):
    with serving(answering(answer)) as port:
        code, said = doctor(csms_toml(tmp_path, f"ws://127.0.0.1:{port}/ocpp", connection=connection), capsys)
    assert code == 1
    assert hint in line(said, "cannot connect")


def test_nobody_at_the_port_of_a_csms(tmp_path, capsys):
    code, said = doctor(csms_toml(tmp_path, f"ws://127.0.0.1:{free_port()}/ocpp"), capsys)
    assert code == 1
    assert "is the CSMS running (--wait" in line(said, "cannot connect")


def test_tls_at_a_plain_port(folder, capsys):
    with running(ReferenceCsms(ocpp="1.6")) as csms:
        _, said = doctor(
            csms_toml(folder, csms.url.replace("ws://127.0.0.1", "wss://localhost"), connection=TLS), capsys
        )
    assert "nothing speaks TLS at this port" in line(said, "cannot connect")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("expired", "is out of date"), ("wrong_host", "is for another name"), ("csms", "its root is not trusted here")],
)
def test_the_certificate_of_a_csms(folder, capsys, name, hint):
    pki = TLS.replace('"pki"', '"other"') if name == "csms" else TLS
    with serving(answering("HTTP/1.1 404 Not Found\n" + NOTHING), context_of(folder, name)) as port:
        _, said = doctor(csms_toml(folder, f"wss://localhost:{port}/ocpp", connection=pki), capsys)
    assert hint in line(said, "cannot connect")


def test_a_csms_that_refuses_the_certificate_of_the_station(folder, capsys):
    context = context_of(folder)
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(folder / "other" / "root.pem")
    with serving(answering("HTTP/1.1 404 Not Found\n" + NOTHING), context) as port:
        _, said = doctor(csms_toml(folder, f"wss://localhost:{port}/ocpp", connection=TLS), capsys)
    assert "it has to trust root.pem of the folder connection.pki" in line(said, "cannot connect")


def test_plain_at_a_port_with_tls(folder, capsys):
    with serving(answering("never"), context_of(folder)) as port:
        _, said = doctor(csms_toml(folder, f"ws://127.0.0.1:{port}/ocpp"), capsys)
    assert "is that port one with TLS" in line(said, "cannot connect")


def test_a_csms_that_starts_later_is_waited_for(tmp_path, capsys, monkeypatch):
    held = socket.socket()  # bound and not listening: the port is refused, and nobody else gets it meanwhile
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port = held.getsockname()[1]
    csms = ReferenceCsms(ocpp="1.6", port=port, tokens={"04A1": CsmsToken("04A1")})
    refused, ended, say = threading.Event(), threading.Event(), Report.waiting

    def waiting(report, what):
        say(report, what)
        if "refused in the tcp phase" in what:
            refused.set()

    def start_once_it_was_refused():
        refused.wait(30)
        with running(csms):
            ended.wait(30)

    monkeypatch.setattr(Report, "waiting", waiting)
    other = threading.Thread(target=start_once_it_was_refused)
    other.start()
    file = csms_toml(tmp_path, f"ws://127.0.0.1:{port}/ocpp")
    _, said = doctor(file, capsys, "--wait", "600")  # it is let in, and does not wait for all of them
    ended.set()
    other.join()
    held.close()
    assert said.index("refused in the tcp phase") < said.index("the CSMS let PROOF-0001 in")


# --- a station


@contextlib.contextmanager
def calling(port, talk, tls=None):
    """Somebody who connects to the harness again and again while the block runs."""
    over = threading.Event()

    def call():
        while not over.is_set():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as raw:
                talk(tls.wrap_socket(raw, server_hostname="localhost") if tls else raw)
                raw.recv(1000)
            over.wait(0.2)

    caller = threading.Thread(target=call)
    caller.start()
    try:
        yield
    finally:
        over.set()
        caller.join()


def request(path="/ocpp/CS001", protocol="ocpp1.6", authorization=""):
    return (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{authorization}"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: {protocol}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("sent", "connection", "hint"),
    [
        (request("/ocpp/CS002"), "", "sut.toml has connection.identity = 'CS001'"),
        (request(protocol="ocpp2.0.1"), "", "choose another with sut.ocpp or --ocpp"),
        (request(), PASSWORD, "compare connection.password with what it was given"),
        (b"\x16\x03\x01\x00\x05hello", "", "give it the address with ws://"),
    ],
)
def test_a_station_that_is_refused(tmp_path, capsys, sent, connection, hint):
    port = free_port()
    with calling(port, lambda raw: raw.sendall(sent)):
        code, said = doctor(station_toml(tmp_path, port, connection=connection), capsys)
    assert code == 1
    assert hint in said


def test_a_station_that_does_not_trust_the_harness(folder, capsys):
    port = free_port()
    tls = ssl.create_default_context(cafile=folder / "other" / "root.pem")
    with calling(port, lambda secure: None, tls):
        _, said = doctor(station_toml(folder, port, connection=TLS, tls=True), capsys)
    assert f"install {folder}/pki/root.pem in it as a trusted root" in said
    assert "certs DIR --host NAME" in said


def test_a_station_without_tls_at_a_port_with_it(folder, capsys):
    port = free_port()
    with calling(port, lambda raw: raw.sendall(request())):
        _, said = doctor(station_toml(folder, port, connection=TLS, tls=True), capsys)
    assert "give it the address with wss://" in said


def test_nobody_comes(tmp_path, capsys):
    port = free_port()
    code, said = doctor(station_toml(tmp_path, port), capsys, "--wait", "0.3")
    assert code == 1
    assert f"the station has 0.3 s to connect to ws://127.0.0.1:{port}/ocpp" in said
    assert "nothing tried to connect" in line(said, "WRONG")
    assert "cannot reach it; 0.0.0.0" in line(said, "this machine's own address")
    assert f"enter ws://127.0.0.1:{port}/ocpp in the station" in said


def test_a_path_that_is_not_that_of_listen(tmp_path, capsys):
    port = free_port()
    file = station_toml(tmp_path, port)
    with running(ReferenceStation(ocpp="1.6", csms_url=f"ws://127.0.0.1:{port}/other")):
        code, said = doctor(file, capsys)
    assert code == 1
    assert f"enter ws://127.0.0.1:{port}/ocpp in it, or change connection.listen" in line(said, "/other/CS001")


# --- the PKI


def test_a_mistyped_pki_is_not_made(folder, capsys):
    code, said = doctor(station_toml(folder, 9, connection=TLS.replace('"pki"', '"nopki"'), tls=True), capsys)
    assert code == 1
    assert "nopki has no root.pem: is the name right?" in line(said, "WRONG")
    assert not (folder / "nopki").exists()
    run = [sys.executable, "-m", "ocpp_proof.cli", "run", "--sut", "sut.toml", "--select", "TC_001_CS"]
    ended = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
    assert "nopki has no root.pem" in ended.stdout + ended.stderr
    assert not (folder / "nopki").exists()


def test_an_address_that_is_not_in_the_certificate(folder, capsys, monkeypatch):
    """A harness that listens everywhere is called by an address of this machine, which the certificate has to name."""
    monkeypatch.setattr("ocpp_proof.commands.doctor.file._own_address", lambda family: "192.0.2.7")
    file = station_toml(folder, free_port(), connection=TLS, tls=True)
    file.write_text(file.read_text().replace("127.0.0.1", "0.0.0.0"))
    _, said = doctor(file, capsys, "--wait", "0.1")
    assert "ocpp-proof certs DIR --host 192.0.2.7" in line(said, "certificate is for localhost")
    Pki.create(folder / "pki", hosts=("192.0.2.7",))
    assert "--host 192.0.2.7" not in doctor(file, capsys, "--wait", "0.1")[1]


def test_no_pki_at_all(folder, capsys):
    _, said = doctor(station_toml(folder, 9, connection="security_profile = 3", tls=True), capsys)
    assert "connection.pki is missing" in line(said, "WRONG")


@pytest.mark.parametrize(
    ("connection", "said_of_it"),
    [
        ("", "is for 'SN-7', which is neither connection.identity nor values.serial_number"),
        ("SN-7", "is for 'SN-7' (comm"),
    ],
)
def test_the_certificate_of_a_station_is_looked_at(folder, capsys, connection, said_of_it):
    pki = Pki.create(folder / "pki")
    pki.station("SN-7").write(folder / "pki", "station-CS001")
    values = f'serial_number = "{connection}"' if connection else ""
    port = free_port()
    _, said = doctor(station_toml(folder, port, connection=TLS, tls=True, values=values), capsys, "--wait", "0.1")
    assert said_of_it in said
    assert "certificates are valid; the first to expire is" in said
    assert "expired.pem (localhost) has expired" in line(said, "has expired")


def test_a_station_over_tls_is_let_in(folder, capsys):
    port = free_port()
    file = station_toml(folder, port, connection=TLS, tls=True, sut='ocpp = ["2.0.1"]')
    tls = StationTls(ca=folder / "pki" / "root.pem", certificate=folder / "client.pem", key=folder / "client.key")
    station = ReferenceStation(ocpp="2.0.1", csms_url=f"wss://localhost:{port}/ocpp", security_profile=3, tls=tls)
    with running(station):
        _, said = doctor(file, capsys)
    assert "the station connected with ocpp2.0.1, TLSv1.3" in said
