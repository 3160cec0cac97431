"""The reference station at each security profile, against the reference CSMS."""

import asyncio

import pytest
from ocpp_certs import Pki
from ocpp_fixtures.csms import ReferenceCsms, TlsFiles
from ocpp_fixtures.station import ReferenceStation, StationTls

PASSWORD = "0123456789abcdefgh"


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pki")
    made = Pki.create(folder)
    (folder / "root.crt").write_bytes(made.root_pem)
    return made, folder


def csms_files(made, folder, identity=None):
    chain = (identity or made.csms).write(folder, "csms-under-test")
    return TlsFiles(chain.certificate, chain.key, folder / "root.crt")


async def until(condition, patience=5.0):
    async with asyncio.timeout(patience):
        while not condition():  # noqa: ASYNC110 - the station offers no event for it
            await asyncio.sleep(0.01)


@pytest.mark.asyncio
@pytest.mark.parametrize("profile", [0, 1, 2, 3])
@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
async def test_boots(pki, version, profile):
    made, folder = pki
    client = made.station("CS001").write(folder, "client")
    csms = ReferenceCsms(
        ocpp=version,
        security_profile=profile,
        tls=csms_files(made, folder) if profile >= 2 else None,
        passwords={"CS001": PASSWORD},
        authority=made,
    )
    await csms.start()
    station = ReferenceStation(
        ocpp=version,
        csms_url=csms.url,
        security_profile=profile,
        password=PASSWORD,
        tls=StationTls(folder / "root.crt", client.certificate, client.key) if profile >= 2 else None,
    )
    await station.start()
    try:
        await until(lambda: station.station.ready)
        if profile == 3:
            before, peer = station.station.certificates.client, station.station.connection.peer
            if version == "1.6":
                station.station.trust.ask_for_certificate()
            else:
                station.station.security.ask_for_certificate("ChargingStationCertificate")
            await until(lambda: station.station.certificates.client != before)
            await until(lambda: station.station.connection.peer not in (peer, None) and station.station.ready)
    finally:
        await station.stop()
        await csms.stop()


@pytest.mark.asyncio
@pytest.mark.parametrize("fault", ["expired", "not_yet_valid", "wrong_host", "wrong_ca", "self_signed"])
async def test_refuses_a_bad_server_and_says_so(pki, fault):
    made, folder = pki
    csms = ReferenceCsms(
        ocpp="2.0.1",
        security_profile=2,
        tls=csms_files(made, folder, made.faulty(fault, name="127.0.0.1")),
        passwords={"CS001": PASSWORD},
    )
    await csms.start()
    station = ReferenceStation(
        ocpp="2.0.1", csms_url=csms.url, security_profile=2, password=PASSWORD, tls=StationTls(folder / "root.crt")
    )
    await station.start()
    try:
        await until(lambda: station.station.security_log)
        assert "InvalidCsmsCertificate" in station.station.security_log[0]
        assert not station.station.connection.open
    finally:
        await station.stop()
        await csms.stop()
