"""A freedom of how a station asks for certificates shows on the wire, and is not there without it."""

from __future__ import annotations

import pytest
from cryptography import x509
from ocpp_certs import Pki

from .bench import bench

pytestmark = pytest.mark.asyncio
VERSIONS = ["2.0.1", "2.1"]
PKI = Pki.create()


async def asked(csms, requested="SignChargingStationCertificate", **place):
    assert (await csms.call("TriggerMessage", requestedMessage=requested, **place))["status"] == "Accepted"
    return await csms.wait("SignCertificate")


async def brought(csms, request, **more):
    chain = PKI.sign_request(request["csr"], usage="client").chain_pem.decode()
    kind = "ChargingStationCertificate"
    return (await csms.call("CertificateSigned", certificateChain=chain, certificateType=kind, **more))["status"]


def name_in(request):
    subject = x509.load_pem_x509_csr(request["csr"].encode()).subject
    return subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("freedoms", "same"), [((), False), (("signing-request-repeated-as-it-was",), True)])
async def test_a_request_that_is_repeated(version, freedoms, same):
    async with bench(version, freedoms=freedoms) as (csms, _):
        wait = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "CertSigningWaitMinimum"}}
        await csms.call("SetVariables", setVariableData=[wait | {"attributeValue": "1"}])
        first = await asked(csms)
        again = await csms.wait("SignCertificate")
        assert (first["csr"] == again["csr"]) is same


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("freedoms", "taken"),
    [((), ["Rejected", "Accepted"]), (("first-certificate-taken",), ["Accepted", "Rejected"])],
)
async def test_which_of_two_certificates_is_taken(version, freedoms, taken):
    async with bench(version, freedoms=freedoms) as (csms, _):
        requests = [await asked(csms), await asked(csms)]
        assert [await brought(csms, request) for request in requests] == taken


async def test_the_number_of_a_request():
    async with bench("2.1") as (csms, _):
        request = await asked(csms)
        assert await brought(csms, request, requestId=request["requestId"] + 1) == "Rejected"
        assert await brought(csms, request) == "Accepted"
    async with bench("2.1", freedoms=("certificates-by-number-alone",)) as (csms, _):
        request = await asked(csms)
        assert await brought(csms, request) == "Rejected"
        assert await brought(csms, request, requestId=request["requestId"]) == "Accepted"
    async with bench("2.1", freedoms=("signing-requests-without-a-number",)) as (csms, _):
        assert "requestId" not in await asked(csms)


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_it_is_called_in_front_of_vehicles(version):
    names = {}
    for freedom in ("", "name-of-each-evse", "no-name-for-vehicles"):
        async with bench(version, freedoms=(freedom,) if freedom else ()) as (csms, _):
            names[freedom] = name_in(await asked(csms, "SignV2GCertificate", evse={"id": 2}))
            variable = {"component": {"name": "ISO15118Ctrlr"}, "variable": {"name": "SeccId"}}
            told = await csms.call("GetVariables", getVariableData=[variable])
            assert (told["getVariableResult"][0]["attributeStatus"] == "Accepted") is not bool(freedom)
    assert names == {"": "DE-ICE-S-CS001", "name-of-each-evse": "DE-ICE-S-2-CS001", "no-name-for-vehicles": "SECC-0815"}
