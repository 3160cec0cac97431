"""2.x: whose token stops a transaction."""

import pytest
from transaction_talk import ACCEPTED, CARD, OTHER, talk

__all__ = ["talk"]

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
RULE = "transaction-stop-token"


def info(group=""):
    return {"status": "Accepted"} | ({"groupIdToken": {"idToken": group, "type": "Central"}} if group else {})


def ask(talk, token, group=""):
    talk.station("Authorize", {"idTokenInfo": info(group)}, idToken=token)


@pytest.mark.parametrize("kind", ["Updated", "Ended"])
@pytest.mark.parametrize("first", ["", "fleet"])
def test_a_token_of_no_group(talk, kind, first):
    talk.start(answer={"idTokenInfo": info(first)})
    ask(talk, OTHER)
    talk.event(kind, "StopAuthorized", idToken=OTHER)
    assert talk.broken() == [RULE]


def test_a_token_of_another_group(talk):
    ask(talk, CARD, "fleet")
    talk.start()
    ask(talk, OTHER, "others")
    talk.end(stoppedReason="Local", idToken=OTHER)
    assert talk.broken() == [RULE]


def test_a_token_that_the_list_has_in_another_group(talk):
    talk.csms(
        "SendLocalList",
        {"status": "Accepted"},
        versionNumber=3,
        updateType="Full",
        localAuthorizationList=[
            {"idToken": CARD, "idTokenInfo": info("a")},
            {"idToken": OTHER, "idTokenInfo": info("b")},
        ],
    )
    talk.start()
    talk.end(stoppedReason="Local", idToken=OTHER)
    assert talk.broken() == [RULE]


@pytest.mark.parametrize(
    "why",
    [
        "the same",
        "of the group",
        "of the group once",
        "master pass",
        "master pass, not told yet",
        "the first is not known",
        "never told",
        "nobody is authorized",
        "events missed",
        "began by two",
    ],
)
def test_a_token_that_may_stop(talk, why):
    known = why not in ("the first is not known", "nobody is authorized")
    if known:
        ask(talk, CARD, "Fleet")
    starter = {"idToken": "", "type": "NoAuthorization"} if why == "nobody is authorized" else CARD
    talk.start(answer=ACCEPTED if known else {}, idToken=starter)
    if why == "events missed":
        talk.reconnect()
        talk.event()
    if why == "began by two":
        talk.event(trigger="Deauthorized")
        talk.event(trigger="Authorized", idToken=OTHER)
    groups = {"of the group": "FLEET", "of the group once": "fleet", "the same": "fleet"}
    if why != "never told":
        unknown = "others" if not why.startswith(("events", "nobody")) else ""
        ask(talk, CARD if why == "the same" else OTHER, groups.get(why, unknown))
    if why == "of the group once":
        ask(talk, OTHER)
    stopped = {"stoppedReason": "MasterPass"} if why == "master pass" else {}
    kind = "Updated" if why == "master pass, not told yet" else "Ended"
    talk.event(kind, "StopAuthorized", idToken=CARD if why == "the same" else OTHER, **stopped)
    assert RULE not in talk.broken()
