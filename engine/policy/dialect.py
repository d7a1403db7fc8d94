"""Holds YAML text to the policy dialect while it is scanned, and says what to mend in it.

The dialect is the core schema of YAML 1.2 without anchors, aliases, tags, tabs and hidden
characters, with one document per file and limits on size, depth and number of values: a supplier's
file is untrusted. Nothing here knows of policies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from ruamel.yaml import events as ruamel
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from engine.characters import UNSEEN
from engine.errors import PolicyFaults
from engine.policy.faults import Fault, Source
from engine.policy.scanning import scan
from engine.stopping import go_on

MAX_CHARACTERS: Final = 131_072
MAX_DEPTH: Final = 24
MAX_NODES: Final = 20_000

_REFUSED = re.compile(f"[\t\r{UNSEEN}]")
"""Characters that the dialect refuses. A published text may hold other invisible ones; new texts
are checked for them before publishing (`engine.publishing.structure`)."""


def events(text: str, file: str) -> Iterator[ruamel.Event]:
    """Yields the events of one YAML document: values, and where maps and lists begin and end.

    Raises `PolicyFaults` that say where the text is wrong.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if len(text) > MAX_CHARACTERS:
        raise fault(
            "too_large",
            Source(file, 1, 1),
            f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.",
        )
    if found := _REFUSED.search(text):
        raise _hidden(found[0], place_in(text, found.start(), file))
    opened: list[ruamel.CollectionStartEvent] = []
    try:
        yield from _checked(scan(text), file, opened)
    except MarkedYAMLError as error:
        mark, said = mending(error, text, opened)
        place = Source(file, mark.line + 1, mark.column + 1) if mark else Source(file, 1, 1)
        raise fault("not_yaml", place, said) from None
    except (YAMLError, ValueError, OverflowError) as error:
        said = " ".join(str(error).split())[:200]
        raise fault("not_yaml", Source(file, 1, 1), f"This is not YAML: {said}.") from None


def fault(code: str, source: Source, sentence: str) -> PolicyFaults:
    """Returns the error for a text that cannot be read any further."""
    return PolicyFaults((Fault(code=code, source=source, sentence=sentence),))


def place_in(text: str, at: int, file: str) -> Source:
    """Returns the line and column of a character of a text."""
    before = text[:at]
    return Source(file, before.count("\n") + 1, at - before.rfind("\n"))


def _hidden(character: str, source: Source) -> PolicyFaults:
    if character == "\t":
        return fault("tab", source, "A tab stands here; indent and separate with spaces.")
    return PolicyFaults((hidden_character(character, source),))


def hidden_character(character: str, source: Source) -> Fault:
    """Returns the fault of an invisible character."""
    said = f"The character U+{ord(character):04X} cannot be seen here; take it out."
    return Fault(code="hidden_character", source=source, sentence=said)


def source_of(event: ruamel.Event, file: str) -> Source:
    """Where an event begins."""
    return Source(file, event.start_mark.line + 1, event.start_mark.column + 1)


def _checked(
    parsed: Iterator[ruamel.Event], file: str, opened: list[ruamel.CollectionStartEvent]
) -> Iterator[ruamel.Event]:
    """The events, each checked; `opened` are the maps and lists that are not at their end."""
    nodes = documents = 0
    for event in parsed:
        source = source_of(event, file)
        if isinstance(event, ruamel.DocumentStartEvent):
            documents += 1
            _refuse_document(event, documents, source)
        elif isinstance(event, ruamel.CollectionEndEvent):
            opened.pop()
            yield event
        elif isinstance(event, ruamel.NodeEvent):
            go_on()
            nodes += 1
            if isinstance(event, ruamel.CollectionStartEvent):
                opened.append(event)
            _refuse_size(nodes, len(opened), source)
            _refuse_references(event, source)
            yield event


def _refuse_document(event: ruamel.DocumentStartEvent, count: int, source: Source) -> None:
    if event.version is not None or event.tags:
        said = "Directives (`%YAML`, `%TAG`) are not part of the language; leave them out."
        raise fault("directive", source, said)
    if count > 1:
        raise fault("second_document", source, "One file holds one policy; a second starts.")


