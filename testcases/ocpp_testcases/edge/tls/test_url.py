"""The URL and the subprotocol with which a station comes to a CSMS under test."""

from urllib.parse import urlsplit

import pytest
from ocpp_proof import ALL, NotApplicable, by_topic, case, check, step
from ocpp_proof.roles.csms import SUBPROTOCOLS

from ocpp_testcases.edge.states.csms_connection_security import expect_connection_accepted
from ocpp_testcases.edge.states.raw_connection import reply_to, upgrade_request

FOREIGN = "ocpp0.1"
UNKNOWN = "ocpp-proof-unknown"
"""The same in each run: a CSMS that makes a record of every name makes one of it, and not one a run."""


@case("X_TLS_16_CSMS", ocpp=ALL, sut="csms", title="A subprotocol that is not quite the right one")
@pytest.mark.parametrize("offer", ["longer", "shorter", "not OCPP", "upper case", "none"])
async def test_wrong_subprotocols(station, sut, offer):
    """A CSMS that takes what only begins like its version talks to stations of which it understands nothing."""
    ours = SUBPROTOCOLS[sut.ocpp]
    offered = {
        "longer": [f"{ours}x", f"{ours}.9"],
        "shorter": [ours[:-1], "ocpp"],
        "not OCPP": ["chat", "mqtt"],
        "upper case": [ours.upper()],
        "none": [],
    }[offer]
    soft = {"none": "OCPP-J no version", "upper case": "OCPP-J no version"}
    with step(f"The station offers {', '.join(offered) or 'no subprotocol'}"):
        await station.expect_refused(
            requirement=soft.get(offer, "OCPP-J subprotocol"),
            credentials=station.credentials,
            what=f"a connection with {', '.join(offered) or 'no subprotocol'}",
            subprotocols=offered,
        )
        headers = station.refusal.headers if station.refusal else {}
        chosen = next((value for name, value in headers.items() if name.lower() == "sec-websocket-protocol"), None)
        check(
            "OCPP-J subprotocol",
            chosen is None or chosen in offered,
            expected="no subprotocol that was not offered",
            received=chosen,
        )
    with step(f"With {ours} the station is let in"):
        await expect_connection_accepted(station)


@case("X_TLS_17_CSMS", ocpp=ALL, sut="csms", title="The right subprotocol among others, in every form of a list")
@pytest.mark.parametrize(
    "lines",
    [["{}, " + FOREIGN], [f"{FOREIGN}, chat, " + "{}"], [FOREIGN + ",{}"], [FOREIGN + " ,\t{} "], [FOREIGN, "{}"]],
    ids=["first", "last", "no space", "odd space", "two headers"],
)
async def test_lists_of_subprotocols(station, sut, lines):
    """Stations that speak several versions offer them all; a proxy in between may write the list differently."""
    ours = SUBPROTOCOLS[sut.ocpp]
    headers = [("Sec-WebSocket-Protocol", line.format(ours)) for line in lines]
    with step(f"The station offers: {' | '.join(value for _, value in headers)}"):
        reply = await reply_to(station, upgrade_request(station, without=["Sec-WebSocket-Protocol"], headers=headers))
        chosen = reply.headers.get("sec-websocket-protocol") if reply.status == 101 else str(reply)
        check("RFC 6455 11.3.4", chosen == ours, expected=f"upgraded with {ours}", received=chosen)
    with step(f"With {ours} alone the station is let in"):
        await expect_connection_accepted(station)


@case("X_TLS_18_CSMS", ocpp=ALL, sut="csms", title="A URL that is not the station's")
@pytest.mark.parametrize("where", ["unknown station", "no station", "elsewhere", "encoded"])
async def test_wrong_urls(station, sut, bench, where):
    """A CSMS that makes a station of every URL keeps records of stations that nobody has, one for each typing error."""
    parts = urlsplit(station.url)
    base, path = f"{parts.scheme}://{parts.netloc}", parts.path.strip("/")
    profile, unknown = sut.security_profile, UNKNOWN
    match where:
        case "unknown station":
            requirement = {0: "OCPP-J unknown station", 3: "identity binding"}.get(profile) or by_topic(
                "password checked"
            )
            with step("A station connects in a name that the CSMS does not know"):
                credentials = station.credentials
                if profile in (1, 2):
                    credentials = bench.credentials(unknown)
                how = await station.expect_refused(
                    requirement=requirement, credentials=credentials, identity=unknown, what=unknown
                )
                status = station.refusal.status if station.refusal else None
                told = station.refusal or "HTTP 101" + (", and then closed" if how else "")
                check("OCPP-J unknown station", status == 404, expected="HTTP 404", received=str(told))
        case "no station":
            if not path:
                raise NotApplicable("connection.url has no path: without the identity nothing is left of it")
            head, _, last = path.rpartition("/")
            with step("A station connects to the URL without a name at its end"):
                how, _ = await station.try_connection(url=f"{base}/{head}".rstrip("/"), identity=last)
                check("OCPP-J endpoint", bool(how), expected="refused", received=how or "connection accepted")
        case "elsewhere":
            with step("The station connects to another path of the same host"):
                how, _ = await station.try_connection(url=f"{base}/{unknown}")
                check("OCPP-J endpoint", bool(how), expected="refused", received=how or "connection accepted")
        case "encoded":
            name = "".join(f"%{ord(letter):02X}" for letter in station.identity[:1]) + station.identity[1:]
            with step("The station writes the first letter of its identity as a percent-encoded one"):
                reply = await reply_to(station, upgrade_request(station, path=f"/{path}/{name}".replace("//", "/")))
                check("OCPP-J encoded", reply.status == 101, expected="upgraded", received=str(reply))
    with step("At its own URL the station is let in"):
        await expect_connection_accepted(station)
