"""Databases and a browser for tests, and an account at the end of what was skipped for want of them.

A test that takes `database_url` runs on each engine. What a machine lacks is skipped with a reason; with
STYRINGSBOK_REQUIRE_ALL=1, as in `.ci/run`, a skip is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from psycopg import sql

pytest.register_assert_rewrite("tests.spec", "tests.api.spec")

# The same examples in every run, and no time limit on a busy machine. For new ones: --hypothesis-profile=explore.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", max_examples=1_000, deadline=None)
hypothesis.settings.load_profile("repeatable")

REQUIRE_ALL = os.environ.get("STYRINGSBOK_REQUIRE_ALL", "") not in ("", "0")
FOREIGN_MISSING = "The verifiers of others are not installed"
"""Why a test of them is skipped. Where `.ci/run` could not get them it says so, and lets these alone be skipped."""
WITHOUT_FOREIGN = os.environ.get("STYRINGSBOK_WITHOUT_FOREIGN", "") not in ("", "0")
PORT = 5432
"""Names the socket file; nothing listens on the network."""
START_SECONDS = 60
MEMORY, ROOM_BYTES = Path("/dev/shm"), 2 * 2**30
"""Where throw-away files cost no disk, and how much must be free there."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Databases -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cluster:
    """A throw-away PostgreSQL server on a Unix socket, gone with the test run."""

    socket_dir: Path

    def url(self, database: str) -> str:
        """Returns a connection URL of one database."""
        return f"postgresql://postgres@/{database}?host={self.socket_dir}&port={PORT}"

    def execute(self, statement: sql.Composed) -> None:
        """Runs a statement that stands outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def postgresql_programs() -> Path:
    """Returns the folder of the newest PostgreSQL's programs. Skips where there is none."""
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    if found is None:
        pytest.skip("PostgreSQL is not installed")
    return Path(found).resolve().parent


def owner_of(home: Path) -> str | None:
    """Returns the user to run PostgreSQL as, None for our own, and gives it `home`: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        shutil.chown(home, "postgres", "postgres")
    except LookupError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres to run it as")
    return "postgres"


def wait_until_ready(cluster: Cluster, server: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when the server answers. Fails with the server's log when it stops or takes too long."""
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(cluster.url("postgres")).close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > give_up:
                pytest.fail(f"PostgreSQL did not start: {error}\n{log.read_text()[-2_000:]}")
            time.sleep(0.02)
        else:
            return


def roomy() -> Path:
    """Returns memory where there is enough of it, as a book makes hundreds of files; else the disk."""
    if not os.access(MEMORY, os.W_OK | os.X_OK):
        return Path("/tmp")
    free = os.statvfs(MEMORY)
    return MEMORY if free.f_bavail * free.f_frsize >= ROOM_BYTES else Path("/tmp")


def make_data(owner: str | None, programs: Path, home: Path) -> None:
    """Makes an empty cluster in `home`/data."""
    options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
    made = subprocess.run(
        [str(programs / "initdb"), "--pgdata", str(home / "data"), *options],
        check=False,
        capture_output=True,
        text=True,
        cwd=home,
        user=owner,
        group=owner,
        extra_groups=None if owner is None else (),
    )
    if made.returncode != 0:
        pytest.fail(f"initdb failed: {made.stderr[-2_000:]}")


def start(owner: str | None, programs: Path, home: Path, *, durable: bool = False) -> subprocess.Popen[bytes]:
    """Starts the server under a shell that waits on a pipe from us: however we end, it then stops the server.

    Unless it is to be `durable`, nothing in it outlives the run, so nothing waits for the disk.
    """
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "port": PORT,
        "max_connections": 200,
        "shared_buffers": "32MB",
        **({} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    script = """
        home=$1; shift; exec 3<&0
        "$@" >"$home/log" 2>&1 3<&- & server=$!
        { read -r _ <&3; kill -INT $server; } & watch=$!
        wait $server; kill $watch 2>/dev/null; rm -rf "$home/data"
    """
    server = str(programs / "postgres")
    return subprocess.Popen(
        ["sh", "-c", script, "sh", str(home), server, "-D", str(home / "data"), *options],
        stdin=subprocess.PIPE,
        cwd=home,
        user=owner,
        group=owner,
        extra_groups=None if owner is None else (),
        start_new_session=True,
    )


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of our own. Skips where PostgreSQL is not installed."""
    programs = postgresql_programs()
    # Not the run's own temporary folder: a socket's path holds at most 107 bytes, and the server's user must get in.
    home = Path(tempfile.mkdtemp(prefix="styringsbok-", dir=roomy()))
    try:
        owner = owner_of(home)
        make_data(owner, programs, home)
        cluster = Cluster(home)
        with start(owner, programs, home) as server:
            wait_until_ready(cluster, server, home / "log")
            yield cluster
    finally:
        shutil.rmtree(home, ignore_errors=True)


_databases = count(1)


@pytest.fixture
def postgresql_url(postgresql_cluster: Cluster) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped after the test."""
    name = f"book_{next(_databases)}"
    postgresql_cluster.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield postgresql_cluster.url(name)
    postgresql_cluster.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet, in a folder of its own."""
    return f"sqlite:///{tmp_path / 'book.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


# Browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The path of the system's Chromium. Skips where there is none."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    pytest.skip("Chromium is not installed")


# In which order --------------------------------------------------------------------------

SLOW = ("tests/faults/", "tests/properties/", "tests/contract/")
"""Folders with files that take minutes each: begun first, so that no core is left with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with the tests that take longest; within a file the order stays."""
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW))


# What was skipped ------------------------------------------------------------------------


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Returns why a report is a skip."""
    why = report.longrepr
    return (why[2] if isinstance(why, tuple) else str(why)).removeprefix("Skipped: ")


def refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turns a skip into a failure where nothing may be skipped. An expected failure is no skip."""
    if WITHOUT_FOREIGN and report.skipped and reason_of(report).startswith(FOREIGN_MISSING):
        return
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.longrepr = f"Skipped, and STYRINGSBOK_REQUIRE_ALL=1 lets nothing be: {reason_of(report)}"
        report.outcome = "failed"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Refuses skipped tests where all are required."""
    report = yield
    refuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """Refuses skipped modules where all are required."""
    report = yield
    refuse(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says at the end how many tests were skipped, and for want of what."""
    reasons = Counter(reason_of(report) for report in terminalreporter.stats.get("skipped", ()))
    if not reasons:
        return
    terminalreporter.section("not shown by this run", yellow=True)
    for reason, skipped in reasons.most_common():
        terminalreporter.line(f"{skipped} skipped: {reason}")
