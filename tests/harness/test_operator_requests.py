"""What comes of an operator's wish: of several requests the one that is most like it, and what a CSMS chose itself."""

import asyncio

import pytest
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.cases.fields import leaves
from ocpp_proof.cases.timing import Timing
from ocpp_proof.roles.csms import Csms, HandshakePolicy
from ocpp_proof.roles.station import Credentials, Station
from ocpp_reports.model import CaseResult
from ocpp_testcases.common.operator import check_chosen

pytestmark = pytest.mark.asyncio
OWN = {"key": "HeartbeatInterval", "value": "300"}
WISH = {"key": "ProofKey", "value": "7"}
SENT = "ChangeConfiguration"

TIMING = Timing(message=5, event=1, long=5, quiet=0.1, transaction=0.05)


def case(role):
    return CaseRun(CaseResult("SELF", "the harness against itself", "1.6", 0, role, "harness"))


async def taken(*requests, later=(), **options):
    """The request that is taken of those that come, and of those that come a moment later."""
    csms = Csms(ocpp="1.6", timing=TIMING, policy=HandshakePolicy("CS1", 0, ""))
    port = await csms.listen("127.0.0.1", 0)
    url = f"ws://localhost:{port}/ocpp"
    station = Station(ocpp="1.6", timing=TIMING, url=url, credentials=Credentials("CS1"))
    csms.begin(case("station"))
    station.begin(case("csms"))
    try:
        await station.connect()
        for request in requests:
            csms.send_unanswered(SENT, request)
        waiting = asyncio.ensure_future(
            station.expect_likest(SENT, wish=WISH, requirement="operator request", **options)
        )
        await station.wait_until(lambda: len(station.inbox) == len(requests), 5, "the requests")
        for request in later:
            csms.send_unanswered(SENT, request)
        return dict((await waiting).payload)
    finally:
        await station.close()
        csms.stop()


async def test_leaves_are_dotted_paths():
    assert leaves({"a": {"b": 1, "c": []}, "d": [{"e": None}]}) == {"a.b": 1, "a.c": [], "d.0.e": None}


async def test_of_several_the_one_that_is_like_the_wish_is_taken():
    assert await taken(OWN, WISH) == WISH
    assert await taken(OWN, WISH | {"value": "8"}) == WISH | {"value": "8"}


async def test_what_the_csms_has_of_its_own_is_taken_where_nothing_else_comes():
    assert await taken(OWN) == OWN


async def test_what_will_be_judged_has_the_time_of_an_event():
    assert await taken(OWN, later=[WISH | {"value": "8"}], awaiting=["key"]) == WISH | {"value": "8"}


async def test_what_a_csms_chose_itself_is_judged_where_sut_toml_says_what_it_has():
    with running(case("csms")):
        told = {"wished": "a", "configured": "values.log_location"}
        assert check_chosen("known station", "location", "a", given=False, **told)
        assert not check_chosen("known station", "location", "b", given=True, **told)
        assert not check_chosen("known station", "location", None, given=False, **told)
        with pytest.raises(Inconclusive, match=r"values\.log_location"):
            check_chosen("known station", "location", "b", given=False, **told)
