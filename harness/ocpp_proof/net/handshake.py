"""The opening handshake in HTTP: answering it as told, explaining a refusal, and what the wire log says about it."""

from __future__ import annotations

from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from ocpp_proof.net.outcome import Accept, ConnectionRefused, Refuse

__all__ = ["handshake_refusal", "make_response", "request_data", "response_data"]

_SWITCHING = 101
_BODY_SHOWN = 200


def make_response(protocol: ServerProtocol, request: Request, verdict: Accept | Refuse) -> Response:
    """The HTTP answer that a verdict asks for; a request that is no WebSocket handshake is refused in any case."""
    if isinstance(verdict, Refuse):
        body = verdict.reason.encode()
        usual = {"Connection": "close", "Content-Length": str(len(body)), "Content-Type": "text/plain; charset=utf-8"}
        return Response(verdict.status, "Refused", Headers({**usual, **verdict.headers}), body)
    response = protocol.accept(request)
    if response.status_code != _SWITCHING:
        return response
    if verdict.subprotocol is not None:
        protocol.subprotocol = Subprotocol(verdict.subprotocol)
        response.headers["Sec-WebSocket-Protocol"] = verdict.subprotocol
    for name, value in verdict.headers.items():
        if name in response.headers:
            del response.headers[name]
        if value:
            response.headers[name] = value
    return response


def handshake_refusal(response: Response, error: Exception | None) -> ConnectionRefused:
    """Why a server's answer did not open the connection."""
    reason = str(error) if error and not isinstance(error, InvalidStatus) else response.reason_phrase
    body = bytes(response.body or b"").decode("utf-8", "replace").strip()
    return ConnectionRefused(
        f"{reason} - {body[:_BODY_SHOWN]}" if body else reason,
        phase="handshake",
        status=response.status_code,
        headers=dict(response.headers.raw_items()),
    )


def request_data(request: Request) -> dict[str, object]:
    """What the wire log keeps of a request."""
    return {"request": f"{request.method} {request.path}", "headers": list(request.headers.raw_items())}


def response_data(response: Response) -> dict[str, object]:
    """What the wire log keeps of an answer."""
    return {
        "status": response.status_code,
        "reason": response.reason_phrase,
        "headers": list(response.headers.raw_items()),
        "body": bytes(response.body or b"").decode("utf-8", "replace"),
    }
