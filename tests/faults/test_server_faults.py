"""What befalls a server's disk and files: it says so clearly, does nothing by half, and goes on when it is mended."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sqlite3
import struct
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.cli.support import CommandLine, book_of, person, process, write
from tests.cli.test_serving import serving

BOOK = "aker"
ENTRIES = 5
ROOM = 16_000_000
"""Bytes on the small disk; the files of a small book take about a third of it."""
SENT_MAX = 3_000
"""Commands after which it must be full."""


@dataclass(frozen=True)
class Served:
    """A server on a book, and a key to it."""

    url: str
    key: str
    process: subprocess.Popen[str]

    def post(self, number: int) -> tuple[int, Any, Any]:
        """Registers a person, always with the same identity for the same number; returns status, headers and JSON."""
        try:
            with urlopen(self.request(number), timeout=60) as answer:
                return answer.status, answer.headers, json.load(answer)
        except HTTPError as error:
            return error.code, error.headers, json.load(error)

    def request(self, number: int) -> Request:
        """Returns what is sent for a number."""
        body = person(BOOK, 1_000 + number)["command"] | {"mode": "import"}
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.key}",
            "Idempotency-Key": f"key-{number}",
        }
        return Request(f"{self.url}/api/v1/collaborations/{BOOK}/entries", json.dumps(body).encode(), headers)

    def send_and_hang_up(self, number: int) -> None:
        """Sends the same as `post`, and closes the connection without waiting for an answer."""
        request = self.request(number)
        assert isinstance(request.data, bytes)
        lines = [f"POST {request.selector} HTTP/1.1", f"Host: {request.host}", f"Content-Length: {len(request.data)}"]
        lines += [f"{name}: {value}" for name, value in request.header_items()]
        host, _, port = request.host.partition(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + request.data)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def entries(self) -> int:
        """Returns the number of the book's last entry, as a reader is told."""
        with urlopen(f"{self.url}/api/v1/collaborations/{BOOK}", timeout=60) as answer:
            return int(json.load(answer)["entry"])

    def readiness(self) -> Any:
        """Returns whether it says it can serve, and how far the rows are behind."""
        with urlopen(f"{self.url}/readyz", timeout=60) as answer:
            return json.load(answer)


def prepared(folder: Path, url: str | None = None) -> tuple[CommandLine, str]:
    """Returns the command line on a book, in a folder if nothing else is said, and a secretary's key."""
    cli = CommandLine(url or f"sqlite:///{folder}/book.db")
    cli.run("import", write(folder / "book.ndjson", book_of(BOOK, ENTRIES)))
    key = cli.json("key", "create", "--role", "secretary", "--name", "skriver")["key"]
    return cli, key


@contextmanager
def served(cli: CommandLine, key: str, cwd: Path) -> Iterator[Served]:
    """Yields a server, and sees that it ends well and that what it leaves is whole."""
    with serving("serve", "--port", 0, cwd=cwd, STYRINGSBOK_DATABASE=cli.url) as (server, url, _):
        yield Served(url, key, server)
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    assert cli.json("verify")["ok"] is True


# A client that hangs up -------------------------------------------------------------------


def test_who_hangs_up_has_recorded_what_was_sent_or_nothing_and_learns_it_by_sending_it_again(
    database_url: str, tmp_path: Path
) -> None:
    cli, key = prepared(tmp_path, database_url)
    with served(cli, key, tmp_path) as server:
        for number in range(20):
            server.send_and_hang_up(number)
        answers = [server.post(number) for number in range(20)]
        assert {status for status, _, _ in answers} <= {200, 201}
        numbers = [said["entries"][0]["number"] for _, _, said in answers]
        assert sorted(numbers) == list(range(ENTRIES + 1, ENTRIES + 21))
        assert server.entries() == ENTRIES + 20


# A disk that is full ---------------------------------------------------------------------

Fill = Callable[[Served], Callable[[], None]]
"""Takes a server's room away, and returns how to give it back."""


@cache
def may_mount() -> bool:
    """Returns whether we may make a file system of our own."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as name, suppressed_mount(Path(name)) as mounted:
        return mounted


@contextmanager
def suppressed_mount(folder: Path) -> Iterator[bool]:
    """Yields whether a small file system could be mounted on a folder, and takes it away."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk with little room, or on a large one where we may make none."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with suppressed_mount(folder):
        yield folder


def no_file_may_grow(server: Served) -> Callable[[], None]:
    """Forbids the server to let any file grow beyond what the largest has now."""
    pid, unlimited = server.process.pid, resource.RLIM_INFINITY
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (400_000, unlimited))
    return lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, (unlimited, unlimited)) and None


