"""The 1.6 Central System's reservations, charging profiles and upgrade of the security profile."""

from __future__ import annotations

import contextlib
import ssl
from typing import Any

import pytest
from ocpp_certs import Pki
from ocpp_fixtures.csms import ReferenceCsms, TlsFiles, Token
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from .probes import Probe
from .probes_profiles16 import limits, soon

pytestmark = pytest.mark.asyncio


@contextlib.asynccontextmanager
async def central_system(**options: Any) -> Any:
    csms = ReferenceCsms(ocpp="1.6", tokens={"GOOD": Token("GOOD", group="FAMILY")}, **options)
    await csms.start()
    try:
        yield csms
    finally:
        await csms.stop()


async def asks(p: Probe, line: Any, action: str, status: str = "Accepted", **wish: Any) -> Any:
    refused = await p.demand(action, **wish)
    if isinstance(refused, int):
        return refused
    _, sent = await line.answer({"status": status})
    await line.call("Heartbeat")  # the answer has been taken in
    return sent


async def test_a_reservation_names_the_group_and_ends_with_the_connector():
    async with central_system() as csms:
        p = Probe(csms, "1.6")
        held = csms.station("CS").reservations
        async with p.line() as line:
            sent = await asks(p, line, "ReserveNow", connectorId=1, idTag="GOOD", expiryDate=soon())
            assert sent["parentIdTag"] == "FAMILY"
            assert list(held) == [sent["reservationId"]]
            assert await asks(p, line, "ReserveNow", connectorId=1, idTag="GOOD", expiryDate=soon(-1)) == 400
            await asks(p, line, "ReserveNow", "Occupied", connectorId=1, idTag="GOOD")
            assert list(held) == [sent["reservationId"]]
            await p.status(line, "Faulted")
            assert not held


async def test_only_the_reservation_that_was_cancelled_is_gone():
    async with central_system() as csms:
        p = Probe(csms, "1.6")
        held = csms.station("CS").reservations
        async with p.line() as line:
            for number in (1, 2):
                await asks(p, line, "ReserveNow", reservationId=number, connectorId=number, idTag="GOOD")
            assert await asks(p, line, "CancelReservation") == 400  # which of the two?
            await asks(p, line, "CancelReservation", "Rejected", reservationId=1)
            assert list(held) == [1, 2]
            await asks(p, line, "CancelReservation", reservationId=1)
            assert await asks(p, line, "CancelReservation") == {"reservationId": 2}


async def test_profiles_are_replaced_and_cleared_by_what_they_are():
    async with central_system() as csms:
        p = Probe(csms, "1.6")
        held = csms.station("CS").profiles
        async with p.line() as line:

            async def default(number: int, level: int) -> Any:
                wish = limits(chargingProfileId=number, stackLevel=level, chargingProfilePurpose="TxDefaultProfile")
                return await asks(p, line, "SetChargingProfile", connectorId=1, csChargingProfiles=wish)

            for number, level in ((1, 0), (2, 1), (3, 2), (4, 2)):
                await default(number, level)
            assert list(held) == [1, 2, 4]
            await asks(p, line, "ClearChargingProfile", connectorId=1, stackLevel=1)
            assert list(held) == [1, 4]
            await asks(p, line, "ClearChargingProfile", id=1)
            await asks(p, line, "ClearChargingProfile")
            assert not held


@pytest.mark.parametrize(
    ("connector", "fields"),
    [
        (1, {}),  # no transaction runs there
        (0, {}),
        (1, {"chargingProfilePurpose": "ChargePointMaxProfile"}),
        (1, {"chargingProfilePurpose": "TxDefaultProfile", "transactionId": 1}),
        (1, {"chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Recurring"}),
    ],
)
async def test_a_profile_that_cannot_be_is_not_sent(connector, fields):
    async with central_system() as csms:
        p = Probe(csms, "1.6")
        async with p.line() as line:
            wish = limits(**fields)
            assert await asks(p, line, "SetChargingProfile", connectorId=connector, csChargingProfiles=wish) == 400


async def test_a_charge_point_with_a_higher_security_profile_does_not_get_back(tmp_path):
    pki = Pki.create(hosts=("127.0.0.1", "localhost"))
    server = pki.csms.write(tmp_path, "csms")
    (tmp_path / "root.pem").write_bytes(pki.root_pem)
    own = pki.station("CS").write(tmp_path, "station")
    tls = ssl.create_default_context(cafile=tmp_path / "root.pem")
    upgrade = TlsFiles(certificate=server.certificate, key=server.key, client_ca=tmp_path / "root.pem")
    files = TlsFiles(certificate=server.certificate, key=server.key)
    options = {"security_profile": 2, "tls": files, "upgrade": upgrade, "passwords": {"CS": "secret"}}
    async with central_system(authority=pki, **options) as csms:

        async def status(url: str, **how: Any) -> int:
            try:
                async with connect(f"{url}/CS", subprotocols=["ocpp1.6"], ssl=tls, **how):
                    return 101
            except InvalidStatus as error:
                return error.response.status_code

        lower = {"additional_headers": {"Authorization": "Basic Q1M6c2VjcmV0"}}
        assert await status(csms.url, **lower) == 101
        tls.load_cert_chain(own.certificate, own.key)
        assert await status(csms.upgrade_url) == 403  # nobody told it to
        csms.station("CS").next_profile = 3
        assert await status(csms.upgrade_url) == 101
        assert await status(csms.url, **lower) == 403
