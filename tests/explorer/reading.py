"""A visitor of the page in a browser."""

import json
import time

RESET = "scenario=us_russia_reset"
NODES = 100
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Reader:
    """A visitor with a page, and all that the page has asked for or complained of."""

    def __init__(self, context, served):
        self.context, self.served = context, served
        self.page = context.new_page()
        self.asked, self.complaints = [], []
        self.page.on("request", lambda request: self.asked.append(request))
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, state=RESET, drawn=True):
        self.page.goto(self.served.address + (f"#{state}" if state else ""))
        if drawn:
            self.page.wait_for_selector(".legend li")
        return self

    def questions(self, kind):
        return [json.loads(r.post_data) for r in self.asked if r.url.endswith(f"/ask/{kind}")]

    def wait_for(self, expression, argument=None, patience=15.0):
        """Wait until an expression is true: Playwright's own waiting is stopped by the page's policy."""
        end = time.monotonic() + patience
        while not self.page.evaluate(expression, argument):
            assert time.monotonic() < end, f"still not true after {patience} s: {expression}"
            self.page.wait_for_timeout(40)

    def state(self):
        return self.page.evaluate("location.hash.slice(1)")

    def picture(self):
        """The pixels of the picture, as text."""
        return self.page.evaluate("document.querySelector('.field').toDataURL()")

    def cell(self, column, row):
        """Where a cell is in the window."""
        area = self.page.locator(".overlay").bounding_box()
        left, top, right, bottom = 46, 12, 12, 40
        width, height = area["width"] - left - right, area["height"] - top - bottom
        return (
            area["x"] + left + (column + 0.5) / NODES * width,
            area["y"] + top + (1 - (row + 0.5) / NODES) * height,
        )
