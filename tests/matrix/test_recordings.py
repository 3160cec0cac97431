"""What was recorded is judged as what is live: nothing is found in what sound systems say at length."""

import os

import pytest
import runner
from ocpp_proof.rules.recording import judge_recording
from recorder import recording

WHOLE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))
AT_LENGTH = 10_000 if WHOLE else 300
SELECT = {"station": "TC_02* or TC_05* or TC_E_0* or TC_B* or TC_J*", "csms": "official"}


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"] if WHOLE else ["1.6", "2.1"])
@pytest.mark.parametrize("role", ["station", "csms"])
def test_nothing_is_found_in_a_recording_of_a_sound_system(role, ocpp):
    plays, messages, seed = {"station": "csms", "csms": "station"}[role], 0, 0
    while messages < AT_LENGTH:
        seed += 1
        with recording() as found:
            runner.run(runner.config(role), ocpp, 0, select="official" if WHOLE else SELECT[role], seed=seed)
        assert found
        for lines in found.values():
            messages += sum('"kind": "text"' in line for line in lines)
            assert judge_recording(lines, ocpp, recorded_by=plays, of={role}) == []


def test_a_defect_is_found_in_a_recording():
    with recording() as found:
        runner.run(runner.config("station", defects=("another-key-told",)), "1.6", 0, select="TC_021_CS")
    [lines] = found.values()
    broken = judge_recording(lines, "1.6", recorded_by="csms", of={"station"})
    assert [breach.rule.id for breach in broken] == ["keys-asked-for"]
