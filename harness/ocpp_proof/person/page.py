"""The operator page as a web application: the question with its answers, what the SUT sends, pause, skip, abort."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from .access import Access
from .control import RunControl
from .live import Live
from .questions import Answer, Questions

__all__ = ["Page"]

COOKIE = "ocpp_proof_operator"
STATIC = Path(__file__).parent / "static"
TYPES = {"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"}
LONGEST = 4096
"""Octets of a request's body."""
PAUSE = 0.1
"""Seconds between two events to a browser: what happened meanwhile is in the second."""
ALIVE = 15.0
"""Seconds after which a browser hears that the run is still there."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src data:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
NOT_LET_IN = (
    "This browser has not been let in to the run.\n\nOpen the address that the terminal shows, or scan its code. Each "
    "address lets one browser in; the terminal then shows the next one.\n"
)


class Page:
    """The application in front of one run. It runs on a loop of its own; decisions are made on the run's `loop`.

    `let_in` is told each browser that used the code up, by its address.
    """

    def __init__(
        self,
        live: Live,
        questions: Questions,
        control: RunControl,
        access: Access,
        loop: asyncio.AbstractEventLoop,
        let_in: Callable[[str], None],
    ) -> None:
        self._live, self._questions, self._control = live, questions, control
        self._access, self._loop, self._let_in = access, loop, let_in
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                *(Route(f"/{name}", self._file) for name in TYPES),
                Route("/events", self._events),
                Route("/answer", self._answer, methods=["POST"]),
                Route("/control", self._decide, methods=["POST"]),
            ]
        )

    # --- who is let in

    def _knows(self, request: Request) -> bool:
        return self._access.admits(request.cookies.get(COOKIE, ""))

    async def _page(self, request: Request) -> Response:
        """The page; with the code the browser gets its cookie first, and an address without the code."""
        code = request.query_params.get("code")
        if code is not None and not self._knows(request) and self._access.redeem(code):
            answer: Response = RedirectResponse("/", status_code=303, headers=HEADERS)
            answer.set_cookie(COOKIE, self._access.cookie, httponly=True, samesite="strict", max_age=86_400)
            self._let_in(request.client.host if request.client else "")
            return answer
        if not self._knows(request):
            return PlainTextResponse(NOT_LET_IN, status_code=403, headers=HEADERS)
        if code is not None:
            return RedirectResponse("/", status_code=303, headers=HEADERS)
        return Response(_static("page.html"), media_type="text/html; charset=utf-8", headers=HEADERS)

    async def _file(self, request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        return Response(_static(name), media_type=TYPES[name], headers=HEADERS)

    # --- what is shown

    async def _events(self, request: Request) -> Response:
        if not self._knows(request):
            return PlainTextResponse(NOT_LET_IN, status_code=403, headers=HEADERS)
        key, _, last = request.headers.get("last-event-id", "").partition("-")
        after = int(last) if key == self._live.key and last.isascii() and last.isdigit() else 0
        return StreamingResponse(self._stream(after), media_type="text/event-stream", headers=HEADERS)

    async def _stream(self, after: int) -> AsyncIterator[str]:
        """The state of the run and the messages that are new, at each change, until the run is over."""
        here, changed = asyncio.get_running_loop(), asyncio.Event()

        def tell() -> None:
            with contextlib.suppress(RuntimeError):  # the page's loop is closed
                here.call_soon_threadsafe(changed.set)

        leave = self._live.watch(tell)
        try:
            while True:
                changed.clear()
                state = self._live.state(self._loop)
                messages = self._live.messages(after)
                after = messages[-1]["number"] if messages else after
                data = json.dumps({"state": state, "messages": messages}, ensure_ascii=False)
                yield f"id: {self._live.key}-{after}\ndata: {data}\n\n"
                if state["over"]:
                    return
                await asyncio.sleep(PAUSE)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(ALIVE):
                        await changed.wait()
        finally:
            leave()

    # --- what is decided

    async def _answer(self, request: Request) -> Response:
        """`{"number": 3, "answer": "done"}`; 409 where that question is not open any more."""
        given = await self._given(request)
        if isinstance(given, Response):
            return given
        match given:
            case {"number": int(number), "answer": str(text)} if text in set(Answer):
                return await self._on_loop(lambda: self._questions.answer(number, Answer(text), "operator page"))
        return _wrong("number and answer")

    async def _decide(self, request: Request) -> Response:
        """`{"do": "pause"}`, resume, abort, or `{"do": "skip", "case": KEY}`; 409 where that case does not run."""
        given = await self._given(request)
        if isinstance(given, Response):
            return given
        control = self._control
        match given:
            case {"do": "pause"}:
                return await self._on_loop(control.pause)
            case {"do": "resume"}:
                return await self._on_loop(control.resume)
            case {"do": "abort"}:
                return await self._on_loop(control.abort)
            case {"do": "skip", "case": str(case)}:
                return await self._on_loop(lambda: control.skip(case))
        return _wrong("do")

    async def _given(self, request: Request) -> Any:
        """The JSON of a request from a browser that was let in, else the answer that refuses it.

        No page of another origin can send this type without asking first.
        """
        if not self._knows(request):
            return PlainTextResponse(NOT_LET_IN, status_code=403, headers=HEADERS)
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return PlainTextResponse("application/json is expected\n", status_code=415, headers=HEADERS)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LONGEST:
                return PlainTextResponse("too long\n", status_code=413, headers=HEADERS)
        try:
            return json.loads(body)
        except ValueError:
            return _wrong("JSON")

    async def _on_loop(self, decide: Callable[[], bool | None]) -> Response:
        """Decide on the run's loop; the answer says whether it took."""

        async def decided() -> bool:
            return decide() is not False

        try:
            took = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(decided(), self._loop))
        except RuntimeError:  # the run's loop is closed
            took = False
        return JSONResponse({"done": took}, status_code=200 if took else 409, headers=HEADERS)


def _wrong(what: str) -> Response:
    return PlainTextResponse(f"{what} cannot be read\n", status_code=400, headers=HEADERS)


def _static(name: str) -> bytes:
    return (STATIC / name).read_bytes()
