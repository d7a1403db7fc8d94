"""Whatever is done is in the journal of each side that it concerns, with whoever did it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from adapters.store.journal.register import KINDS
from returns_api.schema import core_schema
from services.workers.running import loops
from takeback.app import app
from tests.api.journal.chapters import CHAPTERS
from tests.api.journal.conftest import Story
from tests.api.journal.of_commands import SILENT
from tests.api.journal.world import KEYS, SIGNING, WHO, Chapter, Told

ACTOR = re.compile(r"key [0-9a-f]{12}|command line|worker|policy|gateway")
DONE = {each.does for each in CHAPTERS}
ADVICE = "is in no chapter: say in tests/api/journal who hears of it"


def mutations() -> list[str]:
    found = core_schema().mutation_type
    assert found is not None
    return sorted(found.fields)


def commands(command: Any, name: str) -> Iterator[str]:
    within = getattr(command, "commands", None)
    if within is None:
        yield name
        return
    for word, each in within.items():
        yield from commands(each, f"{name} {word}")


def told_of(story: Story, chapter: Chapter) -> Told:
    return next(each for each in story.told if each.chapter is chapter)


@pytest.mark.parametrize("field", mutations())
def test_every_mutation_is_in_the_story(field: str) -> None:
    assert field in DONE, f"`{field}` {ADVICE}"


@pytest.mark.parametrize("command", sorted(commands(get_command(app), "takeback")))
def test_every_command_is_in_the_story_or_changes_nothing(command: str) -> None:
    assert (command in DONE) != (command in SILENT), f"`{command}` {ADVICE}"


def test_every_worker_is_in_the_story(story: Story) -> None:
    assert {type(each).__name__ for each in loops(story.world.parts)} <= DONE


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda each: each.name)
def test_each_side_hears_what_concerns_it_and_nobody_else(story: Story, chapter: Chapter) -> None:
    told = told_of(story, chapter)

    assert {name: told.kinds(name) for name in told.entries} == dict(chapter.hears)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda each: each.name)
def test_each_side_hears_who_did_it(story: Story, chapter: Chapter) -> None:
    told = told_of(story, chapter)
    caller = story.world.served.callers.get(chapter.by)
    actor = f"key {caller.key.split('_')[1]}" if caller else chapter.by

    for name in chapter.hears:
        actors = {each.actor for each in told.entries[name]}
        assert actor in actors, name
        assert actors <= {actor, "policy"}, name
        assert all(map(ACTOR.fullmatch, actors)), name


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_entry_happens(story: Story, kind: str) -> None:
    heard = {each.fact for told in story.told for many in told.entries.values() for each in many}

    assert kind in heard


def test_the_chains_hold(story: Story) -> None:
    store = story.world.parts.store
    with store.session():
        assert store.journal.verify() == ()
    store.close()
    assert "whole" in story.world.command("journal", "verify").stdout


def test_no_entry_holds_anything_secret_or_personal(story: Story) -> None:
    world, store = story.world, story.world.parts.store
    with store.session():
        entries = [
            e for tenant in store.journal.tenants() for e in store.journal.after(tenant, 0, 10_000)
        ]
    store.close()
    text = "\n".join(f"{each.actor} {each.subject} {each.body}" for each in entries).lower()

    assert len(entries) > 100
    keys = [caller.key.split("_", 2)[2] for caller in world.served.callers.values()]
    consumer = [WHO["name"], WHO["email"], WHO["phone"], *WHO["lines"], "quill"]
    secrets = [*keys, *world.secrets, *KEYS.values(), SIGNING, *consumer, "dock road", "cheque"]
    assert [each for each in secrets if str(each).lower() in text] == []
