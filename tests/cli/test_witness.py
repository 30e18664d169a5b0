"""`witness` and `serve`, each a process of its own: cosigned over HTTP, and an alarm for a book rolled back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from zipfile import ZipFile

import pytest

from ledger.log.notes import ED25519, Note, VerifierKey
from ledger.log.tables import INSTALLATION
from tests.cli.support import ROR_IKT, CommandLine, process
from tests.cli.test_serving import get, serving

NAME = "nabo.example/vitne"
WITHIN_SECONDS = 60.0
KNOWN = str(VerifierKey("ror.example", ED25519, bytes(range(32))))
"""The key of a log, whoever has the private one."""


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Yields the address of a witness of its own."""
    run = ("witness", "--name", NAME, "--log", KNOWN, "--state", str(folder / "vitne"), "--port", 0)
    with serving(*run, cwd=folder) as (_, at, _):
        yield at


def text(url: str) -> str:
    """Returns the text at an address."""
    with urlopen(url, timeout=30) as answer:
        return str(answer.read().decode())


def eventually(url: str) -> Any:
    """Returns what /readyz says of the first book's witnesses once they were asked."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < deadline:
        seen, own = get(f"{url}/readyz")["witnesses"]
        assert own["collaboration"] == INSTALLATION
        if seen["said"] or seen["cosigned"][NAME] == seen["entries"]:
            return seen
        time.sleep(0.1)
    return pytest.fail("no witness answered")


def imported(folder: Path, lines: list[str]) -> dict[str, str]:
    """Returns the environment of a database with these lines imported."""
    named = {"STYRINGSBOK_DATABASE": f"sqlite:///{folder}/book.db", "STYRINGSBOK_ORIGIN": "ror.example"}
    (folder / "lines.ndjson").write_text("".join(lines), encoding="utf-8")
    done = process("import", str(folder / "lines.ndjson"), cwd=folder, **named)
    assert done.returncode == 0, done.stderr
    return named


def the_package_tells_who_cosigned(folder: Path, asked: dict[str, str], policy: Path, line: str) -> None:
    """Asserts it of one made with the witness in the settings, and that nobody learns from it where they are asked."""
    package, alone = folder / "w.zip", folder / "alone"
    alone.mkdir()
    made = process("export", str(package), "--format", "evidence", cwd=folder, **asked)
    assert made.returncode == 0, made.stderr
    checked = process("verify", str(package), "--policy", str(policy), cwd=alone)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    said = process("verify", str(package), cwd=alone).stdout
    assert said.count(f"cosigned by {NAME}, by the keys the policy has for them") == 2, said
    with ZipFile(package) as archive:
        assert line in archive.read("policy.txt").decode()


def test_a_served_book_is_cosigned_and_a_rewritten_one_is_not(tmp_path: Path) -> None:
    lines = ROR_IKT.read_text(encoding="utf-8").splitlines(keepends=True)
    ours, other = tmp_path / "ours", tmp_path / "other"
    ours.mkdir()
    other.mkdir()
    named = imported(ours, lines)
    assert process("export", str(ours / "e.zip"), "--format", "evidence", cwd=ours, **named).returncode == 0
    private = (ours / "book.db.key").read_text(encoding="ascii")
    with serving("serve", "--port", 0, cwd=ours, **named) as (_, url, _):
        key = text(f"{url}/api/v1/collaborations/ror-ikt/log/keys").strip()
        known = text(f"{url}/api/v1/log/keys").strip()

    run = ("witness", "--name", NAME, "--log", known, "--state", str(tmp_path / "vitne"), "--port", 0)
    with serving(*run, cwd=tmp_path) as (_, at, said):
        policy = tmp_path / "policy.txt"
        line = next(one for one in said.splitlines() if one.startswith("witness "))
        policy.write_text(f"log {key}\n{line}\nquorum {NAME}\n", encoding="utf-8")
        asked = {**named, "STYRINGSBOK_WITNESSES": str(policy)}
        with serving("serve", "--port", 0, cwd=ours, **asked) as (_, url, _):
            seen = eventually(url)
            assert (seen["cosigned"], seen["ok"], seen["said"]) == ({NAME: len(lines)}, True, [])
            note = Note.read(text(f"{url}/api/v1/collaborations/ror-ikt/log/checkpoint").encode())
            for log in ("collaborations/ror-ikt/log", "log"):
                policy_served = text(f"{url}/api/v1/{log}/policy")
                assert f"witness {NAME} " in policy_served
                assert policy_served.endswith("quorum none\n")
        witness_key = VerifierKey.read(line.split()[2])
        assert witness_key in note.verified([witness_key])
        the_package_tells_who_cosigned(ours, asked, policy, f"witness {NAME} {witness_key}\n")

        rewritten = imported(other, lines[:-3])
        (other / "book.db.key").write_text(private, encoding="ascii")
        (other / "book.db.key").chmod(0o600)
        again = {**rewritten, "STYRINGSBOK_WITNESSES": str(policy)}
        with serving("serve", "--port", 0, cwd=other, **again) as (_, url, _):
            alarm = eventually(url)
            assert (alarm["ok"], alarm["said"][0]["state"]) == (False, "ahead")
            own = get(f"{url}/readyz")["witnesses"][1]
            assert (own["ok"], own["said"][0]["state"] in ("ahead", "refused")) == (False, True)
            assert get(f"{url}/readyz")["status"] == "degraded"
        own, *books = get(at)["logs"]
        assert (own["log"], own["entries"] > 0) == ("ror.example", True)
        assert books == [{"log": "ror.example/ror-ikt", "entries": len(lines)}]


def test_what_a_witness_does_not_take(tmp_path: Path) -> None:
    with running(tmp_path) as at:
        for body, status in ((b"x" * 200_000, 413), (b"old 0\n", 400)):
            with pytest.raises(HTTPError) as refused:
                urlopen(Request(f"{at}/add-checkpoint", body, method="POST"), timeout=30)
            with refused.value:
                assert refused.value.code == status


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("--name", "to ord"), "cannot be a witness's name"),
        (("--log", "rubbish"), "three parts"),
        (("--log", "ror.example+00000000+AQ=="), "bytes"),
    ],
)
def test_a_witness_that_is_told_wrong_says_so(sqlite_cli: CommandLine, tmp_path: Path, wrong: Any, says: str) -> None:
    given = {"--name": NAME, "--log": KNOWN, "--state": str(tmp_path / "vitne"), **dict([wrong])}
    assert says in sqlite_cli.refused("witness", *(part for pair in given.items() for part in pair))


def test_another_name_than_its_keys_is_refused(sqlite_cli: CommandLine, tmp_path: Path) -> None:
    with running(tmp_path):
        pass
    args = ("--name", "en-annen.example", "--log", KNOWN, "--state", str(tmp_path / "vitne"))
    assert "signs as nabo.example/vitne" in sqlite_cli.refused("witness", *args)
