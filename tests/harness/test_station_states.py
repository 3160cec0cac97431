"""States of a station of 2.x that read what it is: whose the name in its certificate is, and its network profile."""

import types

import pytest
from ocpp_certs import Pki
from ocpp_certs.issue import distinguished_name, elliptic_key, issue
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.message import Answer
from ocpp_testcases.ocpp2.station.states.a_security import named_by_the_bench, stays_at_its_network_profile
from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors


def shown(certificate):
    tls = types.SimpleNamespace(peer_certificate=certificate)
    return types.SimpleNamespace(identity="CS001", endpoint=types.SimpleNamespace(tls=tls))


@pytest.fixture(scope="module")
def pki():
    return Pki.create(None)


def test_the_name_is_the_benchs_where_its_authority_made_the_certificate_for_the_identity(pki):
    bench = types.SimpleNamespace(pki=pki)
    assert named_by_the_bench(shown(pki.station("CS001").certificate), bench)
    assert not named_by_the_bench(shown(pki.station("CS002").certificate), bench)
    assert not named_by_the_bench(shown(None), bench)


def test_the_name_is_the_stations_where_it_asked_for_it(pki):
    bench = types.SimpleNamespace(pki=pki)
    own = distinguished_name("CS001", "the organisation of the station")
    asked = issue(own, issuer=pki.station_authority, key=elliptic_key(), usage="client")
    assert not named_by_the_bench(shown(asked.certificate), bench)


@pytest.mark.asyncio
@pytest.mark.parametrize("known_by", ["Available", "AvailabilityState"])
async def test_a_connector_is_known_by_either_of_its_variables(known_by):
    class TwoEvses:
        async def attempt(self, action, *, getVariableData):
            evse = getVariableData[0]["component"]["evse"]
            if evse["id"] > 2 or evse["connectorId"] > 1:
                return Answer({"getVariableResult": [{"attributeStatus": "UnknownComponent"}]})
            if getVariableData[0]["variable"]["name"] != known_by:
                return Answer({"getVariableResult": [{"attributeStatus": "UnknownVariable"}]})
            return Answer({"getVariableResult": [{"attributeStatus": "Accepted", "attributeValue": "true"}]})

    assert await connectors(TwoEvses(), None) == [(1, 1), (2, 1)]


class Station:
    """Answers GetVariables from a dict: a value, or a status."""

    def __init__(self, **variables):
        self.variables = variables

    async def call(self, action, **request):
        if action == "SetVariables":
            return Answer({"setVariableResult": [{"attributeStatus": "Rejected"}]})
        told = self.variables[request["getVariableData"][0]["variable"]["name"]]
        status = (
            {"attributeStatus": told} if told.isalpha() else {"attributeStatus": "Accepted", "attributeValue": told}
        )
        return Answer({"getVariableResult": [status]})


@pytest.mark.asyncio
@pytest.mark.parametrize("active", ["Rejected", "UnknownVariable"])
async def test_a_network_profile_that_cannot_be_read_is_no_hindrance(active):
    await stays_at_its_network_profile(Station(NetworkProfileConnectionAttempts="3", ActiveNetworkProfile=active))


@pytest.mark.asyncio
async def test_two_attempts_are_enough_where_their_number_and_the_priority_cannot_be_set():
    fixed = {"NetworkConfigurationPriority": "1,2", "ActiveNetworkProfile": "2"}
    await stays_at_its_network_profile(Station(NetworkProfileConnectionAttempts="2", **fixed))
    with pytest.raises(Inconclusive):
        await stays_at_its_network_profile(Station(NetworkProfileConnectionAttempts="1", **fixed))


@pytest.mark.asyncio
async def test_how_often_it_tries_has_to_be_read():
    with pytest.raises(Inconclusive):
        await stays_at_its_network_profile(Station(NetworkProfileConnectionAttempts="Rejected"))
