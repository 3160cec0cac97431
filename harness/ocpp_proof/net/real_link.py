"""A real network link of this machine that can go down: a network namespace with a pair of virtual Ethernet devices.

The harness's sockets live in the namespace, the SUT stays where it is and reaches them over the pair. When the link
goes down, TCP finds out as it would in the field: by retransmitting in vain, not by a word of this program.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import shutil
import socket
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["NoRealLink", "RealLink"]

_CLONE_NEWNET = 0x40000000
_OWN = "/proc/thread-self/ns/net"
_COUNT = itertools.count()
_NETWORK = "10.203"
"""Of the private range of RFC 1918; the third number comes from the process and the count."""


class NoRealLink(Exception):
    """This machine does not let us make a namespace; the text says why."""


class RealLink:
    """A namespace and its link. `address` is the harness's in the namespace, `sut_address` this machine's."""

    def __init__(self) -> None:
        tag = f"{os.getpid()}-{next(_COUNT)}"  # what is taken away is not gone at once
        number = zlib.crc32(tag.encode()) % 250
        self._name = f"ocpp-proof-{tag}"
        self._outside, self._inside = f"op{tag}o", f"op{tag}i"
        self.address = f"{_NETWORK}.{number}.2"
        self.sut_address = f"{_NETWORK}.{number}.1"
        self.is_up = False
        self._made = False

    def open(self) -> None:
        """Make the namespace and the link, and bring it up. Raises NoRealLink."""
        if shutil.which("ip") is None:
            raise NoRealLink("the command `ip` (package iproute2) is not installed")
        try:
            self._ip("netns", "add", self._name)
            self._made = True
            self._ip("link", "add", self._outside, "type", "veth", "peer", "name", self._inside, "netns", self._name)
            self._ip("addr", "add", f"{self.sut_address}/30", "dev", self._outside)
            self._ip("link", "set", self._outside, "up")
            self._ip("-n", self._name, "addr", "add", f"{self.address}/30", "dev", self._inside)
            self._ip("-n", self._name, "link", "set", "lo", "up")
            self.up()
        except NoRealLink:
            self.close()
            raise

    def up(self) -> None:
        """The link works."""
        if not self.is_up:
            self._ip("-n", self._name, "link", "set", self._inside, "up")
            self.is_up = True

    def down(self) -> None:
        """The link is down: both ends lose their carrier, and whatever is sent is lost."""
        if self.is_up:
            self._ip("-n", self._name, "link", "set", self._inside, "down")
            self.is_up = False

    def close(self) -> None:
        """Take everything away again."""
        if self._made:
            self._made = self.is_up = False
            subprocess.run(["ip", "netns", "del", self._name], check=False, capture_output=True)  # noqa: S603, S607

    def new_socket(self) -> socket.socket:
        """A TCP socket of the namespace, which it stays in whoever uses it."""
        with self._entered():
            made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        made.setblocking(False)
        return made

    def listening(self, port: int) -> socket.socket:
        """A socket that listens on the harness's address. Raises OSError."""
        made = self.new_socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((self.address, port))
        return made

    @contextmanager
    def _entered(self) -> Iterator[None]:
        """This thread is in the namespace, for as long as it takes to make a socket."""
        own = os.open(_OWN, os.O_RDONLY)
        other = os.open(str(Path("/run/netns") / self._name), os.O_RDONLY)
        try:
            _enter(other)
            try:
                yield
            finally:
                _enter(own)
        finally:
            os.close(own)
            os.close(other)

    def _ip(self, *arguments: str) -> None:
        done = subprocess.run(["ip", *arguments], check=False, capture_output=True, text=True)  # noqa: S603, S607
        if done.returncode:
            said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
            raise NoRealLink(f"`ip {' '.join(arguments)}` failed: {said}")


def _enter(descriptor: int) -> None:
    """setns(2), which Python has since 3.12 only."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, _CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, f"setns: {os.strerror(number)}")
