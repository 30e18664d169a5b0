"""`serve`, `demo` and what the others say while a server holds the book; here as processes of their own."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from demo.library import histories
from ledger.location import locate
from tests.cli.support import ROR_IKT, CommandLine, around, command, person, process
from tests.conformance.database import opened

ENTRIES = len(ROR_IKT.read_text(encoding="utf-8").splitlines())


@contextmanager
def serving(*args: object, cwd: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """Yields a server, its address, and what it said until it served; ends it."""
    server = subprocess.Popen(
        command(*args), cwd=cwd, env=around(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with server:
        assert server.stdout is not None
        said = ""
        try:
            for line in server.stdout:
                said += line
                if found := re.search(r"on (http://\S+)", line):
                    yield server, found[1], said
                    break
            else:
                pytest.fail(f"it did not serve: {said}{server.stderr.read() if server.stderr else ''}")
        finally:
            server.kill()


def get(url: str) -> Any:
    """Returns the JSON at an address."""
    with urlopen(url, timeout=30) as answer:
        return json.load(answer)


def post(url: str, body: Any, key: str) -> int:
    """Sends a command with an API key and returns the status."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    with urlopen(Request(url, json.dumps(body).encode(), headers), timeout=30) as answer:
        return int(answer.status)


def test_the_demonstration_serves_a_real_history_and_takes_what_its_key_records(tmp_path: Path) -> None:
    with serving("demo", "--port", 0, cwd=tmp_path) as (server, url, said):
        assert f"ror-ikt: {ENTRIES} recorded" in said
        keys = json.loads((tmp_path / "demo-data" / "keys.json").read_text(encoding="utf-8"))
        seen = get(f"{url}/api/v1/collaborations/ror-ikt?effective_on=2014-01-01")
        assert {member["id"] for member in seen["members"]} == {"aukra", "midsund", "molde", "rauma", "vestnes"}
        registered = person("ror-ikt", 1)["command"] | {"mode": "import"}
        assert post(f"{url}/api/v1/collaborations/ror-ikt/entries", registered, keys["secretary"]) == 201

        named = {"STYRINGSBOK_DATABASE": "sqlite:///demo-data/styringsbok.db"}
        verified = process("verify", "--json", cwd=tmp_path, **named)
        held = json.loads(verified.stdout)
        assert (held["ok"], held["findings"]) == (True, [])
        assert held["books"] == len(list(histories())) + 1
        replayed = process("replay", "ror-ikt", "--json", cwd=tmp_path, **named)
        assert json.loads(replayed.stdout)["entry"] == ENTRIES + 1
        for args in (("import", str(ROR_IKT)), ("rebuild",), ("key", "create", "--role", "reader", "--name", "r")):
            refused = process(*args, cwd=tmp_path, **named)
            assert (refused.returncode, refused.stdout) == (2, "")
            assert f"process {server.pid}" in refused.stderr
            assert (
                "at /api/v1/keys for" if args[0] == "key" else "through its API; for anything else"
            ) in refused.stderr
            assert "stop it, and run this again" in refused.stderr
            assert refused.stderr.count("\n") == 1

        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    assert sorted(path.name for path in (tmp_path / "demo-data").iterdir()) == [
        "keys.json",
        "styringsbok.db",
        "styringsbok.db.key",
        "styringsbok.db.lock",
        "styringsbok.db.states",
        "styringsbok.erased.ndjson",
        "styringsbok.views.db",
    ]


def test_the_demonstration_only_loads_when_told_to_and_only_once(tmp_path: Path) -> None:
    first, second = (process("demo", "--no-serve", cwd=tmp_path) for _ in range(2))
    assert f"ror-ikt: {ENTRIES} recorded ({ENTRIES} entries), 0 already present." in first.stdout
    assert f"ror-ikt: 0 recorded (0 entries), {ENTRIES} already present." in second.stdout
    assert (first.stderr, second.stderr) == ("", "")


