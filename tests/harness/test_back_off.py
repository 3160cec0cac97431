"""Which refusals a station that the harness plays gets over by waiting, and how long it stays away."""

import pytest
from ocpp_proof.net.endpoint import ConnectionRefused
from ocpp_proof.roles.back_off import refused_for_now


@pytest.mark.parametrize(
    ("status", "at_first", "later"),
    [
        (401, False, False),
        (403, False, True),
        (404, False, False),
        (409, False, True),
        (429, True, True),
        (500, False, False),
        (503, True, True),
    ],
)
def test_only_who_came_before_may_seem_to_be_connected_already(status, at_first, later):
    refusal = ConnectionRefused("no", phase="handshake", status=status)
    assert refused_for_now(refusal, came_before=False) is at_first
    assert refused_for_now(refusal, came_before=True) is later


def test_a_first_connection_that_is_closed_at_once_is_refused():
    assert not refused_for_now(None, came_before=False)
    assert refused_for_now(None, came_before=True)


def test_a_certificate_is_not_refused_for_now():
    refusal = ConnectionRefused("unknown authority", phase="tls", tls_alert="unknown_ca")
    assert not refused_for_now(refusal, came_before=True)
