"""What a run leaves is written once, can be read back whole, and everything is made of it again."""

import gzip
import json

import pytest
from ocpp_reports.bundle import Bundle, load
from ocpp_reports.case_files import case_folder, read_wire
from ocpp_reports.compare import regressions, text
from ocpp_reports.model import Verdict, WireRecord
from sample_results import came, check, failed, passed, run, sent

PAYLOAD = {"vendorId": "acme", "data": "it is said once " * 20}
ODD = "a\u2028b\u0085c\ud800\x00\n"


def results(cases=30, messages=60):
    wire = [sent(1.0 + n, 2, str(n), "DataTransfer", {**PAYLOAD, "messageId": str(n)}) for n in range(messages)]
    result = run(*(passed(f"TC_{n:02}_CS") for n in range(cases)), failed("TC_F_CS", check(), wire=wire))
    for case in result.cases:
        case.wire = list(wire)
    result.verdict = Verdict.FAIL
    return result


def written(folder, result):
    bundle = Bundle.create(folder, result)
    for case in result.cases:
        bundle.case_finished(case)
    bundle.settle(result)
    return bundle.path


def test_what_was_said_stands_in_one_place(tmp_path):
    folder = written(tmp_path, results())
    said = PAYLOAD["data"].encode()
    assert [p.name for p in folder.rglob("*") if p.is_file() and said in p.read_bytes()] == []  # only packed
    packed = list(folder.glob("cases/*/wire.jsonl.gz"))
    assert len(packed) == 31
    assert all(gzip.decompress(file.read_bytes()).count(said) == 60 for file in packed)
    assert list(folder.glob("allure-results/*attachment*")) == []
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    spoken = sum(len(record.data) for case in results().cases for record in case.wire)
    assert size < spoken


def test_run_json_lists_the_cases_and_does_not_repeat_them(tmp_path):
    data = json.loads((written(tmp_path, results(2)) / "run.json").read_text())
    assert [case["id"] for case in data["cases"]] == ["TC_00_CS", "TC_01_CS", "TC_F_CS"]
    assert not {"scenario", "wire", "findings"} & set(data["cases"][0])


def test_it_is_read_back_whole_and_the_reports_are_the_same(tmp_path):
    result = results(3)
    result.cases[0].wire.append(WireRecord(99.0, "in", "text", ODD))
    folder = written(tmp_path, result)
    read = load(folder)
    assert {case.id: case for case in read.cases} == {case.id: case for case in result.cases}
    before = {name: (folder / name).read_bytes() for name in ("summary.html", "junit.xml", "run.json")}
    Bundle(folder).settle(read)
    assert {name: (folder / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("odd", [ODD, "\ud800", "\u2028"])
def test_a_line_of_the_wire_log_is_a_record_whatever_is_in_it(tmp_path, odd):
    result = run(failed("TC_A_CS", check(), wire=[came(1.0, 2, "1", odd), WireRecord(2.0, "in", "text", odd)]))
    folder = written(tmp_path, result)
    lines = read_wire(folder / case_folder("TC_A_CS"))
    assert [json.loads(line)["data"] for line in lines] == [result.cases[0].wire[0].data, odd]


def test_a_run_of_an_older_release_is_read(tmp_path):
    result = results(1)
    folder = written(tmp_path, result)
    for packed in folder.glob("cases/*/wire.jsonl.gz"):
        packed.with_name("wire.jsonl").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    assert [case.wire for case in load(folder).cases] == [case.wire for case in result.cases]


def test_run_json_alone_is_a_baseline(tmp_path):
    folder = written(tmp_path, results(2))
    (tmp_path / "baseline").mkdir()
    (tmp_path / "baseline" / "run.json").write_bytes((folder / "run.json").read_bytes())
    baseline, now = load(tmp_path / "baseline"), load(folder)
    assert regressions(baseline, now) == []
    now.cases[0].verdict = Verdict.FAIL
    assert regressions(baseline, now) == [("TC_00_CS", "fail")]
    assert "newly broken  TC_00_CS: pass -> fail" in text(baseline, now)
    assert "requirements:" not in text(baseline, now)
