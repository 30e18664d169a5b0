"""`import`: what is recorded, what is refused, and what is said of it. The books are fictitious but for ROR-IKT."""

from __future__ import annotations

import json
import subprocess
from io import BytesIO
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import pytest

from api.importing import ImportRefused, parse
from api.importing import Line as Understood
from tests.cli.support import ROR_IKT, CommandLine, Line, around, book_of, command, founding, line, person, write


def heads(cli: CommandLine) -> dict[str, int]:
    """Returns the number of the last entry by book."""
    found: dict[str, int] = cli.json("rebuild")["books"]
    return found


# What is recorded ------------------------------------------------------------------------


def test_a_real_history_is_recorded_once(cli: CommandLine) -> None:
    lines = len(ROR_IKT.read_text(encoding="utf-8").splitlines())
    first, second = (cli.json("import", ROR_IKT) for _ in range(2))
    assert (first["recorded"], first["already_present"]) == (lines, 0)
    assert (second["recorded"], second["already_present"]) == (0, lines)
    assert second["books"] == {"ror-ikt": {"recorded": 0, "already_present": lines, "entries": 0}}
    assert heads(cli) == {"ror-ikt": lines}


def test_lines_of_several_books_may_be_mixed(cli: CommandLine, tmp_path: Path) -> None:
    pairs = chain.from_iterable(zip_longest(book_of("aker", 5), book_of("birk", 3)))
    done = cli.json("import", write(tmp_path / "f", [one for one in pairs if one]))
    assert {book: counts["recorded"] for book, counts in done["books"].items()} == {"aker": 5, "birk": 3}
    assert [entry["type"] for entry in cli.json("history", "birk")["entries"]] == [
        "collaboration.founded",
        "person.registered",
        "person.registered",
    ]


def test_a_run_that_was_cut_short_is_resumed_by_the_same_file(cli: CommandLine, tmp_path: Path) -> None:
    lines = book_of("aker", 5)
    cli.run("import", write(tmp_path / "part", lines[:2]))
    done = cli.json("import", write(tmp_path / "whole", lines))
    assert (done["recorded"], done["already_present"]) == (3, 2)


def test_standard_input_is_read(sqlite_cli: CommandLine) -> None:
    assert sqlite_cli.json("import", "-", stdin=ROR_IKT.read_bytes())["books"]["ror-ikt"]["recorded"] > 40
    assert sqlite_cli.run("import", "-", stdin=b"\n\n").stdout == "The file has no lines.\n"


def test_empty_lines_and_windows_line_ends_are_taken(sqlite_cli: CommandLine, tmp_path: Path) -> None:
    lines = [json.dumps(one) for one in book_of("aker", 3)]
    (tmp_path / "f").write_bytes(("\r\n\r\n".join(lines) + "\r\n").encode())
    assert sqlite_cli.json("import", tmp_path / "f")["recorded"] == 3


def test_the_mode_may_stand_in_the_command_or_beside_it(sqlite_cli: CommandLine, tmp_path: Path) -> None:
    inside = founding("aker", mode="import")
    del inside["mode"]
    both = person("aker", 2, mode="import")
    sqlite_cli.run("import", write(tmp_path / "f", [inside, both]))
    assert [entry["mode"] for entry in sqlite_cli.json("history", "aker")["entries"]] == ["import", "import"]


def test_a_dry_run_decides_and_records_nothing(cli: CommandLine, tmp_path: Path) -> None:
    lines = book_of("aker", 4)
    done = cli.json("import", write(tmp_path / "f", lines), "--dry-run")
    assert done == {
        "would_record": 4,
        "already_present": 0,
        "books": {"aker": {"would_record": 4, "already_present": 0, "entries": 4}},
    }
    assert "There is no book" in cli.refused("history", "aker")
    cli.run("import", write(tmp_path / "g", lines[:3]))
    assert cli.json("import", tmp_path / "f", "--dry-run")["would_record"] == 1
    assert heads(cli) == {"aker": 3}


def test_a_dry_run_makes_no_file(sqlite_cli: CommandLine, tmp_path: Path) -> None:
    sqlite_cli.run("import", write(tmp_path / "f", book_of("aker")), "--dry-run")
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


# What is refused -------------------------------------------------------------------------

GOOD = person("aker", 2)


def without(name: str) -> Line:
    """Returns a good line with one field left out."""
    return {field: value for field, value in GOOD.items() if field != name}


