"""`ocpp-proof init`: writes a commented sut.toml by asking what decides, and checks each answer while it asks."""

from __future__ import annotations

from .command import init

__all__ = ["init"]
