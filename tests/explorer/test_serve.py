"""The explorer over HTTP: who may ask, and what becomes of questions that are none."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from triangle.explorer.answers import KINDS, reply
from triangle.explorer.assets import ORDER, joined, read
from triangle.explorer.serve import MOST_BYTES, PAGES, listen

CODE = "from triangle.cli import main; main()"
TOKEN = "a-token-for-the-tests"
AXES = {"x": "sanctions", "y": "ambition"}


def refusal(status, headers, body, expected):
    """The refusal as data, with the status that it should have."""
    assert status == expected, body
    assert headers["content-type"] == "application/json"
    told = json.loads(body)
    assert set(told) == {"error", "key", "value", "allowed"}
    assert all(isinstance(text, str) for text in told.values())
    return told


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_come_with_the_token_and_may_load_themselves_alone(served, name):
    status, headers, body = served.send("GET", f"/{TOKEN}/{name}")
    assert status == 200
    assert body.decode() == read(PAGES[name][0])
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not [name for name in headers if name.lower().startswith("access-control")]


def test_the_module_of_the_page_is_the_one_of_the_notebook(served):
    _, _, body = served.send("GET", f"/{TOKEN}/explorer.js")
    assert body.decode() == joined()


def test_no_file_of_the_page_names_an_outside_host():
    text = joined() + "".join(read(name) for name, _ in PAGES.values())
    addresses = set(re.findall(r"https?://[^\s\"'`)]*", text))
    assert addresses == {"http://www.w3.org/2000/svg"}  # the name of a language, which nothing loads


@pytest.mark.parametrize("path", ["/", "/explorer.js", "/wrong-token/", "/ask/phase", f"/{TOKEN}x/", f"//{TOKEN}/"])
def test_without_the_token_nothing_is_answered(served, path):
    for method in ("GET", "POST", "OPTIONS", "HEAD"):
        status, headers, body = served.send(method, path)
        assert status == 403
        if method == "GET":
            assert refusal(status, headers, body, 403)["key"] == "path"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}", ""]
)
def test_another_host_is_refused_even_with_the_token(served, host):
    given = host.format(port=served.port)
    told = refusal(*served.send("GET", f"/{TOKEN}/", headers={"Host": given}), 403)
    assert (told["key"], told["value"]) == ("Host", given)
    assert str(served.port) in told["allowed"]


def test_localhost_is_this_machine_too(served):
    assert served.send("GET", f"/{TOKEN}/", headers={"Host": f"localhost:{served.port}"})[0] == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1", "https://127.0.0.1:{port}"])
def test_a_page_of_another_origin_may_not_ask(served, origin):
    headers = {"Origin": origin.format(port=served.port)}
    told = refusal(*served.send("POST", f"/{TOKEN}/ask/cell", "{}", headers), 403)
    assert told["key"] == "Origin"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "key"),
    [
        ("POST", "ask/cell", b"{", 400, "body"),
        ("POST", "ask/cell", b"\xff\xfe", 400, "body"),
        ("POST", "ask/cell", b'{"values": {"sanctions": NaN}}', 400, "body"),
        ("POST", "ask/cell", b'{"values": {"sanctions": 1e999}}', 422, "values.sanctions"),
        ("POST", "ask/cell", b'{"values": {"sanctions": ' + b"9" * 5000 + b"}}", 400, "body"),
        ("POST", "ask/cell", b"[" * 60_000, 400, "body"),
        ("POST", "ask/cell", b"[]", 422, "body"),
        ("POST", "ask/cell", b'"cell"', 422, "body"),
        ("POST", "ask/cell", b" " * (MOST_BYTES + 1), 413, "body"),
        ("POST", "ask/cell", b'{"values": {"\\ud800": 1}}', 422, "values.\ud800"),
        ("POST", "ask/shell", b"{}", 404, "kind"),
        ("POST", "ask/phase", b"{}", 422, "x"),
        ("POST", "ask/phase", b'{"x": "sanctions", "y": "ambition", "n": 10000000}', 422, "n"),
        ("POST", "ask/cell", b'{"scenario": "../../../etc/passwd"}', 422, "scenario"),
        ("GET", "ask/cell", None, 405, "path"),
        ("DELETE", "", None, 405, "path"),
        ("GET", "nothing.js", None, 404, "path"),
        ("GET", "..%2f..%2fpyproject.toml", None, 404, "path"),
        ("GET", "a/b/c", None, 404, "path"),
    ],
)
def test_a_malformed_request_is_told_what_is_wrong_and_nothing_breaks(served, method, path, body, status, key):
    told = refusal(*served.send(method, f"/{TOKEN}/{path}", body), status)
    assert told["key"] == key
    assert served.ask("cell", {})[0] == 200


def test_a_failure_of_its_own_is_told_and_the_next_question_is_answered(served, monkeypatch):
    def fails(world, body):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setitem(KINDS, "cell", fails)
        told = refusal(*served.ask("cell", {}), 500)
    assert "ZeroDivisionError" in told["error"]
    assert served.ask("cell", {})[0] == 200


def test_what_is_no_http_at_all_breaks_nothing(served):
    for nonsense in (b"\x16\x03\x01\x00", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", served.port), timeout=5) as connection:
            connection.sendall(nonsense)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(100).startswith((b"HTTP/1.1 400", b""))
    assert served.ask("cell", {})[0] == 200


def test_who_hangs_up_over_a_question_leaves_no_trace(served, monkeypatch):
    told = []
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "handle", told.append)
    head = f"POST /{TOKEN}/ask/cell HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nContent-Length: 50\r\n\r\n{{"
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", served.port), timeout=5) as connection:
            connection.sendall(head.encode())
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(100) == b""
    assert served.ask("cell", {})[0] == 200
    assert [record.getMessage() for record in told if record.levelno >= logging.ERROR] == []


def test_bytes_and_data_arrive_as_they_were_made(served, world):
    status, headers, body = served.ask("phase", AXES)
    assert (status, headers["content-type"]) == (200, "application/octet-stream")
    assert body == reply(world, "phase", AXES)
    _, headers, body = served.ask("cell", {})
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == json.loads(json.dumps(reply(world, "cell", {})))


def test_every_module_of_the_page_is_joined():
    from importlib.resources import files

    there = {path.name for path in files("triangle.explorer").joinpath("page").iterdir() if path.name.endswith(".js")}
    assert there == {f"{name}.js" for name in ORDER} | {"page.js"}
    assert "\nimport " not in joined()


def test_a_port_that_is_taken_is_told():
    with listen(0) as taken, pytest.raises(ValueError, match=r"--port \d+: .*choose another"):
        listen(taken.getsockname()[1])
    with pytest.raises(ValueError, match="from 1 to 65535"):
        listen(70_000)


def started(*arguments):
    return subprocess.Popen(
        [sys.executable, "-u", "-c", CODE, "explore", "--no-browser", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_prints_its_address_and_ends_cleanly_when_interrupted():
    running = started("http://127.0.0.1:1/another-token/#scenario=grand_bargain&set=trust:0.25")
    try:
        address, note = running.stdout.readline().split()[-1], running.stdout.readline()
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/[\w-]{20,}/#scenario=grand_bargain&set=trust:0\.25", address)
        assert found, address
        with urllib.request.urlopen(address.partition("#")[0], timeout=60) as page:
            assert b"<main>" in page.read()
        with socket.create_connection(("127.0.0.1", int(found[1])), timeout=60):  # nor does an open connection hold it
            running.send_signal(signal.SIGINT)
            _, err = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 0
    assert err == ""
    assert "Ctrl-C ends it" in note


def test_without_the_extra_the_command_says_what_to_install():
    code = "import sys; sys.modules['uvicorn'] = None; " + CODE
    command = [sys.executable, "-c", code, "explore", "--no-browser"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    assert found.returncode == 2
    assert "pip install starlette uvicorn" in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_an_unknown_scenario_is_one_clear_line():
    found = started("us_russia_rest")
    _, err = found.communicate(timeout=60)
    assert found.returncode == 2
    assert "did you mean 'us_russia_reset'" in err
