"""summary.html in a real browser: Debian's chromium, operated by Playwright; without a network, from a file."""

import dataclasses
import shutil

import pytest
from ocpp_reports.model import Verdict
from ocpp_reports.summary import page
from sample_results import HOSTILE, came, check, failed, passed, run, sent

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no chromium on this machine (apt-get install chromium)"
)
LONG = "X" * 300


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def results():
    wire = [
        sent(1.0, 2, "1", "DataTransfer", {"data": LONG}),
        came(1.1, 3, "1", {"status": "Accepted", "data": HOSTILE}),
    ]
    shown = str({"status": "Accepted", "data": HOSTILE})
    cases = [failed(f"TC_{n:02}_CS", check("B01.FR.02", LONG, shown, 1.2), wire=wire) for n in range(5)]
    for number, case in enumerate(cases):
        case.block = f"2.{number + 8} Block"
        case.profiles = ["Core"] if number < 2 else ["Reservation"]
    cases.append(dataclasses.replace(passed("X_SCHEMA_01_CS"), parameters={"case": LONG}))
    cases.append(dataclasses.replace(passed("X_SCHEMA_01_CS"), parameters={"case": "an id that is a number"}))
    return run(*cases)


@pytest.fixture
def show(browser, tmp_path):
    """Open the page of the results: `show(width=390, at="TC_01_CS")`."""
    (tmp_path / "summary.html").write_text(page(results()), encoding="utf-8")
    problems, contexts = [], []

    def opened(*, width=1280, at=""):
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.on("request", lambda asked: problems.append(asked.url) if not asked.url.startswith("file:") else None)
        tab.goto(f"{(tmp_path / 'summary.html').as_uri()}#{at}")
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def is_open(tab, id):
    return tab.locator(f"details.case[data-id='{id}']").first.evaluate("d => d.open")


@pytest.mark.parametrize("at", ["TC_03_CS", "X_SCHEMA_01_CS%5Bcase%3Dan%20id%20that%20is%20a%20number%5D"])
def test_a_link_to_a_case_opens_it(show, at):
    tab = show(at=at)
    opened = tab.locator("details.case[open]")
    sync_api.expect(opened).to_have_count(1)
    sync_api.expect(opened).to_be_in_viewport()


def test_the_id_of_a_case_with_parameters_opens_the_first(show):
    assert is_open(show(at="X_SCHEMA_01_CS"), "X_SCHEMA_01_CS")


def test_filters_and_search(show):
    tab = show()
    shown = tab.locator("#shown")
    sync_api.expect(shown).to_have_text("7 of 7 cases")
    tab.uncheck("input[value=pass]")
    sync_api.expect(shown).to_have_text("5 of 7 cases")
    tab.select_option("select[name=profile]", "Core")
    sync_api.expect(shown).to_have_text("2 of 7 cases")
    tab.select_option("select[name=block]", "2.9 Block")
    sync_api.expect(shown).to_have_text("1 of 7 cases")
    tab.fill("input[name=requirement]", "B01.FR.99")
    sync_api.expect(shown).to_have_text("0 of 7 cases")
    tab.click("button[type=reset]")
    sync_api.expect(shown).to_have_text("7 of 7 cases")
    tab.fill("input[name=text]", "tc_02")
    sync_api.expect(tab.locator("details.case:visible")).to_have_count(1)


def test_a_click_opens_the_payload_as_json_and_another_shuts_it(show):
    tab = show(at="TC_00_CS")
    answer = tab.locator("details.case[open] .seq .in.bad button")
    answer.click()
    opened = tab.locator("details.case[open] .seq pre")
    sync_api.expect(opened).to_contain_text('"status": "Accepted"')
    sync_api.expect(opened).to_contain_text("<script>alert(1)</script>")
    answer.click()
    sync_api.expect(opened).to_have_count(0)


def test_nothing_is_wider_than_a_phone(show):
    tab = show(width=390)
    tab.click("#open")
    sync_api.expect(tab.locator("details.case[open]")).to_have_count(7)
    assert tab.evaluate("document.documentElement.scrollWidth") == 390


def test_paper_has_every_case_also_those_that_are_closed(show):
    tab = show()
    tab.emulate_media(media="print")
    for case in results().cases:
        sync_api.expect(tab.locator("details.case > summary > a.id", has_text=case.key).first).to_be_visible()
    sync_api.expect(tab.locator("form.filter")).to_be_hidden()
    assert results().cases[0].verdict is Verdict.FAIL