def full(server: Served) -> tuple[int, Any, Any]:
    """Sends until something is refused, and returns how many were recorded and what was said then."""
    for number in range(SENT_MAX):
        status, headers, said = server.post(number)
        if status != 201:
            return number, headers, said
    pytest.fail("it never filled up")


@pytest.mark.parametrize("how", ["a disk without room", "files that may not grow"])
def test_a_full_disk_is_told_and_served_on_once_there_is_room(small_disk: Path, tmp_path: Path, how: str) -> None:
    cli, key = prepared(small_disk)
    with served(cli, key, tmp_path) as server:
        if how == "a disk without room" and may_mount():
            filler = small_disk / "filler"
            free = os.statvfs(small_disk)
            filler.write_bytes(bytes(max(0, free.f_bavail * free.f_bsize - 150_000)))
            give_back: Callable[[], None] = filler.unlink
        else:
            give_back = no_file_may_grow(server)
        recorded, headers, said = full(server)
        assert (said["status"], said["type"].rpartition(":")[2]) == (507, "storage_full")
        assert int(headers["Retry-After"]) > 0
        behind = server.readiness()["entries_behind"].get(BOOK, 0)  # there is no room for rows either
        assert server.entries() + behind == ENTRIES + recorded
        assert server.post(recorded)[0] == 507
        give_back()
        assert server.post(recorded)[0] == 201
        assert server.post(recorded)[2]["entries"][0]["number"] == ENTRIES + recorded + 1
        assert server.entries() == ENTRIES + recorded + 1
        assert server.readiness()["status"] == "ready"


# Files others have, or nobody may write ---------------------------------------------------


def test_a_locked_database_is_told_and_served_on_once_it_is_free(tmp_path: Path) -> None:
    cli, key = prepared(tmp_path)
    with served(cli, key, tmp_path) as server:
        assert server.post(1)[0] == 201
        with closing(sqlite3.connect(tmp_path / "book.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            status, headers, said = server.post(2)
            assert (status, said["type"].rpartition(":")[2]) == (503, "unavailable")
            assert int(headers["Retry-After"]) > 0
            assert server.entries() == ENTRIES + 1
        assert server.post(2)[0] == 201
        assert (server.entries(), server.readiness()["status"]) == (ENTRIES + 2, "ready")


def test_a_second_server_on_the_same_file_is_refused_and_the_first_serves_on(tmp_path: Path) -> None:
    cli, key = prepared(tmp_path)
    with served(cli, key, tmp_path) as server:
        second = process("serve", "--port", 0, cwd=tmp_path, STYRINGSBOK_DATABASE=cli.url)
        assert (second.returncode, second.stdout) == (2, "")
        assert f"is held by process {server.process.pid}" in second.stderr
        assert second.stderr.count("\n") == 1
        assert server.post(1)[0] == 201


def test_a_folder_that_may_only_be_read_is_told_and_served_once_it_may_be_written(
    small_disk: Path, tmp_path: Path
) -> None:
    cli, key = prepared(small_disk)
    before = {path.name: path.read_bytes() for path in small_disk.iterdir()}
    with only_read(small_disk):
        refused = process("serve", "--port", 0, cwd=tmp_path, STYRINGSBOK_DATABASE=cli.url)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "cannot be written: " in refused.stderr
        assert refused.stderr.count("\n") == 1
        assert {path.name: path.read_bytes() for path in small_disk.iterdir()} == before
    with served(cli, key, tmp_path) as server:
        assert server.post(1)[0] == 201


@contextmanager
def only_read(folder: Path) -> Iterator[None]:
    """Lets nobody write in a folder: for root, whom permissions do not stop, by the disk or by the file system."""
    shut, opened = _ways(folder)
    if subprocess.run(shut, check=False, capture_output=True).returncode != 0:
        pytest.skip("root may write everywhere, and nothing here can be made to be read only")
    try:
        yield
    finally:
        subprocess.run(opened, check=True)


def _ways(folder: Path) -> tuple[list[str], list[str]]:
    """Returns what shuts a folder and what opens it again."""
    if os.geteuid() != 0:
        return ["chmod", "555", str(folder)], ["chmod", "755", str(folder)]
    if may_mount():
        return ["mount", "-o", "remount,ro", str(folder)], ["mount", "-o", "remount,rw", str(folder)]
    return ["chattr", "-R", "+i", str(folder)], ["chattr", "-R", "-i", str(folder)]
