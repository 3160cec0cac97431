"""Whether the SUT has shown on the wire that somebody operated it."""

from __future__ import annotations

from ..person.reactions import Reaction
from .conversation import Conversation

__all__ = ["until_reacted"]


async def until_reacted(peer: Conversation, reaction: Reaction) -> str:
    """Wait, however long, until the SUT shows from now on that a verb was done; gives what shows it, in words."""
    since, connections = peer.next_index, len(peer.connections)
    while True:
        for message in peer.inbox:
            if message.index >= since and reaction.fits(message.action, message.payload):
                return message.action
        if reaction.connection == "lost" and not peer.connected:
            return "the connection has ended"
        if reaction.connection == "made" and len(peer.connections) > connections:
            return "it has connected"
        await peer.activity()
