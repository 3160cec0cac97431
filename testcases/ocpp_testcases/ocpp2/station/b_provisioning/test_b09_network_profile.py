"""B09 - Set a new network connection profile."""

from ocpp_proof import case, check, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_network import (
    MODEM,
    Slots,
    connection_data,
    network_slots,
    own_password,
    profile_restored,
)
from ocpp_testcases.ocpp2.station.states.b_network_configuration import NAMES, entry_of
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.b_reports import base_report

NO_SUCH_SLOT = 999
PASSWORD_ONLY, TLS_AND_PASSWORD = 1, 2
DOWNGRADE = "SecurityCtrlr.AllowSecurityProfileDowngrade"


async def expect_downgrade_refused(
    csms: Csms, sut: Sut, bench: Bench, slots: Slots, profile: int, requirement: str
) -> None:
    """The station refuses a profile of lower security. One that it takes is overwritten when the case ends."""
    held = await given(profile_restored, csms, sut, slots)
    with step(f"The CSMS sets a profile of security profile {profile}: the station refuses"):
        data = await connection_data(csms, sut, slots, slots.path, securityProfile=profile, ocppVersion="OCPP21")
        data |= {"basicAuthPassword": own_password(sut, bench, csms), "ocppInterface": "Any"}
        answer = await csms.call("SetNetworkProfile", configurationSlot=int(slots.spare), connectionData=data)
        held.touched = answer.status != "Rejected"
        check_fields(requirement, answer, {"status": "Rejected"})
        check_fields(requirement, answer, {"statusInfo.reasonCode": ("NoSecurityDowngrade", None)})  # optional (Part 2)


@case("TC_B_43_CS")
async def test_unknown_slot(csms, sut):
    """Who believes that a profile was stored migrates a station to an address that it does not have."""
    slots = await given(network_slots, csms, sut, needs_spare=False)
    with step("The station has two slots, so that it can migrate"):
        check("B09.FR.06", len(slots.every) > 1, expected="two slots or more", received=slots.every)
    with step("The CSMS sets a profile in a slot that does not exist: the station refuses"):
        data = await connection_data(csms, sut, slots, slots.path)
        answer = await csms.call("SetNetworkProfile", configurationSlot=NO_SUCH_SLOT, connectionData=data)
        check_fields("B09.FR.02", answer, {"status": "Rejected"})


@case("TC_B_100_CS")
async def test_reported_in_device_model(csms, sut, bench):
    """A profile that does not read as it was set cannot be checked before a station is sent to it."""
    slots = await given(network_slots, csms, sut)
    held = await given(profile_restored, csms, sut, slots)
    profile = max(TLS_AND_PASSWORD, sut.security_profile)
    more = {
        "ocppVersion": "OCPP21",
        "ocppInterface": "Any",
        "securityProfile": profile,
        "identity": csms.handshake_policy.identity,
        "basicAuthPassword": own_password(sut, bench, csms),
    }
    data = await connection_data(csms, sut, slots, slots.path, **more)
    with step("The CSMS sets a profile with identity and password, in a slot that is not in use"):
        await held.replace(sut, data)
    with step("The CSMS asks for a full report"):
        entries = await base_report(csms, sut, "FullInventory", reason=False)
    with step("It has NetworkConfiguration of every slot, and in that slot what was set"):
        for slot in slots.every:
            lacking = [name for name in NAMES if entry_of(entries, slot, name) is None]
            check("B09.FR.08", not lacking, expected=f"all of NetworkConfiguration[{slot}]", received=lacking or "all")
            secret = entry_of(entries, slot, "BasicAuthPassword")
            allowed = ("WriteOnly",) if slots.can_set("OcppCsmsUrl") else ("WriteOnly", "ReadOnly")
            if secret is not None:
                check_fields("B09.FR.10", secret.actual, {"mutability": allowed, "value": None})
        wanted = {
            "OcppCsmsUrl": data["ocppCsmsUrl"],
            "OcppInterface": "Any",
            "OcppTransport": "JSON",
            "OcppVersion": "OCPP21",
            "MessageTimeout": str(data["messageTimeout"]),
            "SecurityProfile": str(profile),
            **dict.fromkeys(MODEM, "false"),
        }
        for name, value in wanted.items():
            entry = entry_of(entries, slots.spare, name)
            told = str(entry.value if entry else None)
            same = told.rstrip("/").casefold() == value.rstrip("/").casefold()
            requirement = "B09.FR.11" if name in MODEM else "B09.FR.09"
            check(requirement, same, expected=f"{name} {value}", received=told)


@case("TC_B_110_CS")
async def test_no_downgrade_to_password_only(csms, sut, bench):
    """Whoever is in the back end for a minute would make every station talk without encryption."""
    await given(configured, csms, {DOWNGRADE: "true"}, if_writable=True)
    slots = await given(network_slots, csms, sut)
    await expect_downgrade_refused(csms, sut, bench, slots, PASSWORD_ONLY, "B09.FR.31")


@case("TC_B_112_CS")
async def test_no_downgrade(csms, sut, bench):
    """Where a certificate is demanded of each station, a password must not open the door again."""
    await given(configured, csms, {DOWNGRADE: "false"}, if_implemented=True)
    slots = await given(network_slots, csms, sut)
    await expect_downgrade_refused(csms, sut, bench, slots, TLS_AND_PASSWORD, "B09.FR.04")
