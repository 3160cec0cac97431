"""The request that an operator asked for while something else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ocpp_proof.cases.errors import OcppProofError
from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

__all__ = ["request_unheard", "requested", "requested_if"]

Fields = Mapping[str, Any | Callable[[Any], bool]]


async def requested(
    station: Station, sut: Sut, action: str, wish: Mapping[str, Any], *, matching: Fields | None = None
) -> Message:
    """The operator asks for something, and the request comes; only one that comes from now on counts.

    What the API says afterwards is not waited for: it may say it when the station has answered, or when the answer did
    not come. `matching`: fields of the request, where the CSMS may send others of this action by itself.
    """
    since = station.next_index
    asked = request_unheard(sut, action, wish)
    fields: dict[str, Any] = dict(matching or {})
    coming = asyncio.ensure_future(station.expect(action, requirement="operator request", since=since, **fields))
    await _wait_for(asked, coming)
    return await coming


async def requested_if(
    station: Station,
    sut: Sut,
    action: str,
    wish: Mapping[str, Any],
    *,
    within: float,
    matching: Fields | None = None,
) -> Message | None:
    """As `requested`, where the CSMS need not send it: the request, or None after `within` seconds."""
    since = station.next_index
    asked = request_unheard(sut, action, wish)
    fields: dict[str, Any] = dict(matching or {})
    coming = asyncio.ensure_future(station.expect_optional(action, within=within, since=since, **fields))
    await _wait_for(asked, coming)
    return await coming


def request_unheard(sut: Sut, action: str, wish: Mapping[str, Any]) -> asyncio.Future[Any]:
    """The operator asks for something; whether and when it comes is not waited for."""
    asked = asyncio.ensure_future(sut.request(action, **wish))
    on_undo("The answer of the operator's API is no longer waited for", partial(_let_go, asked))
    return asked


async def _let_go(asked: asyncio.Future[Any]) -> None:
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)


async def _wait_for(asked: asyncio.Future[Any], coming: asyncio.Future[Any]) -> None:
    """Until something comes; an API that refuses before that ends the case with what it says."""
    await asyncio.wait({asked, coming}, return_when=asyncio.FIRST_COMPLETED)
    if not coming.done() and asked.done() and isinstance(asked.exception(), OcppProofError):
        coming.cancel()
        await asked
