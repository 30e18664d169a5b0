"""The texts of rejections: one for every code the rules raise, filled in by what each of its raise sites passes."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import api
from api.catalogue import LANGUAGES, placeholders, texts_of

ROOT = Path(api.__file__).parents[1]
SOURCES = sorted(path for room in ("domain", "ledger") for path in (ROOT / room).rglob("*.py"))
CODE = re.compile(r"[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*")
FIELDS = ("detail", "how")
NO_PARAMS = frozenset({"nature", "law", "entries"})
"""Arguments of a Rejection that stand beside its texts, and never in them."""

Functions = Mapping[str, Sequence[ast.FunctionDef]]


@dataclass(frozen=True)
class Site:
    """One place that raises, yields or returns a rejection."""

    at: str
    code: str
    params: frozenset[str]


# The collector ---------------------------------------------------------------------------


def is_rejection(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Rejection"


def keys_of(node: ast.AST, at: str) -> frozenset[str]:
    """Returns the keys of a dict that is written out."""
    assert isinstance(node, ast.Dict), f"{at}: write the parameters out, {ast.unparse(node)} cannot be read"
    keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
    assert len(keys) == len(node.keys), f"{at}: a parameter's name must be a literal"
    return frozenset(str(key) for key in keys)


def bound_to(name: str, within: ast.FunctionDef, call: ast.Call) -> Iterator[tuple[ast.expr, bool]]:
    """Yields every value a name may have at a call, and whether the name is each item of it in turn."""
    for node in ast.walk(within):
        match node:
            case ast.For(target=ast.Name(id=found), iter=value) if found == name and call in ast.walk(node):
                yield value, True
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield value, False
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                yield value, False
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = zip(names, values, strict=True)
                yield from ((value, False) for one, value in pairs if ast.unparse(one) == name)


def in_all(found: Sequence[frozenset[str]], at: str) -> frozenset[str]:
    assert found, f"{at}: nothing tells which parameters are passed"
    return frozenset.intersection(*found)


def yielded(node: ast.expr, functions: Functions, at: str) -> frozenset[str]:
    """Returns the keys every dict has that an iterable of dicts yields."""
    if isinstance(node, ast.Tuple):
        return in_all([yielded(item.value, functions, at) for item in node.elts if isinstance(item, ast.Starred)], at)
    assert isinstance(node, ast.Call), f"{at}: {ast.unparse(node)} cannot be read"
    made_by = [inner for function in functions[ast.unparse(node.func)] for inner in ast.walk(function)]
    return in_all([keys_of(inner.value, at) for inner in made_by if isinstance(inner, ast.Yield) and inner.value], at)


def unpacked(node: ast.expr, within: ast.FunctionDef, call: ast.Call, functions: Functions, at: str) -> frozenset[str]:
    """Returns the names that `**node` certainly passes in a call."""
    if not isinstance(node, ast.Name):
        return keys_of(node, at)
    values = bound_to(node.id, within, call)
    return in_all([yielded(value, functions, at) if each else keys_of(value, at) for value, each in values], at)


def sites_in(path: Path, functions: Functions) -> Iterator[Site]:
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if not (isinstance(call, ast.Call) and is_rejection(call)):
                continue
            at = f"{path.relative_to(ROOT)}:{call.lineno}"
            code = call.args[0] if call.args else None
            assert isinstance(code, ast.Constant), f"{at}: a code is a literal, so that it can be found"
            named = (
                frozenset({word.arg}) if word.arg else unpacked(word.value, function, call, functions, at)
                for word in call.keywords
            )
            yield Site(at, str(code.value), frozenset().union(*named) - NO_PARAMS)


def collected() -> tuple[Site, ...]:
    functions: defaultdict[str, list[ast.FunctionDef]] = defaultdict(list)
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                functions[node.name].append(node)
    return tuple(site for path in SOURCES for site in sites_in(path, functions))


SITES = collected()
PARAMS = {
    code: frozenset.intersection(*(site.params for site in SITES if site.code == code))
    for code in sorted({site.code for site in SITES})
}
"""What every raise site of a code passes, by code."""


TEXTS = {language: texts_of(language)["rejection"] for language in LANGUAGES}


# The tests -------------------------------------------------------------------------------


def test_the_collector_finds_every_rejection() -> None:
    written = 0
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        nodes = list(ast.walk(ast.parse(source)))
        written += sum(map(is_rejection, nodes))
        imports = (alias for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names)
        assert not [alias for alias in imports if alias.name == "Rejection" and alias.asname], f"{path}: another name"
        assert "partial(Rejection" not in source, f"{path}: a rejection that is made in two steps"
    assert len(SITES) == written > 0


def test_every_code_names_its_register_and_its_reason() -> None:
    assert [f"{site.at} {site.code}" for site in SITES if not CODE.fullmatch(site.code)] == []


def test_every_code_has_its_texts_in_every_language_and_every_text_its_code() -> None:
    for language, texts in TEXTS.items():
        assert {"missing": sorted(PARAMS.keys() - texts), "idle": sorted(texts.keys() - PARAMS)} == {
            "missing": [],
            "idle": [],
        }, language
        assert [code for code, fields in texts.items() if set(fields) != set(FIELDS)] == [], language


def test_a_text_is_filled_in_by_what_every_raise_site_passes() -> None:
    wanting = {
        f"{language} {code} {field}": sorted(placeholders(text) - PARAMS[code])
        for language, texts in TEXTS.items()
        for code, fields in texts.items()
        for field, text in fields.items()
        if code in PARAMS and not placeholders(text) <= PARAMS[code]
    }
    assert wanting == {}


def test_the_languages_fill_in_the_same() -> None:
    found = {
        language: {(code, field): placeholders(texts[code][field]) for code in texts for field in FIELDS}
        for language, texts in TEXTS.items()
    }
    assert found["nb"] == found["nn"] == found["en"]


def test_a_brace_is_always_a_placeholder() -> None:
    for texts in TEXTS.values():
        for code, fields in texts.items():
            for text in fields.values():
                assert text.count("{") == text.count("}") == len(re.findall(r"\{[a-z][a-z0-9_]*\}", text)), code


def test_a_text_is_whole_sentences_and_not_its_code() -> None:
    for language, texts in TEXTS.items():
        for code, fields in texts.items():
            assert fields["detail"] != fields["how"], (language, code)
            for text in fields.values():
                assert text == text.strip() != "", (language, code)
                assert text.endswith("."), (language, code)
                assert code not in text, (language, code)


def test_every_language_speaks_for_itself() -> None:
    """Bokmål and nynorsk may say some short things in the same words; neither may stand in English."""
    for code, fields in TEXTS["nb"].items():
        for field, text in fields.items():
            assert text != TEXTS["en"][code][field] != TEXTS["nn"][code][field], (code, field)


def test_an_entry_is_an_innforsel() -> None:
    for language in ("nb", "nn"):
        text = json.dumps(TEXTS[language], ensure_ascii=False).lower()
        assert re.findall(r"innføring\w*", text) == []


def test_no_text_tells_to_correct_an_entry_in_passing() -> None:
    """Most acts cannot be corrected by an entry: a text that does not say what to record sends to the next refusal."""
    bidding = re.compile(r"(?i)\brett (den )?innførselen|\bcorrect (the|that) entry")
    told = {
        f"{language} {code}"
        for language, texts in TEXTS.items()
        for code, fields in texts.items()
        if any(bidding.search(text) for text in fields.values())
    }
    assert told == set()
