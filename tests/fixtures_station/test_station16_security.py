"""The reference station of 1.6: the security whitepaper."""

from datetime import timedelta

import pytest
from ocpp_certs import Identity, Pki, certificate_hash, read_request
from ocpp_certs.issue import distinguished_name, elliptic_key, issue

from .bench import bench
from .test_profiles import until

pytestmark = pytest.mark.asyncio
ROOT = "CentralSystemRootCertificate"


@pytest.fixture(scope="module")
def pki():
    return Pki.create()


def root(name: str, issuer: Identity | None = None) -> Identity:
    return issue(distinguished_name(name, "org"), issuer=issuer, key=elliptic_key(), authority=True)


async def install(csms, kind: str, identity: Identity) -> str:
    pem = identity.certificate_pem.decode()
    return (await csms.call("InstallCertificate", certificateType=kind, certificate=pem))["status"]


async def installed(csms, kind: str = ROOT):
    return (await csms.call("GetInstalledCertificateIds", certificateType=kind)).get("certificateHashData", [])


async def raise_to(csms, profile: int) -> str:
    return (await csms.call("ChangeConfiguration", key="SecurityProfile", value=str(profile)))["status"]


async def test_roots_are_installed_and_deleted():
    async with bench("1.6") as (csms, station):
        first = root("first")
        answer = await csms.call("GetInstalledCertificateIds", certificateType=ROOT)
        assert answer == {"status": "NotFound"}
        assert await install(csms, ROOT, first) == "Accepted"
        hashed = certificate_hash(first.certificate, first.certificate)
        assert await installed(csms) == [hashed]
        assert await installed(csms, "ManufacturerRootCertificate") == []
        for status in ("Accepted", "NotFound"):
            assert (await csms.call("DeleteCertificate", certificateHashData=hashed))["status"] == status
        station.station.trust.MAX_ROOTS = 0
        assert await install(csms, ROOT, first) == "Rejected"


async def test_with_the_additional_check_a_root_replaces_the_one_that_signed_it():
    async with bench("1.6") as (csms, station):
        station.station.security_profile = 1
        station.station.config.store("AdditionalRootCertificateCheck", "true")
        first = root("first")
        second = root("second", first)
        assert await install(csms, ROOT, first) == "Accepted"
        assert await install(csms, ROOT, root("stranger")) == "Rejected"
        assert (await csms.wait("SecurityEventNotification"))["type"] == "InvalidCentralSystemCertificate"
        assert await install(csms, ROOT, second) == "Accepted"
        by_first = certificate_hash(second.certificate, first.certificate)
        assert await installed(csms) == [certificate_hash(first.certificate, first.certificate), by_first]
        assert await install(csms, ROOT, root("third", second)) == "Accepted"
        assert len(await installed(csms)) == 2


async def signing_request(csms) -> str:
    await csms.call("ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate")
    return (await csms.wait("SignCertificate"))["csr"]


async def test_a_certificate_is_used_when_it_is_valid(pki):
    async with bench("1.6") as (csms, station):
        store = station.station.certificates
        request = read_request(await signing_request(csms))
        later = issue(request.subject, issuer=None, key=elliptic_key())
        assert (await csms.call("CertificateSigned", certificateChain=later.chain_pem.decode()))["status"] == "Rejected"
        new = issue(
            request.subject,
            issuer=pki.station_authority,
            public_key=request.key,
            valid_from_days=timedelta(seconds=2) / timedelta(days=1),
        )
        assert (await csms.call("CertificateSigned", certificateChain=new.chain_pem.decode()))["status"] == "Accepted"
        assert store.client is None
        await until(lambda: store.client is not None)


async def test_a_certificate_for_another_operator_is_refused(pki):
    async with bench("1.6") as (csms, station):
        station.station.security_profile = 1
        request = read_request(await signing_request(csms))
        other = issue(
            distinguished_name("CS001", "another"), issuer=pki.station_authority, public_key=request.key
        ).chain_pem.decode()
        assert (await csms.call("CertificateSigned", certificateChain=other))["status"] == "Rejected"
        assert (await csms.wait("SecurityEventNotification"))["type"] == "InvalidChargePointCertificate"


async def test_a_profile_is_raised_only_with_what_it_needs(pki):
    async with bench("1.6") as (csms, station):
        assert await raise_to(csms, 1) == "Rejected"  # no password
        station.station.password = "0123456789abcdefgh"
        station.station.security_profile = 1
        assert [await raise_to(csms, p) for p in (0, 1, 2, 3)] == ["Rejected"] * 4  # lower, the same, no root
        assert await install(csms, ROOT, pki.root) == "Accepted"
        assert await raise_to(csms, 3) == "Rejected"  # no certificate


async def test_it_falls_back_where_the_new_profile_does_not_connect(pki):
    async with bench("1.6") as (csms, station):
        station.station.password = "0123456789abcdefgh"
        station.station.security_profile = 1
        await install(csms, ROOT, pki.root)
        assert await raise_to(csms, 2) == "Accepted"
        await csms.reconnected(2)
        assert station.station.security_profile == 1


async def test_the_status_of_signed_firmware_is_told_when_asked():
    async with bench("1.6") as (csms, station):
        maintenance = station.station.maintenance
        for told, status in (("", "Idle"), ("InvalidSignature", "InvalidSignature"), ("Installed", "Idle")):
            if told:
                maintenance._notify("Firmware", told, 7)
                await csms.wait("SignedFirmwareStatusNotification", requestId=7)
            await csms.call("ExtendedTriggerMessage", requestedMessage="FirmwareStatusNotification")
            answer = await csms.wait("SignedFirmwareStatusNotification")
            assert answer == {"status": status} | ({} if status == "Idle" else {"requestId": 7})


async def test_idle_connectors_are_out_of_service_while_an_installation_waits():
    async with bench("1.6") as (csms, station):
        station.station.status.block_new_sessions(True)
        assert (await csms.wait("StatusNotification", connectorId=1))["status"] == "Unavailable"
        answer = await csms.call("RemoteStartTransaction", idTag="ABC", connectorId=1)
        assert answer["status"] == "Rejected"
        station.station.status.block_new_sessions(False)
        assert (await csms.wait("StatusNotification", connectorId=1))["status"] == "Available"


async def test_a_certificate_that_nobody_asked_for_is_refused():
    async with bench("1.6") as (csms, _):
        chain = root("x").chain_pem.decode()
        assert (await csms.call("CertificateSigned", certificateChain=chain))["status"] == "Rejected"