def _refuse_size(nodes: int, depth: int, source: Source) -> None:
    if depth > MAX_DEPTH:
        raise fault("too_deep", source, f"This is nested deeper than {MAX_DEPTH} levels.")
    if nodes > MAX_NODES:
        raise fault("too_large", source, f"There are more than {MAX_NODES:,} values in this file.")


def _refuse_references(event: ruamel.NodeEvent, source: Source) -> None:
    if isinstance(event, ruamel.AliasEvent):
        raise fault(
            "anchor", source, "Aliases (`*name`) are not part of the language; write the value out."
        )
    if event.anchor:
        raise fault(
            "anchor", source, "Anchors (`&name`) are not part of the language; use a group."
        )
    if getattr(event, "ctag", None) is not None:
        raise fault("tag", source, "Tags (`!name`) are not part of the language; leave them out.")
    quoted = event.value if isinstance(event, ruamel.ScalarEvent) and not event.implicit[0] else ""
    if found := _REFUSED.search(quoted):
        raise _hidden(found[0], source)  # an escape put it in


# --- what to mend ---------------------------------------------------------------------------------

_FOUND: Final = re.compile(r"but (?:found|got) '?(.*?)'?\Z")
_QUOTED: Final = "while scanning a quoted scalar"
_BRACES: Final = {True: ("{", "}"), False: ("[", "]")}
_MIXED: Final = ("?", "-", "<block sequence start>")


def mending(
    error: MarkedYAMLError, text: str, opened: Sequence[ruamel.CollectionStartEvent]
) -> tuple[Any, str]:
    """Where a text that cannot be read is to be mended, as ruamel's mark, and a sentence.

    `opened` are the maps and lists that had not ended, the innermost last.
    """
    at, problem = error.problem_mark, str(error.problem or "")
    if error.context == _QUOTED and "end of stream" in problem:
        return error.context_mark, "The quote that opens here is not closed."
    if opened and opened[-1].flow_style and "cannot start any token" not in problem:
        return opened[-1].start_mark, _unclosed(opened[-1], at)
    if error.context == "while scanning a simple key" and "could not find" in problem:
        return error.context_mark, "The colon is missing: a line is `key: value`."
    return at or error.context_mark, _in_its_line(error, text)


def _in_its_line(error: MarkedYAMLError, text: str) -> str:
    """What is to be mended where the text could not be read any further."""
    at, problem = error.problem_mark, str(error.problem or "")
    if "cannot start any token" in problem:
        sign = text.split("\n")[at.line][at.column]
        return f"A text cannot begin with `{sign}`; put it in quotes."
    if problem.startswith("mapping values are not allowed"):
        return _second_colon(text, at)
    if "<block end>" in problem:
        return _misplaced(error, problem)
    said = " ".join(f"{error.context or ''} {problem}".split())[:200]
    return f"This is not YAML: {said}."


def _unclosed(event: ruamel.CollectionStartEvent, at: Any) -> str:
    first, last = _BRACES[isinstance(event, ruamel.MappingStartEvent)]
    where = f"line {at.line + 1}, column {at.column + 1}"
    return f"The `{first}` that opens here has no `{last}` before {where}, where it has to end."


def _second_colon(text: str, at: Any) -> str:
    """A colon in a text, or in a line below a value that is complete."""
    before = text.split("\n")[at.line][: at.column]
    if ": " in before:
        return "A text with `: ` in it needs quotes around it."
    return "This line is indented deeper than the line above, which has its value already."


def _misplaced(error: MarkedYAMLError, problem: str) -> str:
    found = _FOUND.search(problem)
    sign, at, beside = found[1] if found else "", error.problem_mark, error.context_mark
    if sign in ("}", "]"):
        return f"This `{sign}` closes nothing; take it out."
    if beside and at.column == beside.column and sign in _MIXED:
        return "Items of a list (`- `) and `key: value` lines cannot stand beside each other."
    return (
        "The indentation of this line fits no line above it: begin it in the column of the line "
        "that it stands beside."
    )