BAD: dict[str, tuple[Any, str, str]] = {
    "no JSON": ("collaboration: aker", "json_syntax", ""),
    "a comment": ("# a comment", "json_syntax", ""),
    "cut off": (json.dumps(GOOD)[:-5], "json_truncated", ""),
    "a list": ("[1]", "kind", ""),
    "a name twice": ('{"collaboration": "a", "collaboration": "b"}', "json_duplicate_key", "/collaboration"),
    "no number": ('{"collaboration": NaN}', "json_not_finite", "/collaboration"),
    "a number too large": ('{"collaboration": 9007199254740993}', "json_integer_too_large", "/collaboration"),
    "not UTF-8": (b'{"collaboration": "\xe6"}', "json_not_utf8", ""),
    "too long": ('"' + "x" * 1_048_576 + '"', "line_too_long", ""),
    "an unknown field": ({**GOOD, "note": "x"}, "unknown_field", "/note"),
    "no collaboration": (without("collaboration"), "missing", "/collaboration"),
    "no command": (without("command"), "missing", "/command"),
    "no principal": (without("recorded_by"), "missing", "/recorded_by"),
    "no key": (without("idempotency_key"), "missing", "/idempotency_key"),
    "a key with a blank": ({**GOOD, "idempotency_key": "a b"}, "pattern", "/idempotency_key"),
    "a book outside its folder": ({**GOOD, "collaboration": "../etc"}, "pattern", "/collaboration"),
    "a name as principal": ({**GOOD, "recorded_by": "Kari Nordmann"}, "pattern", "/recorded_by"),
    "an unknown mode": ({**GOOD, "mode": "guess"}, "kind", "/mode"),
    "two modes": (person("aker", 2, mode="decide"), "two_modes", "/command/mode"),
    "a command that is none": (line("aker", 2, {"type": "person.adopt"}), "unknown_type", "/command/type"),
    "a command misspelt": (line("aker", 2, {"type": "person.registered"}), "misspelt_type", "/command/type"),
    "a command's unknown field": (person("aker", 2, age=40), "unknown_field", "/command/age"),
    "a date that does not exist": (person("aker", 2, effective="2024-02-30"), "date", "/command/effective"),
    "a name of the wrong type": (person("aker", 2, name=7), "kind", "/command/name"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_recorded(
    sqlite_cli: CommandLine, tmp_path: Path, case: str
) -> None:
    bad, code, pointer = BAD[case]
    path = write(tmp_path / "f", [founding("aker"), "", bad, person("aker", 4)])
    ran = sqlite_cli.run("import", path, "--json", code=1)
    assert ran.json["recorded"] == 0
    (error,) = ran.json["errors"]
    assert (error["line"], error["code"], error["pointer"] or "") == (3, code, pointer)
    assert error["what"]
    assert error["how"]
    assert f"{path}, line 3" in ran.stderr
    assert "Nothing was recorded" in ran.stderr
    assert len(ran.stderr) < 2_000
    assert not sqlite_cli.files.book.exists()


def test_every_bad_line_is_named_up_to_twenty(sqlite_cli: CommandLine, tmp_path: Path) -> None:
    errors = sqlite_cli.json("import", write(tmp_path / "f", ["x", "", "y"]), code=1)["errors"]
    assert [error["line"] for error in errors] == [1, 3]
    ran = sqlite_cli.run("import", write(tmp_path / "g", ["x"] * 1_000), "--json", code=1)
    assert len(ran.json["errors"]) == 20
    assert "There may be more" in ran.stderr


def test_a_rejected_line_keeps_its_whole_book_out(cli: CommandLine, tmp_path: Path) -> None:
    lines = [*book_of("aker", 3), *book_of("birk", 3), person("birk", 2, name="Other") | {"idempotency_key": "another"}]
    ran = cli.run("import", write(tmp_path / "f", lines), "--json", code=1)
    (error,) = ran.json["errors"]
    assert error["line"] == 7
    assert error["code"].startswith("person.")
    assert error["entries"] == [2]
    assert (ran.json["recorded"], ran.json["books"]) == (
        3,
        {"aker": {"recorded": 3, "already_present": 0, "entries": 3}},
    )
    assert "aker: 3 recorded (3 entries)" in ran.stderr
    assert "Nothing of this book was recorded" in ran.stderr
    assert heads(cli) == {"aker": 3}


def test_a_book_begins_with_its_founding(cli: CommandLine, tmp_path: Path) -> None:
    (error,) = cli.json("import", write(tmp_path / "f", [person("aker", 2)]), code=1)["errors"]
    assert (error["line"], error["code"], error["pointer"]) == (1, "not_founded", "/collaboration")
    assert "collaboration.found" in error["what"]


def test_a_key_used_for_something_else_is_refused(cli: CommandLine, tmp_path: Path) -> None:
    cli.run("import", write(tmp_path / "f", book_of("aker", 2)))
    (error,) = cli.json("import", write(tmp_path / "g", [founding("aker", name="Other KO")]), code=1)["errors"]
    assert (error["line"], error["code"], error["pointer"]) == (1, "idempotency_key_reused", "/idempotency_key")


@pytest.mark.parametrize(("lang", "word"), [("en", "Must be"), ("nb", "Må være"), ("nn", "Må vere")])
def test_errors_are_told_in_the_language_asked_for(
    sqlite_cli: CommandLine, tmp_path: Path, lang: str, word: str
) -> None:
    path = write(tmp_path / "f", [person("aker", 2, name=7)])
    assert word in sqlite_cli.run("import", path, "--lang", lang, code=1).stderr


def test_a_file_that_is_none_is_wrong_usage(sqlite_cli: CommandLine, tmp_path: Path) -> None:
    assert "not a file" in sqlite_cli.refused("import", tmp_path / "nothing")
    assert "not a file" in sqlite_cli.refused("import", tmp_path)


def test_lines_are_kept_where_they_stand_and_read_again() -> None:
    (lines,) = parse(BytesIO(ROR_IKT.read_bytes()), "en", 1).values()
    assert not any(isinstance(kept, Understood) for kept in vars(lines).values())
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert [line.submission for line in lines] == [line.submission for line in lines]
    assert lines.at(3) == list(lines)[3]


def test_a_history_comes_through_a_pipe(tmp_path: Path) -> None:
    settings = around({"STYRINGSBOK_DATABASE": f"sqlite:///{tmp_path / 'book.db'}"})
    with subprocess.Popen(
        command("import", "-", "--json"), cwd=tmp_path, env=settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as importing:
        answered, _ = importing.communicate(ROR_IKT.read_bytes())
    assert json.loads(answered)["books"]["ror-ikt"]["recorded"] > 40


def test_a_file_that_changes_while_it_is_read_is_refused() -> None:
    file = BytesIO(ROR_IKT.read_bytes())
    (lines,) = parse(file, "en", 1).values()
    file.seek(0)
    file.write(b"?")
    with pytest.raises(ImportRefused) as refused:
        list(lines)
    assert [problem.line for problem in refused.value.problems] == [1]