def test_a_server_takes_its_database_and_port_from_the_environment(cli: CommandLine, tmp_path: Path) -> None:
    cli.run("import", ROR_IKT)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {"STYRINGSBOK_DATABASE": cli.url, "STYRINGSBOK_PORT": str(port)}
    with serving("serve", cwd=tmp_path, **environment) as (server, url, _):
        assert url == f"http://127.0.0.1:{port}"
        assert get(f"{url}/readyz")["status"] == "ready"
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0


def checked(url: str, until: Callable[[Any], bool]) -> Any:
    """Returns what /readyz says of the self-check, once it says so."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        said = get(f"{url}/readyz")
        if until(said["self_check"]):
            return said
        time.sleep(0.1)
    return pytest.fail("the self-check never came so far")


def test_a_served_book_is_checked_all_the_time(cli: CommandLine, tmp_path: Path) -> None:
    cli.run("import", ROR_IKT)
    environment = {"STYRINGSBOK_DATABASE": cli.url, "STYRINGSBOK_SELF_CHECK_ENTRIES_PER_SECOND": "5000"}
    with serving("serve", "--port", 0, cwd=tmp_path, **environment) as (server, url, _):
        said = checked(url, lambda check: check["passes"] > 0)
        assert (said["status"], said["self_check"]["findings"]) == ("ready", [])
        with urlopen(f"{url}/metrics", timeout=30) as answer:
            assert f"styringsbok_self_check_entries_total {ENTRIES}\n" in answer.read().decode()
        with opened(locate(cli.url)) as database:
            where = "originator_id = 'ror-ikt' AND originator_version = 3"
            database.without_triggers()
            ((state,),) = database.rows(f"SELECT state FROM stored_events WHERE {where}")
            database.execute(f"UPDATE stored_events SET state = ? WHERE {where}", b"{" + bytes(state))
        said = checked(url, lambda check: bool(check["findings"]))
        assert said["status"] == "degraded"
        assert said["self_check"]["findings"][0]["entry"] == 3
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
        assert server.stderr is not None
        told = re.sub(r"\x1b\[[0-9;]*m", "", server.stderr.read())
        assert "not as it was recorded" in told
        assert "code=damaged_entry" in told
        assert "Traceback" not in told


def test_a_self_check_that_is_turned_off_does_nothing(sqlite_cli: CommandLine, tmp_path: Path) -> None:
    sqlite_cli.run("import", ROR_IKT)
    environment = {"STYRINGSBOK_DATABASE": sqlite_cli.url, "STYRINGSBOK_SELF_CHECK_ENTRIES_PER_SECOND": "0"}
    with serving("serve", "--port", 0, cwd=tmp_path, **environment) as (_, url, _):
        assert get(f"{url}/readyz")["self_check"] is None


def test_a_port_that_is_taken_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for name in ("serve", "demo"):
            ran = process(name, "--port", port, cwd=tmp_path, STYRINGSBOK_DATABASE="sqlite:///here/book.db")
            assert (ran.returncode, ran.stdout) == (2, "")
            assert f"port {port} cannot be listened on (Address already in use)" in ran.stderr
            assert "--port" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_address_of_another_machine_is_refused(sqlite_cli: CommandLine) -> None:
    assert "cannot be listened on" in sqlite_cli.refused("serve", "--host", "192.0.2.1", "--port", "0")
    assert "no address" in sqlite_cli.refused("serve", "--host", "no.such.host.invalid", "--port", "0")


def test_an_output_that_is_closed_early_is_no_error(ror_ikt: CommandLine, tmp_path: Path) -> None:
    environment = around({"STYRINGSBOK_DATABASE": ror_ikt.url})
    with subprocess.Popen(
        command("history", "ror-ikt"), cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as reader:
        assert reader.stdout is not None
        assert reader.stderr is not None
        reader.stdout.close()
        assert b"Traceback" not in reader.stderr.read()


def test_it_starts_without_loading_the_web_framework_s_server() -> None:
    code = "import api.cli, sys; print('uvicorn' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], env=around({}), capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
