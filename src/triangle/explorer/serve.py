"""The explorer over HTTP, for one reader on this machine.

The address holds a random token, and without it every answer is 403: another user of the machine, or a page that a
browser has open elsewhere, cannot ask. The Host header must be this machine's, which a name that is rebound to
127.0.0.1 is not, and an Origin must be this page's own. No header lets another origin read an answer.
"""

from __future__ import annotations

import json
import secrets
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .answers import KINDS, reply
from .asked import Fault
from .assets import joined, read
from .world import World

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

ADDRESS = "127.0.0.1"
MOST_BYTES = 65_536
"""Of a question."""
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
PAGES = {
    "": ("index.html", "text/html"),
    "page.js": ("page.js", "text/javascript"),
    "explorer.css": ("explorer.css", "text/css"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
}


def application(world: World, token: str) -> Starlette:
    """Return the page as an ASGI application.

    Parameters
    ----------
    world : World
    token : str
        What every path must begin with.
    """
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.routing import Route

    async def page(request: Request) -> Response:
        name = request.path_params.get("name", "")
        if name == "explorer.js":
            return _text(joined(), "text/javascript")
        if name not in PAGES:
            return _refusal(404, f"there is no page {name!r}", "path", name, f"one of {', '.join(filter(None, PAGES))}")
        return _text(read(PAGES[name][0]), PAGES[name][1])

    async def ask(request: Request) -> Response:
        return await _answered(world, request)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        allowed = (error.headers or {}).get("Allow", "the pages of the explorer")
        return _refusal(error.status_code, str(error.detail), "path", request.url.path, allowed)

    async def broken(request: Request, error: Exception) -> Response:
        told = f"the explorer failed over this question, which is its own fault: {type(error).__name__}"
        return _refusal(500, told, "path", request.url.path, "the same question may be asked again")

    routes = [
        Route(f"/{token}/ask/{{kind}}", ask, methods=["POST"]),
        Route(f"/{token}/", page, methods=["GET"]),
        Route(f"/{token}/{{name}}", page, methods=["GET"]),
    ]
    guarded = [Middleware(Guard, token=token)]
    return Starlette(routes=routes, middleware=guarded, exception_handlers={HTTPException: refused, Exception: broken})


class Guard:
    """Turns away whoever does not know the token or comes by another host, and adds the headers to every answer."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return

        async def headed(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in HEADERS.items())]
            await send(message)

        from h11 import LocalProtocolError
        from starlette.requests import ClientDisconnect

        refusal = self._refusal(scope)
        # Who hung up, or what followed a request and is no HTTP: nobody is left to be answered, and nothing has failed.
        with suppress(ClientDisconnect, LocalProtocolError):
            await (self.app if refusal is None else refusal)(scope, receive, headed)

    def _refusal(self, scope: Scope) -> Response | None:
        given = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        port = (scope.get("server") or ("", 0))[1]
        hosts = [f"{name}:{port}" for name in (ADDRESS, "localhost")]
        host, origin = given.get("host", ""), given.get("origin")
        if host not in hosts:
            return _refusal(403, f"host {host!r} is not this machine", "Host", host, " or ".join(hosts))
        if origin is not None and origin != f"http://{host}":
            return _refusal(403, f"origin {origin!r} is not this page", "Origin", origin, f"http://{host}")
        first = scope["path"].split("/")[1] if scope["path"].startswith("/") else ""
        if not secrets.compare_digest(first.encode(), self.token.encode()):
            told = "the address lacks the token; open the whole address that triangle explore printed"
            return _refusal(403, told, "path", "", "the address that was printed")
        return None


async def _answered(world: World, request: Request) -> Response:
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import Response

    kind = request.path_params["kind"]
    if kind not in KINDS:
        return _refusal(404, f"there is no question {kind!r}", "kind", kind, f"one of {', '.join(KINDS)}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            told = f"the question has more than {MOST_BYTES:,} bytes"
            return _refusal(413, told, "body", "…", f"at most {MOST_BYTES:,} bytes")
    try:
        asks = json.loads(bytes(body) or b"{}", parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        return _refusal(400, f"the body is not JSON: {error}", "body", "…", "a table in JSON")
    try:
        found = await run_in_threadpool(reply, world, kind, asks)
    except Fault as fault:
        return _json(fault.to_dict(), 422)
    if isinstance(found, bytes):
        return Response(found, media_type="application/octet-stream")
    return _json(found)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


def _text(content: str, kind: str) -> Response:
    from starlette.responses import Response

    return Response(content, media_type=f"{kind}; charset=utf-8")


def _refusal(status: int, error: str, key: str, value: str, allowed: str) -> Response:
    return _json({"error": error, "key": key, "value": value[:200], "allowed": allowed}, status)


def _json(content: object, status: int = 200) -> Response:
    """Return plain data as JSON in ASCII: a question may hold half a character, which UTF-8 has no bytes for."""
    from starlette.responses import Response

    return Response(json.dumps(content, allow_nan=False, separators=(",", ":")), status, media_type="application/json")


def listen(port: int) -> socket.socket:
    """Return a socket bound to this machine alone.

    Parameters
    ----------
    port : int
        0 is a free one.

    Raises
    ------
    ValueError
        The port is taken, or is none.
    """
    if not 0 <= port <= 65_535:
        raise ValueError(f"--port {port}: must be from 1 to 65535, or 0 for a free one")
    # With the protocol named, asyncio sends small pieces at once; else a picture waits 40 ms for an acknowledgement.
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((ADDRESS, port))
        found.listen(128)  # a browser that is opened at once waits, and is not refused
    except OSError as error:
        found.close()
        raise ValueError(f"--port {port}: {error.strerror}; choose another, or leave it out for a free one") from None
    return found


def server(world: World, token: str) -> uvicorn.Server:
    """Return the server, to be run on a bound socket."""
    import uvicorn

    config = uvicorn.Config(
        application(world, token), log_level="warning", access_log=False, lifespan="off", ws="none",
        server_header=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    return uvicorn.Server(config)


def run(world: World, bound: socket.socket, token: str) -> None:
    """Serve until interrupted."""
    try:
        server(world, token).run([bound])
    except KeyboardInterrupt:
        pass
    finally:
        bound.close()
