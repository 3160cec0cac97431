"""A station that the CSMS lets in otherwise than before is lent to nobody else in the run."""

import pytest
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.run.identities import Identities
from ocpp_proof.run.share import Share
from ocpp_proof.sut.config import Connection


def of(*names):
    return Identities(Connection(identities=names))


@pytest.mark.asyncio
async def test_who_has_it_gives_it_back_and_nobody_gets_it():
    stations = of("A", "B", "C")
    identity = await stations.take()
    stations.changed_for_good(identity)
    stations.give_back(identity)
    with stations.lend(2) as others:
        assert sorted(others) == ["B", "C"]
    with pytest.raises(Inconclusive), stations.lend(3):
        pass


@pytest.mark.asyncio
async def test_one_that_is_free_is_taken_out():
    """values.upgrade may name a station that is one of connection.identities as well."""
    stations = of("A", "B")
    stations.changed_for_good("B")
    assert await stations.take() == "A"
    with pytest.raises(Inconclusive), stations.lend(1):
        pass


@pytest.mark.asyncio
async def test_where_there_is_no_other_the_cases_go_on_with_it():
    """They say that the CSMS does not let it in; without it they would wait for ever."""
    stations = of("A")
    identity = await stations.take()
    stations.changed_for_good(identity)
    stations.give_back(identity)
    assert await stations.take() == "A"


def test_a_second_one_is_unlike_the_first_where_there_is_such():
    stations = of("A", "B", "C")
    with stations.lend_one(lambda name: name == "B") as lent:
        assert lent == "B"
    with stations.lend_one(lambda name: False) as lent:
        assert lent in "ABC"
    with stations.lend(3) as names:
        assert sorted(names) == ["A", "B", "C"]
    with stations.lend(3), pytest.raises(Inconclusive), stations.lend_one(lambda name: True):
        pass


def test_no_two_processes_have_the_same_one():
    shares = [Identities(Connection(identities=("A", "B", "C", "A")), Share(number, 2)).names for number in range(2)]
    assert shares == [["A", "C"], ["B"]]
