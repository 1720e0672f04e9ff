"""The page in a real browser: who is let in, what it weighs, who can read it, and where else it runs."""

import json
from pathlib import Path

import pytest

from explorer.reading import NARROW, RESET, WIDE
from triangle.explorer.assets import joined, read
from triangle.explorer.serve import PAGES

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


def test_a_second_visitor_without_the_token_is_refused(visit, served):
    stranger = visit()
    reply = stranger.page.goto(served.origin + "/")
    assert reply.status == 403
    asked = stranger.page.evaluate(
        "fetch('/ask/phase', {method: 'POST', body: '{}'}).then((reply) => reply.status)",
    )
    assert asked == 403


def test_a_wrong_question_is_told_in_the_page_and_the_page_goes_on(visit):
    reader = visit().open()
    page = reader.page
    page.route("**/ask/phase", lambda route: route.continue_(post_data=json.dumps({"x": "nothing", "y": "ambition"})))
    page.get_by_label("Across").select_option("trust")
    page.wait_for_selector(".message:has-text(\"unknown parameter 'nothing'\")")
    page.unroute("**/ask/phase")
    page.get_by_label("Across").select_option("sanctions")
    reader.wait_for("document.querySelector('.overlay').getAttribute('aria-label').includes('over Sanctions')")


@pytest.mark.parametrize(
    ("viewport", "scheme", "state"),
    [
        (WIDE, "light", f"{RESET}&pin=5,5"),
        (WIDE, "dark", f"{RESET}&rivals=yes&set=trust:0.3"),
        (NARROW, "light", f"{RESET}&ask=intensity"),
        (NARROW, "dark", f"{RESET}&show=share"),
    ],
)
def test_axe_finds_no_serious_fault(visit, viewport, scheme, state):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; tests/explorer/install_browser.sh installs it")
    reader = visit(viewport, scheme).open(state, drawn="ask=" not in state)
    reader.page.wait_for_selector(
        ".guess legend" if "ask=" in state else ".thresholds, .rivals canvas[aria-label*=':']"
    )
    reader.page.evaluate(AXE.read_text(encoding="utf-8"))
    reader.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    found = reader.page.evaluate("axe.run().then((result) => result.violations)")
    faults = [
        f"{fault['id']} ({fault['impact']}): {fault['help']}: {node['html'][:160]}"
        for fault in found
        for node in fault["nodes"]
        if fault["impact"] in ("serious", "critical")
    ]
    assert faults == []


@pytest.mark.parametrize("state", [RESET, f"{RESET}&ask=gap", f"{RESET}&rivals=yes"])
def test_nothing_overflows_on_a_telephone(visit, state):
    reader = visit(NARROW).open(state, drawn="ask=" not in state)
    reader.page.wait_for_selector("h1:not(:empty)")
    reader.page.wait_for_timeout(300)
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_the_page_weighs_less_than_300_kilobytes(served):
    _, _, schema = served.ask("schema", {})
    _, _, phase = served.ask("phase", {"x": "detente", "y": "ambition"})
    files = joined() + "".join(read(name) for name, _ in PAGES.values())
    assert len(files.encode()) + len(schema) + len(phase) < 300_000


WIDGET = """async (token) => {
  const { default: widget } = await import(`/${token}/explorer.js`);
  const listeners = {}, kept = { state: "x=detente&y=ambition&set=stability:0.61" };
  const model = {
    get: (name) => kept[name], set: (name, value) => { kept[name] = value; }, save_changes() {},
    on: (event, listener) => { listeners[event] = listener; }, off: (event) => { delete listeners[event]; },
    async send({ id, kind, body }) {
      const reply = await fetch(`/${token}/ask/${kind}`, { method: "POST", body: JSON.stringify(body) });
      const bytes = reply.headers.get("Content-Type") === "application/octet-stream";
      if (bytes) listeners["msg:custom"]?.({ id }, [new DataView(await reply.arrayBuffer())]);
      else listeners["msg:custom"]?.(reply.ok ? { id, answer: await reply.json() } : { id, fault: await reply.json() });
    },
  };
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const close = await widget.render({ model, el });
  Object.assign(window, { kept, listeners, closeWidget: close });
}"""


def test_the_same_module_is_a_widget_that_lives_on_messages(reader):
    page = reader.open().page
    page.evaluate(WIDGET, "a-token-for-the-tests")
    page.wait_for_selector(".legend li")
    assert page.locator("input[data-parameter=stability]").evaluate("(input) => input.value") == "0.61"
    page.locator("input[data-parameter=stability]").focus()
    page.keyboard.press("ArrowRight")
    reader.wait_for("window.kept.state.includes('stability:0.62')")
    page.evaluate("window.kept.state = 'x=detente&y=ambition&set=stability:0.3'; window.listeners['change:state']()")
    reader.wait_for("document.querySelector('input[data-parameter=stability]').value === '0.3'")
    page.evaluate("window.closeWidget()")
    assert page.evaluate("Object.keys(window.listeners)") == []
