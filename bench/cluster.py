"""A PostgreSQL server to measure on, with the durability it has out of the box."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Cluster, make_data, owner_of, postgresql_programs, start, wait_until_ready


@contextmanager
def postgresql() -> Iterator[str | None]:
    """Yields the URL of a database on a server of our own on the disk, None where PostgreSQL is not installed."""
    home = Path(tempfile.mkdtemp(prefix="styringsbok-", dir="/tmp"))
    try:
        programs = postgresql_programs()
        owner = owner_of(home)
    except pytest.skip.Exception:
        shutil.rmtree(home, ignore_errors=True)
        yield None
        return
    try:
        make_data(owner, programs, home)
        cluster = Cluster(home)
        with start(owner, programs, home, durable=True) as server:
            wait_until_ready(cluster, server, home / "log")
            yield cluster.url("postgres")
    finally:
        shutil.rmtree(home, ignore_errors=True)
