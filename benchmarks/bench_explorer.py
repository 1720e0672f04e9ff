"""Time the explorer in headless Chromium: from a slider's move to the picture redrawn, and the first load.

Run ``python benchmarks/bench_explorer.py``; it takes about a minute, and needs Chromium and Playwright
(``tests/explorer/install_browser.sh`` brings both). A move counts from the slider's input event to the end of the frame
with the picture of 100 × 100 cells: the question, the kernel compiled and run, the answer, the painting.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product

import numpy as np

from triangle.explorer.assets import joined, read
from triangle.explorer.serve import ADDRESS, PAGES, listen, server
from triangle.explorer.world import chapter_world

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SWITCHES = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
MOVES = 60
LOADS = 9
SLIDERS = ("stability", "isolation", "trust", "power_gap")
SHOWN = ("", "share")
AXES = (("detente", "ambition"), ("sanctions", "power_gap"))

DRAWN = "document.addEventListener('drawn', () => { window.firstDrawn ??= performance.now(); }, true);"
MOVE = """([name, moves]) => new Promise(async (done) => {
  const slider = document.querySelector(`input[data-parameter=${name}]`);
  const taken = [];
  for (let k = 0; k < moves; k += 1) {
    const start = performance.now();
    const drawn = new Promise((ready) => document.addEventListener("drawn", ready, { once: true, capture: true }));
    slider.value = 0.2 + 0.6 * ((k * 7) % moves) / moves;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await drawn;
    await new Promise((ready) => setTimeout(ready)); // runs once the frame that was being drawn is out
    taken.push(performance.now() - start);
  }
  done(taken);
})"""


@contextmanager
def explorer() -> Iterator[str]:
    """Serve the chapter's model, and give the address."""
    bound, token = listen(0), secrets.token_urlsafe(8)
    running = server(chapter_world("us_russia_reset"), token)
    thread = threading.Thread(target=running.run, args=([bound],))
    thread.start()
    try:
        yield f"http://{ADDRESS}:{bound.getsockname()[1]}/{token}/"
    finally:
        running.should_exit = True
        thread.join()
        bound.close()


def row(name: str, taken: list[float], unit: str = "ms") -> None:
    """Print one line of the table."""
    median, most = np.median(taken), np.quantile(taken, 0.95)
    print(f"{name:<58} median {median:7.1f} {unit}   95th percentile {most:7.1f} {unit}   n {len(taken)}")


def asked(address: str, kind: str, body: object) -> bytes:
    """Return an answer of the server, as the page would get it."""
    request = urllib.request.Request(f"{address}ask/{kind}", json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request) as reply:
        return bytes(reply.read())


def main() -> None:
    """Print all figures."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("left out: it needs Playwright and Chromium, which tests/explorer/install_browser.sh brings")
        return
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {load:.1f}, Python {platform.python_version()}\n")
    with explorer() as address, sync_playwright() as playwright:
        schema = asked(address, "schema", {})
        phase = asked(address, "phase", {"x": "detente", "y": "ambition"})
        files = (joined() + "".join(read(name) for name, _ in PAGES.values())).encode()
        print(f"page weight: files {len(files):,} bytes, description {len(schema):,}, first picture {len(phase):,}; "
              f"together {len(files) + len(schema) + len(phase):,}\n")  # fmt: skip
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        loads, moves = [], []
        for _ in range(LOADS):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.add_init_script(DRAWN)
            page.goto(address)
            page.wait_for_selector(".legend li")
            loads.append(page.evaluate("window.firstDrawn"))
            context.close()
        row("first load, to the picture drawn", loads)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for (x, y), shown in product(AXES, SHOWN):
            page.goto("about:blank")
            page.goto(f"{address}#x={x}&y={y}&show={shown}")
            page.wait_for_selector(".thresholds")
            taken = []
            for name in SLIDERS:
                if name not in (x, y):
                    taken += page.evaluate(MOVE, [name, MOVES])
                    time.sleep(0.3)
            row(f"a move, {x} and {y}, {shown or 'outcomes'}", taken)
            moves += taken
        row("all moves", moves)
        browser.close()


if __name__ == "__main__":
    main()
