"""What is made of several runs: one page, Markdown, annotations; and the command that makes them."""

import re

import pytest
from ocpp_proof import cli
from ocpp_reports.bundle import Bundle
from ocpp_reports.markdown import MOST, github_annotations, markdown
from ocpp_reports.model import OfficialCase, Verdict
from ocpp_reports.runs_page import runs_page
from sample_results import HOSTILE, check, failed, passed, run


def at(profile, *cases, ocpp="2.0.1", role="station"):
    result = run(*cases, ocpp=ocpp, role=role)
    result.security_profile, result.verdict = profile, Verdict.FAIL
    result.claimed_profiles, result.security_profiles = ["Core"], [profile]
    result.official = [OfficialCase("TC_A_CS", "t", ["Core"], True, True)]
    return result


def not_run(id):
    case = passed(id)
    case.verdict, case.started = Verdict.NOT_RUN, 0.0
    return case


def matrix(html):
    """Class, id and words of each row of the matrices."""
    rows = re.findall(r'<tr class="([^"]*)"><th scope=row>([^<]*)<.*?</th>(.*?)</tr>', html)
    return [(css, id, re.findall(r"<td>(?:<a[^>]*>)?([^<]*)", cells)) for css, id, cells in rows]


def test_a_matrix_of_cases_by_runs():
    runs = [at(3, passed("TC_A_CS"), not_run("TC_B_CS")), at(2, failed("TC_A_CS", check()), passed("TC_B_CS"))]
    html = runs_page([*runs, at(0, passed("X_NET_01_CSMS"), role="csms")], ["3/summary.html", "2/s", "c/s"])
    assert matrix(html) == [
        ("differs bad", "TC_A_CS", ["FAIL", "pass"]),  # by security profile
        ("", "TC_B_CS", ["pass", "–"]),
        ("", "X_NET_01_CSMS", ["pass"]),
    ]
    assert 'href="3/summary.html#TC_A_CS"' in html


def test_readiness_is_that_of_all_runs_of_a_product_and_version():
    html = runs_page([at(0, not_run("TC_A_CS")), at(0, passed("TC_A_CS"))], ["a", "b"])
    assert "1 of 1 passed" in html
    assert html.count("1 of 1 passed") == 1


def test_a_page_escapes_what_came_from_the_sut():
    hostile = failed(HOSTILE, check(HOSTILE))
    hostile.title = HOSTILE
    result = at(0, hostile)
    result.sut = result.model = result.vendor = HOSTILE
    html = runs_page([result], ["a/summary.html"])
    assert "<script>alert" not in html
    assert "<img" not in html


def test_markdown_says_what_is_not_well_and_why():
    told = markdown([at(2, failed("TC_A_CS", check()), passed("TC_B_CS"))])
    assert "## Acme: OCPP 2.0.1, security profile 2: FAIL" in told
    assert "1 fail, 1 pass" in told
    assert r"| TC\_A\_CS a title | fail | C1 | B01.FR.02 (MUST): why expected: status 'Accepted' received: " in told
    assert "* Core: NOT READY (0 of 1 passed, 1 failed" in told
    assert r"TC\_B\_CS" not in told


def test_nothing_of_a_sut_is_markdown_or_html():
    hostile = failed("TC_A_CS", check(HOSTILE, "[a](http://x.example) @somebody | `code`\n# head", "::error::x"))
    told = markdown([at(2, hostile)])
    assert "<script" not in told
    assert "<img" not in told
    assert "@somebody" not in told
    assert not re.search(r"(?<!\\)\[a", told)
    assert "http://" not in told
    assert not re.search("^# head", told, re.M)


def test_many_are_counted():
    told = markdown([at(2, *(failed(f"TC_{n}_CS", check()) for n in range(MOST + 7)))])
    assert "… and 7 more" in told


def test_an_annotation_is_one_line_and_ten_of_a_kind():
    warned = passed("TC_W_CS")
    warned.verdict, warned.reason = Verdict.WARN, "odd"
    lines = github_annotations(
        [at(2, *(failed(f"TC_{n}_CS", check("a\n::warning::b")) for n in range(12)), warned)]
    ).splitlines()
    assert len(lines) == 11
    assert lines[0].startswith("::error title=TC_0_CS FAIL (OCPP 2.0.1%2C security profile 2)::a%0A::warning::b (MUST)")
    assert lines[-1] == "::warning title=TC_W_CS WARN (OCPP 2.0.1%2C security profile 2)::odd"


@pytest.fixture
def folders(tmp_path):
    for profile in (1, 2):
        result = at(profile, failed("TC_A_CS", check()), passed("TC_B_CS"))
        bundle = Bundle.create(tmp_path / "runs", result)
        for case in result.cases:
            bundle.case_finished(case)
        bundle.settle(result)
    return tmp_path / "runs"


def test_the_page_links_to_runs_wherever_it_stands(folders, tmp_path):
    page = tmp_path / "pages" / "all.html"
    assert cli.main(["report", str(folders), "--html", str(page)]) == 0
    links = {link.partition("#")[0] for link in re.findall(r'href="([^"]+)"', page.read_text())}
    assert len(links) == 2
    assert all((page.parent / link).exists() for link in links)
    assert str(tmp_path) not in page.read_text()


def test_markdown_alone_is_printed_and_nothing_written(folders, capsys):
    before = {path: path.stat().st_mtime_ns for path in folders.rglob("*")}
    assert cli.main(["report", str(folders), "--markdown"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("## Acme")
    assert told.count("\n## Acme") == 1
    assert {path: path.stat().st_mtime_ns for path in folders.rglob("*")} == before


def test_the_reports_of_all_runs_are_made_again(folders, capsys):
    for page in folders.glob("*/summary.html"):
        page.unlink()
    assert cli.main(["report", str(folders)]) == 0
    assert len(list(folders.glob("*/summary.html"))) == 2


def test_no_run_and_no_place_are_told(folders, tmp_path, capsys):
    assert cli.main(["report", str(tmp_path / "nowhere"), "--markdown"]) == 4
    (tmp_path / "file").write_text("")
    assert cli.main(["report", str(folders), "--html", str(tmp_path / "file" / "all.html")]) == 4
    assert "--html" in capsys.readouterr().err
