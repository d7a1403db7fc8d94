"""Processes that publish the same policy at the same time cannot both succeed, or leave a gap."""

from __future__ import annotations

import multiprocessing as mp
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest

from adapters.identity.principal import Kind
from adapters.store.connection.address import Address
from adapters.store.database import open_store
from adapters.store.publishing import Draft, Refused, publish
from engine.errors import RequestFault

POLICY = """\
policy: acme/lamps
version: {version}
title: {title}
effective: {{from: {first}}}
currency: USD
"""
Text = tuple[int, str, str]


def publish_one(address: Address, text: Text, barrier: Barrier, answers: Any) -> None:
    version, title, first = text
    store = open_store(address)
    with store.session():
        owner = store.partners.by_handle("acme")
    assert owner is not None
    draft = Draft(text=POLICY.format(version=version, title=title, first=first), by="tests")
    barrier.wait(timeout=60)
    try:
        with store.session(), store.atomic():
            found = publish(store, owner, draft)
        answers.put(_code(found))
    except RequestFault as fault:
        answers.put(fault.code)
    finally:
        store.close()


def _code(found: Any) -> str:
    if isinstance(found, Refused):
        return found.faults[0].code if found.faults else found.code
    return "published"


@pytest.mark.parametrize(
    ("texts", "refusals"),
    [
        (((1, "One", "2024-01-01"), (1, "Other", "2024-01-01")), {"version_taken", "conflict"}),
        (((1, "Same", "2024-01-01"), (1, "Same", "2024-01-01")), {"published", "conflict"}),
        (
            ((1, "One", "2024-06-01"), (2, "Two", "2024-01-01")),
            {"reaches_back", "version_order", "conflict"},
        ),
    ],
)
def test_of_two_processes_one_publishes(
    address: Address, texts: tuple[Text, Text], refusals: set[str]
) -> None:
    store = open_store(address)
    with store.session():
        store.partners.add("acme", "Acme", Kind.SUPPLIER)
    context: Any = mp.get_context("forkserver")
    barrier, answers = context.Barrier(2), context.Queue()
    processes = [
        context.Process(target=publish_one, args=(address, text, barrier, answers))
        for text in texts
    ]
    for each in processes:
        each.start()
    found = [answers.get(timeout=120) for _ in processes]
    for each in processes:
        each.join(timeout=60)

    assert "published" in found
    assert set(found) <= {"published", *refusals}
    with store.session():
        owner = store.partners.by_handle("acme")
        assert owner is not None
        assert len(store.editions.candidates(owner.id)) == 1
    store.close()
