"""What is remembered has an end."""

from dialogue import Dialogue
from ocpp_proof.rules.ocpp2.inventory import Inventory
from ocpp_proof.rules.ocpp2.kept_monitors import KeptMonitors
from ocpp_proof.rules.ocpp2.kept_profiles import KeptProfiles
from ocpp_proof.rules.ocpp2.monitors import Monitors
from ocpp_proof.rules.remembered import forget_oldest

SUBJECTS = (Inventory, KeptMonitors, KeptProfiles, Monitors)


def test_the_oldest_goes_first():
    known = dict.fromkeys(range(5))
    forget_oldest(known, 3)
    assert list(known) == [2, 3, 4]


def test_requests_that_come_to_nothing():
    talk = Dialogue("2.0.1", of=("station",), subjects=SUBJECTS)
    for number in range(1500):
        talk.csms("GetBaseReport", {"status": "Rejected"}, requestId=number, reportBase="FullInventory")
        talk.csms("GetMonitoringReport", {"status": "Rejected"}, requestId=number)
        talk.csms("GetChargingProfiles", {"status": "Accepted"}, requestId=number, chargingProfile={})
        cleared = {"clearMonitoringResult": [{"id": number, "status": "Accepted"}]}
        talk.csms("ClearVariableMonitoring", cleared, id=[number])
    for subject in talk.judge._subjects:
        for kept in vars(subject).values():
            assert not isinstance(kept, dict) or len(kept) <= 1000
