"""The operator page in a real browser, as wide as a phone: Debian's chromium, operated by Playwright."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from ocpp_proof.person.questions import Answer
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from run_with_page import run_with_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PHONE = {"width": 390, "height": 844}
PICTURES = os.environ.get("OCPP_PROOF_PICTURES")
"""A folder for pictures of the page, for somebody who wants to see it."""
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no chromium on this machine (apt-get install chromium)"
)


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=["light"])
def page(request, chromium):
    """The page of a run, let in, at the width of a phone; `page.run` is the run."""
    with run_with_page() as run:
        context = chromium.new_context(viewport=PHONE, color_scheme=request.param, has_touch=True)
        opened = context.new_page()
        opened.problems = []
        opened.on("console", lambda said: opened.problems.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: opened.problems.append(str(error)))
        opened.goto(run.url)
        opened.run = run
        expect(opened.get_by_text("0 of 12")).to_be_visible()
        yield opened
        context.close()
        assert opened.problems == []


def picture(page, name):
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_question_is_asked_with_all_that_a_person_needs(page, request):
    assert "code" not in page.url
    run = page.run.begin()
    page.run.sends(run, "Heartbeat", {})
    page.run.sends(run, "StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"})
    asked = page.run.ask()
    expect(page.get_by_role("heading", name="Plug the cable into connector 1 and into the vehicle.")).to_be_visible()
    question = page.locator("#question")
    expect(question).to_contain_text("TC_003_CS · Regular Charging Session - Plugin First")
    expect(question).to_contain_text("TC_003_CS step 1: The driver plugs in")
    expect(question).to_contain_text("StatusNotification of connector 1: Preparing or Charging; StartTransaction")
    expect(page.get_by_role("progressbar", name="Time left")).to_be_visible()
    expect(question).to_contain_text("4 min 5")
    expect(page.locator("#case")).to_contain_text("Elapsed")
    log = page.get_by_role("list", name="What the system under test sends")
    expect(log.get_by_role("listitem").first).to_contain_text('"status": "Available"')  # the newest comes first
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for name in ("Done", "Cannot", "Repeat"):
        size = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert size["height"] >= 48
        assert size["width"] >= 120
    expect(page.get_by_role("button", name="Done")).to_be_enabled()
    for name, ratio in page.evaluate(CONTRASTS):
        assert name
        assert ratio >= 4.5, (name, ratio)
    picture(page, f"question-{request.node.callspec.params['page']}")
    assert not asked.done()


def test_repeat_asks_again_and_a_second_tap_does_not_answer_the_new_question(page):
    asked = page.run.ask(limit=200.0)
    page.get_by_role("button", name="Repeat").tap()
    expect(page.get_by_role("button", name="Done")).to_be_disabled()  # the new question takes no answer at once
    expect(page.get_by_role("button", name="Done")).to_be_enabled()
    assert not asked.done()
    expect(page.locator("#question")).to_contain_text("3 min")
    page.get_by_role("button", name="Done").tap()
    assert asked.result(10) is Answer.DONE


def test_question_goes_away_when_the_sut_has_reacted(page):
    import asyncio

    plugged = asyncio.Event()

    async def reacted():
        await plugged.wait()
        return "StatusNotification"

    asked = page.run.ask(reacted=reacted)
    expect(page.locator("#question")).to_be_visible()
    page.run.on_loop(plugged.set)
    assert asked.result(10) == "StatusNotification"
    expect(page.locator("#question")).to_be_hidden()


def test_keyboard_reaches_everything_in_the_order_of_the_page(page):
    page.run.begin()
    asked = page.run.ask()
    expect(page.get_by_role("button", name="Done")).to_be_enabled()
    reached = []
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.slice(0, 20)"))
    assert reached[:6] == ["Done", "Cannot", "Repeat", "Pause after this cas", "Skip case", "Abort run"]
    page.get_by_role("button", name="Cannot").focus()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    assert asked.result(10) is Answer.CANNOT


def test_what_the_sut_sends_is_text_and_not_html(page):
    run = page.run.begin()
    page.run.sends(run, "DataTransfer", {"vendorId": "<img src=x onerror=\"document.title='broken'\">"})
    page.run.on_loop(run.record, "in", "text", "<script>document.title='broken'</script>")
    asked = page.run.ask("Present your <b>valid</b> card.", case="<i>TC</i>")
    log = page.locator("#log")
    expect(log).to_contain_text("<img src=x onerror=")
    expect(log).to_contain_text("<script>document.title='broken'</script>")
    expect(page.get_by_role("heading", name="Present your <b>valid</b> card.")).to_be_visible()
    assert page.locator("#log img, #log script, #question b, #question i").count() == 0
    assert "broken" not in page.title()
    assert not asked.done()


def test_skip_asks_first(page):
    skip = page.get_by_role("button", name="Skip case")
    expect(skip).to_be_disabled()
    run = page.run.begin()
    skip.tap()
    dialog = page.get_by_role("dialog", name="Skip TC_003_CS?")
    picture(page, "skip")
    expect(page.get_by_role("button", name="No, go on")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert not page.run.operator.control.is_skipped("TC_003_CS")
    skip.tap()
    dialog.get_by_role("button", name="Skip").tap()
    expect(page.get_by_role("button", name="Being skipped")).to_be_disabled()
    assert page.run.operator.control.is_skipped("TC_003_CS")
    page.run.ended(run, "not run")
    expect(page.get_by_text("1 of 12 · 1 not run")).to_be_visible()
    expect(page.get_by_role("heading", name="No case runs")).to_be_visible()


def test_pause_abort_and_the_end_of_the_run(page):
    page.get_by_role("button", name="Pause after this case").tap()
    expect(page.get_by_role("button", name="Go on", pressed=True)).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Paused.")
    assert page.run.operator.control.paused
    page.get_by_role("button", name="Go on").tap()
    expect(page.get_by_role("button", name="Pause after this case", pressed=False)).to_be_visible()
    assert not page.run.operator.control.paused
    page.get_by_role("button", name="Abort run").tap()
    page.get_by_role("button", name="No, go on").tap()
    assert not page.run.operator.control.aborted
    page.get_by_role("button", name="Abort run").tap()
    page.get_by_role("dialog").get_by_role("button", name="Abort").tap()
    expect(page.get_by_role("status")).to_have_text("The run is being ended.")
    assert page.run.operator.control.aborted
    page.run.on_loop(page.run.operator.live.end_run, "The run is over.")
    expect(page.get_by_role("status")).to_have_text("The run is over.")
    expect(page.get_by_role("button", name="Abort run")).to_be_disabled()


def test_browser_that_comes_later_sees_what_is_and_what_was(page):
    run = page.run.begin()
    case = page.locator("#case")
    expect(case).to_contain_text("TC_003_CS step 1: The driver plugs in")
    expect(case).to_contain_text("the connector to be Preparing: ")
    expect(case).to_contain_text("of 60 s")
    for number in range(300):
        page.run.sends(run, "Heartbeat", {"number": number})
    expect(page.locator("#log li").first).to_contain_text("299")
    page.reload()
    expect(page.locator("#log li").first).to_contain_text("299")
    expect(page.locator("#log li")).to_have_count(200)
    expect(case).to_contain_text("TC_003_CS step 1: The driver plugs in")


CONTRASTS = """
() => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const shown = [...document.querySelectorAll("button, h1, h2, p, dt, dd, #left")];
  return shown.filter((e) => e.offsetParent && e.textContent.trim() && !e.disabled).map((e) => {
    const [a, b] = [light(channels(getComputedStyle(e).color)), light(ground(e))].sort((p, q) => q - p);
    return [e.textContent.trim().slice(0, 40), (a + 0.05) / (b + 0.05)];
  });
}
"""
