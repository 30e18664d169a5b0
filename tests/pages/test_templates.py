"""A page is a Context, a route and a template of one name; the template uses what its Context describes, all of it."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from jinja2 import UndefinedError, nodes
from jinja2.meta import find_undeclared_variables
from pydantic import BaseModel

import api
from api.catalogue import LANGUAGES, catalogue, texts_of
from api.pages import benchmark, collaboration, collaborations, entry, history, meeting, problem
from api.pages.benchmark import BenchmarkContext
from api.pages.collaboration import CollaborationContext
from api.pages.collaborations import CollaborationsContext
from api.pages.entry import EntryContext
from api.pages.history import HistoryContext
from api.pages.meeting import MeetingContext
from api.pages.parts import Page, Part
from api.pages.problem import ProblemContext
from api.pages.rendering import EXTRAS, STATIC, TEMPLATES, environment, markup
from api.pages.sheets import sheet, simulation
from api.pages.sheets.sheet import SheetContext
from api.pages.sheets.simulation import SimulationContext
from api.pages.speech import Speech
from api.pages.vocabularies import WORDS, WORDS_OF

PAGES: dict[type[Page], Any] = {
    CollaborationsContext: collaborations,
    BenchmarkContext: benchmark,
    CollaborationContext: collaboration,
    EntryContext: entry,
    HistoryContext: history,
    MeetingContext: meeting,
    SheetContext: sheet,
    SimulationContext: simulation,
    ProblemContext: problem,
}
SHARED = frozenset({"_layout.html", "_parts.html", "_sheets.html", "_state.html"})
PAGES_FOLDER = Path(api.__file__).parent / "pages"
VENDORED = (STATIC / "vendor", Path(__file__).parents[1] / "vendor")
MADE_UP = re.compile(
    r"(?:event|mode|mode_means|basis|language|field|resolved|authority\.limit|possible\.what|subject_kind)\."
    r"|(?:figure_lacks|formal|indicator|pair_counts)\."
    r"|asof\.(?:first|previous|next|last|error_\w+)$|state\.(?:legal_form|charter|host)$|targets\.at_(?:least|most)$"
)
"""Codes put together as they are asked for; the tests of contents, sentences and readiness ask for each."""


def source(name: str) -> str:
    """Returns a template's source."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def syntax(name: str) -> nodes.Template:
    """Returns a template as it is parsed."""
    return environment().parse(source(name))


def parts_of(model: type[BaseModel], known: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """Returns a model and every model its fields are made of."""
    if model not in known:
        known.add(model)
        for field in model.model_fields.values():
            for part in models_in(field.annotation):
                parts_of(part, known)
    return known


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yields the models in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


def wanted_by(name: str) -> set[str]:
    """Returns the variables a template wants to be given, apart from macros of its own and those it imports."""
    tree = syntax(name)
    own = {macro.name for macro in tree.find_all(nodes.Macro)} | {found.target for found in tree.find_all(nodes.Import)}
    return find_undeclared_variables(tree) - own - {"caller"}


def asked_for(name: str) -> set[str]:
    """Returns the codes of the texts a template asks for."""
    return {
        call.args[0].value
        for call in syntax(name).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "t" and isinstance(call.args[0], nodes.Const)
    }


def said_in_code() -> set[str]:
    """Returns the strings written in the modules of the pages."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PAGES_FOLDER.rglob("*.py")]
    return {
        n.value for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }


def test_every_template_belongs_to_a_page_of_its_name() -> None:
    assert {page.template for page in PAGES} | SHARED == {path.name for path in TEMPLATES.iterdir()}
    assert set(Page.__subclasses__()) == set(PAGES)
    for page, module in PAGES.items():
        assert page.template == f"{module.__name__.rpartition('.')[2]}.html"
        assert page.__module__ == module.__name__


def test_every_field_of_every_part_is_described() -> None:
    every: set[type[BaseModel]] = set()
    for page in PAGES:
        parts_of(page, every)
    assert len(every) > len(PAGES)
    assert all(issubclass(part, Part) for part in every)
    undescribed = [
        f"{part.__name__}.{name}" for part in every for name, f in part.model_fields.items() if not f.description
    ]
    assert undescribed == []


@pytest.mark.parametrize("context", PAGES, ids=lambda context: context.__name__)
def test_a_template_uses_only_what_its_context_holds(context: type[Page]) -> None:
    used = wanted_by(context.template) | wanted_by("_layout.html")
    assert used <= set(context.model_fields) | EXTRAS


@pytest.mark.parametrize("context", PAGES, ids=lambda context: context.__name__)
def test_a_template_uses_all_its_context_holds(context: type[Page]) -> None:
    used = wanted_by(context.template) | wanted_by("_layout.html")
    assert set(context.model_fields) - used == set()


@pytest.mark.parametrize("name", sorted(SHARED - {"_layout.html"}))
def test_what_templates_share_uses_texts_and_what_it_is_handed(name: str) -> None:
    assert wanted_by(name) <= EXTRAS


def test_every_field_of_every_part_is_shown_somewhere() -> None:
    every: set[type[BaseModel]] = set()
    for page in PAGES:
        parts_of(page, every)
    shown = "".join(source(path.name) for path in TEMPLATES.iterdir())
    unused = [
        f"{p.__name__}.{n}"
        for p in every
        if p not in PAGES
        for n in p.model_fields
        if not re.search(rf"\.{n}\b", shown)
    ]
    assert unused == []


def test_a_template_that_asks_for_more_fails() -> None:
    class Poor(Page):
        template = "problem.html"

    poor = Poor(language="nb", title="", home="/", languages=(), trail=())
    with pytest.raises(UndefinedError):
        markup(poor, Speech("nb"))


def test_every_text_a_page_asks_for_is_there_and_every_text_is_asked_for() -> None:
    asked = set().union(*(asked_for(path.name) for path in TEMPLATES.iterdir()))
    assert asked
    written = said_in_code()
    vocabularies = {*WORDS.values(), *WORDS_OF.values()}
    for language in LANGUAGES:
        there = catalogue().codes("page", language)
        assert asked <= there
        left = there - asked - written
        assert [c for c in sorted(left) if not MADE_UP.match(c) and c.partition(".")[0] not in vocabularies] == []


def test_no_text_is_written_in_a_template() -> None:
    for path in TEMPLATES.iterdir():
        written = "".join(data.data for data in syntax(path.name).find_all(nodes.TemplateData))
        outside = re.sub(r"<[^>]*>|<[^>]*$|^[^<]*>", " ", written)
        assert re.findall(r"[^\W\d_]{3,}", re.sub(r'"[^"]*"|[\w-]+=', " ", outside)) == [], path.name


def test_no_template_holds_a_script_or_a_style_of_its_own() -> None:
    for path in TEMPLATES.iterdir():
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|\|\s*safe", source(path.name)), path.name


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.parent.name)
def test_files_of_others_are_as_they_were_published(folder: Path) -> None:
    listed = dict(
        re.findall(r"^\| `([^`]+)` \|[^|]*\| `([0-9a-f]{64})` \|$", (folder / "VENDORED.md").read_text(), re.MULTILINE)
    )
    kept = [path for path in folder.rglob("*") if path.is_file() and path.name != "VENDORED.md"]
    assert listed == {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def test_the_texts_of_every_language_speak_of_the_same_thing_in_the_same_form() -> None:
    texts = {language: texts_of(language)["page"] for language in LANGUAGES}
    for code in texts["nb"]:
        ends = {texts[language][code]["text"][-1] in ".:?!" for language in LANGUAGES}
        assert len(ends) == 1, code
