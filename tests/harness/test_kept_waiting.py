"""Who keeps a station waiting for longer than ConnectionTimeOut: what a person takes is no fault of the station."""

import pytest
from ocpp_proof.cases import kept_waiting
from ocpp_proof.cases.kept_waiting import KeptWaiting


class Clock:
    now = 1000.0

    def time(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(kept_waiting, "time", made)
    return made


def told(clock, ocpp, *events, patience=30.0):
    """What comes of (verb, seconds of nobody, seconds that the verb takes, seen); "remote" is a remote start."""
    waiting = KeptWaiting(ocpp)
    waiting.patience = lambda: patience
    for verb, idle, takes, *seen in events:
        clock.now += idle
        began = clock.now
        clock.now += takes
        if verb == "remote":
            waiting.remote_start()
        else:
            waiting.did(verb, "the operator", began, seen=not seen)
    return waiting


WORD = False  # it is only said that it was done, at whatever moment


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize(
    ("events", "late"),
    [
        ([("present_token", 0, 90), ("plug_in", 1, 20)], False),
        ([("present_token", 0, 5), ("plug_in", 1, 40)], True),
        ([("present_token", 0, 15, WORD), ("plug_in", 1, 20)], True),  # the card may have been read at once
        ([("present_token", 0, 5), ("plug_in", 12, 20)], True),  # the case took a part of it
        ([("present_token", 0, 5), ("plug_in", 35, 20)], False),  # the case let the time pass
        ([("remote", 0, 0), ("plug_in", 0, 40)], True),
        ([("remote", 0, 0), ("plug_in_halfway", 0, 40)], True),
        ([("plug_in", 0, 200)], False),  # nobody waited
        ([("present_token", 0, 5), ("unplug", 0, 5), ("plug_in", 0, 90)], False),
        ([("plug_in", 0, 5), ("present_token", 0, 5), ("present_token", 20, 20)], False),  # it stops what runs
        ([("present_token", 0, 5), ("plug_in", 0, 5), ("present_token", 20, 20), ("plug_in", 0, 5)], False),
    ],
)
def test_a_station_waits_for_the_cable(clock, ocpp, events, late):
    waiting = told(clock, ocpp, *events)
    assert (waiting.too_long() is not None) is late


@pytest.mark.parametrize(("ocpp", "late"), [("1.6", True), ("2.0.1", False)])
def test_a_station_of_1_6_waits_for_the_token_too(clock, ocpp, late):
    assert (told(clock, ocpp, ("plug_in", 0, 5), ("present_token", 0, 40)).too_long() is not None) is late


def test_it_is_told_what_to_change(clock):
    since, why = told(clock, "1.6", ("present_token", 0, 5), ("plug_in", 2, 40)).too_long()
    assert since == clock.now - 40
    assert why == (
        "the operator took 40 s for plug_in, and the station, which had waited for 42 s by then, gives up after 30 s "
        "(ConnectionTimeOut): set that to more, or be quicker, and run the case again"
    )
    _, why = told(clock, "2.1", ("remote", 0, 0), ("plug_in", 2, 40)).too_long()
    assert "(TxCtrlr.EVConnectionTimeOut)" in why


def test_how_long_a_station_waits_may_be_learned_later(clock):
    waiting = told(clock, "1.6", ("present_token", 0, 5), ("plug_in", 2, 40), patience=None)
    assert waiting.unknown
    assert waiting.too_long() is None
    waiting.patience = lambda: 30.0
    assert waiting.too_long() is not None
    waiting.patience = lambda: 60.0
    assert waiting.too_long() is None


def test_what_it_was_when_somebody_took_so_long_counts(clock):
    waiting = told(clock, "1.6", ("present_token", 0, 5), ("plug_in", 2, 40), patience=30.0)
    waiting.patience = lambda: 300.0  # the case has set it back
    assert waiting.too_long() is not None
