"""The same files over FTP (passive mode), for stations that do not transfer by HTTP."""

from __future__ import annotations

import asyncio
import io
from pathlib import PurePosixPath
from typing import Any

import aioftp
from aioftp import pathio

from .files import MAX_BODY, Files, Upload

__all__ = ["FtpServer"]


class _Opened(io.BytesIO):
    """One transfer: `path`, what was read of it so far, and whether it is an upload."""

    def __init__(self, path: str, content: bytes = b"", *, coming: bool) -> None:
        super().__init__(content)
        self.path, self.coming = path, coming


class FtpServer:
    """Serves `files` over FTP to one user; a directory exists wherever it is asked for."""

    scheme = "ftp"

    def __init__(self, files: Files, *, user: str = "ocpp", password: str = "ocpp") -> None:  # noqa: S107 - test data
        self.files = files
        self.port = 0
        self._server = aioftp.Server([aioftp.User(user, password)], path_io_factory=_io_of(files))

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen (port 0: any free one); returns the port."""
        await self._server.start(host, port)
        self.port = int(self._server.server_port)
        return self.port

    async def stop(self) -> None:
        """Listen no more, and end what goes on."""
        await self._server.close()


def _io_of(files: Files) -> Any:
    class Kept(pathio.MemoryPathIO):
        """Reads from and writes to `files`; what is not a file there is a directory."""

        async def exists(self, path: PurePosixPath) -> bool:
            return True

        async def is_dir(self, path: PurePosixPath) -> bool:
            return _absolute(path) not in files.files

        async def is_file(self, path: PurePosixPath) -> bool:
            return _absolute(path) in files.files

        async def mkdir(self, path: PurePosixPath, *, parents: bool = False, exist_ok: bool = False) -> None:
            return

        async def _open(self, path: PurePosixPath, mode: Any = "rb") -> io.BytesIO:
            name = _absolute(path)
            if mode == "rb":
                files.downloads.append(name)
                files.on_event(f"the file server got RETR {name}")
                return _Opened(name, files.files[name], coming=False)
            return _Opened(name, coming=True)

        async def read(self, file: io.BytesIO, size: int | None = -1) -> bytes:
            assert isinstance(file, _Opened)
            if file.path in files.interrupted and file.tell() >= len(file.getvalue()) // 2:
                files.on_event(f"the file server breaks {file.path} off")
                raise ConnectionAbortedError(file.path)
            if file.path in files.interrupted or (files.holding and not file.tell()):
                size = max(1, len(file.getvalue()) // 2)
            else:
                await files.may_end()
            return file.read(size)

        async def write(self, file: io.BytesIO, buffer: Any) -> int:
            assert isinstance(file, _Opened)
            if not files.takes_uploads:
                files.on_event(f"the file server refuses STOR {file.path}")
                raise ConnectionAbortedError(file.path)
            if file.tell() + len(buffer) > MAX_BODY:
                raise ConnectionAbortedError("a file that does not end")
            return file.write(buffer)

        async def close(self, file: io.BytesIO) -> None:
            assert isinstance(file, _Opened)
            await files.may_end()
            if file.coming and files.takes_uploads:
                content = file.getvalue()
                files.uploads.append(Upload(file.path, content))
                files.on_event(f"the file server got STOR {file.path} ({len(content)} bytes)")
            await asyncio.sleep(0)

    return Kept


def _absolute(path: PurePosixPath) -> str:
    return "/" + str(path).lstrip("./")
