"""One explorer that is served for all its tests, and one browser."""

import http.client
import json
import os
import re
import shutil
import threading
from dataclasses import dataclass

import pytest

from explorer.reading import WIDE, Reader
from triangle.explorer.serve import ADDRESS, listen, server
from triangle.explorer.world import chapter_world

TOKEN = "a-token-for-the-tests"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
HOW = "; tests/explorer/install_browser.sh installs it"
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Served:
    port: int

    @property
    def origin(self):
        return f"http://{ADDRESS}:{self.port}"

    @property
    def address(self):
        return f"{self.origin}/{TOKEN}/"

    def send(self, method, path, body=None, headers=None):
        """Send one request as it stands; return status, headers and body."""
        connection = http.client.HTTPConnection(ADDRESS, self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            reply = connection.getresponse()
            return reply.status, reply.headers, reply.read()
        finally:
            connection.close()

    def ask(self, kind, body):
        text = body if isinstance(body, bytes) else json.dumps(body)
        return self.send("POST", f"/{TOKEN}/ask/{kind}", text)


@pytest.fixture(scope="session")
def world():
    return chapter_world("us_russia_reset")


@pytest.fixture(scope="session")
def served(world):
    bound = listen(0)
    running = server(world, TOKEN)
    thread = threading.Thread(target=running.run, args=([bound],))
    thread.start()
    yield Served(bound.getsockname()[1])
    running.should_exit = True
    thread.join(10)
    bound.close()


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason=f"playwright is not installed{HOW}")
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"there is no Chromium at {CHROMIUM}{HOW}")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, served):
    contexts = []

    def start(viewport=WIDE, scheme="light"):
        context = browser.new_context(viewport=viewport, color_scheme=scheme, accept_downloads=True)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Reader(context, served)

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def reader(visit, served):
    found = visit()
    yield found
    text = found.page.locator("body").inner_text()
    assert not re.search(r"\b(null|undefined|NaN|object Object)\b", text)
    outside = [request.url for request in found.asked if not request.url.startswith((served.origin, "blob:", "data:"))]
    assert outside == []
    assert found.complaints == []
