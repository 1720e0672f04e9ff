"""The page in a real browser: what a reader does, by mouse, by keyboard and by link."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import triangle as tri
from explorer.reading import NODES, RESET


def open_group(page, title):
    page.get_by_text(title).click()


def test_dragging_a_slider_solves_the_picture_anew_on_the_way(reader):
    page = reader.open().page
    before = reader.picture()
    slider = page.locator("input[data-parameter=stability]")
    slider.scroll_into_view_if_needed()
    area = slider.bounding_box()
    y = area["y"] + area["height"] / 2
    start = area["x"] + 8 + 0.4 * (area["width"] - 16)
    page.mouse.move(start, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(start + step * 8, y)
        page.wait_for_timeout(30)
    page.mouse.up()
    reader.wait_for("location.hash.includes('set=stability')")
    page.wait_for_timeout(200)
    values = [asked["values"]["stability"] for asked in reader.questions("phase")[1:]]
    assert len(set(values)) > 3
    assert values == sorted(values)
    assert reader.picture() != before
    shown = float(page.locator(".slider", has=slider).locator("output").inner_text())
    assert f"stability:{shown}" in reader.state()
    last = reader.questions("phase")[-1]
    assert last["values"] == {"stability": shown}


def test_the_legend_tells_the_outcomes_and_how_much_each_has(reader):
    page = reader.open().page
    model, axis = tri.chapter_model(), np.linspace(0, 1, NODES)
    swept = tri.sweep(model, "us_russia_reset", {"ambition": axis, "detente": axis}, measures=["relation_West_China"])
    friendly = float((swept["relation_West_China_min"] == 2).mean())
    rows = page.locator(".legend li").all_inner_texts()
    told = sum(int(re.search(r"(\d+) %", row)[1]) for row in rows if "China cooperates" in row)
    assert told == pytest.approx(100 * friendly, abs=len(rows) / 2)


EMPTY = {"threat": 0.8, "territory": 0.3, "recognition": 0.9, "globalization": 0.0, "governance": 0.2,
         "containment": 0.8, "power_gap": 0.9, "gap_sanction": 1.0, "sensitivity": 0.7}  # fmt: skip
PIXELS = """([left, top, right, bottom]) => {
  const field = document.querySelector('.field'), ratio = window.devicePixelRatio;
  const [x, y, width, height] = [left, top, right - left, bottom - top].map((each) => Math.round(each * ratio));
  return [width, height, ...field.getContext('2d').getImageData(x, y, width, height).data];
}"""


def test_stripes_are_several_outcomes_and_crosses_are_none(reader):
    moved = ",".join(f"{name}:{value:g}" for name, value in EMPTY.items())
    page = reader.open(f"{RESET}&x=primacy&y=ambition&held=nobody&set={moved}").page
    model, axis = tri.chapter_model(), np.linspace(0, 1, NODES)
    base = replace(tri.scenario("us_russia_reset"), held={}).with_values(model, **EMPTY)
    count = tri.sweep(model, base, {"ambition": axis, "primacy": axis})["equilibria"].values
    area = page.locator(".field").bounding_box()

    def seen(cells):
        """The pixels of nine by nine cells that all have as many equilibria, as packed colours."""
        wide = sliding_window_view(cells, (9, 9)).all(axis=(2, 3))
        row, column = np.argwhere(wide)[wide.sum() // 2]
        (left, bottom), (right, top) = reader.cell(column, row), reader.cell(column + 8, row + 8)
        width, height, *data = page.evaluate(
            PIXELS, [left - area["x"], top - area["y"], right - area["x"], bottom - area["y"]]
        )
        return np.array(data, dtype=np.uint8).view("<u4").reshape(height, width)

    none, several = seen(count == 0), seen(count > 1)
    assert len(np.unique(none)) == 2
    paper, ink = np.unique(none)[[1, 0]]
    assert paper == 0xFFFFFFFF
    line = none == ink
    assert (line[1:, 1:] & line[:-1, :-1]).any()
    assert (line[1:, :-1] & line[:-1, 1:]).any()
    assert len(np.unique(several)) == count.max()
    assert page.locator(".legend li:has(.swatch.nothing)").inner_text().startswith("Nothing is stable")


def test_hovering_explains_the_cell(reader):
    page = reader.open().page
    page.mouse.move(*reader.cell(10, 70))
    at = {"detente": float(np.linspace(0, 1, NODES)[10]), "ambition": float(np.linspace(0, 1, NODES)[70])}
    model = tri.chapter_model()
    (found,) = tri.solve(model, tri.scenario("us_russia_reset").with_values(model, **at)).equilibria
    page.wait_for_selector(f".tip :text('Russia concedes {-found.measures['transfer']:.3f}')")
    tip = page.locator(".tip").inner_text()
    assert "Russia confronts the West; China challenges the West" in tip
    assert "Detente 0.101, Ambition 0.707" in tip
    assert f"(K): {found.measures['intensity']:.3f}" in tip
    assert reader.questions("cell")[-1]["at"] == at
    page.mouse.move(5, 5)
    assert page.locator(".tip").is_hidden()


def test_a_click_pins_a_cell_and_shows_stances_reasons_and_thresholds(reader):
    page = reader.open().page
    page.mouse.click(*reader.cell(10, 20))
    page.wait_for_selector(".thresholds")
    panel = page.locator(".panel")
    text = panel.inner_text()
    assert "Pinned in the picture" in text
    assert re.search(r"Russia to West\s+confront", text)
    assert "Russia concedes" in text
    threshold = tri.thresholds(tri.chapter_model(), "us_russia_reset", "detente").switches[0]
    assert f"Above {float(threshold):.4f} (exactly {threshold.value})" in text
    assert "What keeps it stable" in text
    assert panel.locator(".move[open] .bars").is_visible()
    assert "pin=10,20" in reader.state()
    page.get_by_role("button", name="Let go").click()
    page.wait_for_selector(".lead:text('Where the sliders stand')")
    assert "pin" not in reader.state()


def test_all_can_be_done_by_keyboard_and_is_announced(reader):
    page = reader.open().page
    page.locator(".overlay").focus()
    for key in ("Shift+ArrowLeft", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)  # from the cross, at 0.5
    live = page.locator("[aria-live=polite]")
    page.wait_for_selector("[aria-live]:text('Detente 0.394')", state="attached")
    assert "Russia and China are partners" in live.text_content()
    page.keyboard.press("Enter")
    page.wait_for_selector(".lead:text('Pinned')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".lead:text('Where the sliders stand')")
    slider = page.locator("input[data-parameter=stability]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    reader.wait_for("location.hash.includes('stability:0.51')")
    page.get_by_role("button", name="Put stability back").press("Enter")
    reader.wait_for("!location.hash.includes('stability')")
    page.get_by_role("tab", name="This point").press("ArrowRight")
    assert page.get_by_role("tab", name="Claims").get_attribute("aria-selected") == "true"


def test_a_guess_comes_before_the_picture(reader):
    page = reader.open(f"{RESET}&ask=intensity", drawn=False).page
    page.wait_for_selector("legend:text('intensity of cooperation')")
    assert page.locator(".overlay").is_hidden()
    for kind in ("phase", "cell", "pin", "nearest", "answer", "claim"):
        assert reader.questions(kind) == []
    page.get_by_role("button", name="This is my answer").click()  # nothing is chosen yet
    assert reader.questions("answer") == []
    page.get_by_label("It falls").check()
    page.get_by_role("button", name="This is my answer").click()
    page.wait_for_selector("h2:text('The model says otherwise')")
    assert "You said it falls. In the model it rises: 5.147 before, 5.248 after." in page.locator(".guess").inner_text()
    page.wait_for_selector(".legend li")
    assert page.locator(".overlay").is_visible()
    assert "ask=intensity" in reader.state()


def test_a_class_is_asked_from_the_menu(reader):
    page = reader.open().page
    page.get_by_label("Ask a class first").select_option("share")
    page.wait_for_selector("legend:text('share of what the tie produces')")
    assert page.locator(".overlay").is_hidden()
    page.get_by_label("It rises").check()
    page.get_by_role("button", name="This is my answer").click()
    page.wait_for_selector("h2:text('The model agrees with you')")


def test_a_link_brings_another_reader_to_the_very_same_picture(reader, visit, served):
    state = (
        "x=trust&y=sanctions&concept=commitment&show=share&scenario=grand_bargain"
        "&set=arms:0.123,isolation:0.30000000000000004&held=nobody&pin=33,7&borders=yes"
    )
    page = reader.open(state).page
    reader.wait_for("document.querySelector('.message').hidden")
    page.wait_for_selector(".thresholds")
    page.evaluate("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("window.copied")
    assert link == f"{served.address}#{state}"
    other = visit().open(link.partition("#")[2])
    other.page.wait_for_selector(".thresholds")
    for each in (reader, other):
        each.page.wait_for_timeout(300)  # the borders come last
    assert other.state() == reader.state() == state
    assert other.picture() == reader.picture()
    assert other.page.locator(".panel").inner_text() == page.locator(".panel").inner_text()
    assert other.questions("phase")[-1]["values"] == {"arms": 0.123, "isolation": 0.30000000000000004}


def test_a_link_that_names_what_is_not_there_is_told_and_the_rest_is_shown(reader):
    page = reader.open("scenario=no_such&set=sanctions:0.4,sanction:0.2,trust:3&held=West:surrender").page
    told = page.locator(".message").inner_text()
    for part in ("“no_such”", "“sanction”", "trust must be from 0 to 1", "“surrender”"):
        assert part in told
    assert reader.questions("phase")[-1]["values"] == {"sanctions": 0.4}


def test_the_address_typed_anew_moves_the_picture(reader):
    page = reader.open().page
    before = reader.picture()
    page.evaluate("location.hash = 'scenario=us_russia_reset&x=trust&y=detente'")
    reader.wait_for("(old) => document.querySelector('.field').toDataURL() !== old", before)
    assert reader.questions("phase")[-1]["x"] == "trust"


def test_the_picture_is_saved_as_png(reader):
    page = reader.open().page
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename == "us_russia_reset.png"
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(data[start : start + 4]) for start in (16, 20))
    assert width == 1800
    assert height > 1200


def test_the_scenario_is_saved_as_a_file_that_the_library_reads(reader, tmp_path):
    page = reader.open(f"{RESET}&set=sanctions:0.512&held=West:pressure/contain").page
    with page.expect_download() as download:
        page.get_by_role("button", name="Save scenario").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    found, base = tri.scenario(path), tri.scenario("us_russia_reset")
    assert dict(found.values) == {**base.values, "sanctions": 0.512}
    assert found.held == {"West": "pressure/contain"}
    assert tomllib.loads(path.read_text(encoding="utf-8"))["title"] == "US–Russia reset, changed"


def test_rivals_stand_side_by_side_and_one_can_be_chosen(reader):
    page = reader.open().page
    page.get_by_role("button", name="Rivals side by side").click()
    reader.wait_for("document.querySelectorAll(\".rivals canvas[aria-label*=':']\").length === 4")
    pictures = page.locator(".rivals canvas")
    assert pictures.count() == 4
    assert len({pictures.nth(k).evaluate("(canvas) => canvas.toDataURL()") for k in range(4)}) == 4
    assert "no tie" in pictures.nth(3).get_attribute("aria-label")
    page.get_by_role("button", name="Rival: wedge").click()
    page.wait_for_selector("input[data-parameter=pull]", state="attached")
    reader.wait_for("location.hash.includes('model=wedge')")
    assert reader.questions("phase")[-1]["model"] == "wedge"


def test_claims_stand_beside_the_picture_with_their_verdicts(reader):
    page = reader.open(f"{RESET}&set=isolation:0.1").page
    page.get_by_role("tab", name="Claims").click()
    claim = page.locator(".claim:has(h3:text-matches('^C12'))")
    claim.locator(".verdict").wait_for()
    verdict = tri.check("C12", points=1024)
    assert claim.locator(".verdict").inner_text() == verdict.status == "holds"
    assert f"Holds at {round(100 * verdict.share)} % of the plausible points" in claim.inner_text()
    assert "Fails with the sliders as you have set them." in claim.inner_text()
    assert page.locator(".overlay").is_visible()


def test_a_measure_is_drawn_on_a_scale(reader):
    page = reader.open().page
    before = reader.picture()
    page.get_by_label("Colours show").select_option("transfer")
    page.wait_for_selector(".legend li:has-text('Russia concedes')")
    assert reader.picture() != before
    assert reader.questions("phase")[-1]["measure"] == "transfer"
