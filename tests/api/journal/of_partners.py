"""Partners invite and join each other, accept editions, and issue and end their keys; drafts."""

from __future__ import annotations

from collections.abc import Iterator

from tests.api.journal.world import World, chapter


def invited(world: World, handle: str) -> str:
    made = world.do("globex", "inviteRetailer", handle=handle, name="", programme="", note="")
    world.secrets += [made["secret"]] if made["secret"] else []
    return str(made["invitation"]["id"])


@chapter("inviteRetailer", by="globex", globex="retailer_invited", northwind="retailer_invited")
def a_retailer_that_is_there(world: World) -> None:
    world.kept["invitation"] = invited(world, "northwind")


@chapter(
    "withdrawInvitation", by="globex", globex="invitation_answered", northwind="invitation_answered"
)
def a_supplier_that_thinks_again(world: World) -> None:
    world.do("globex", "withdrawInvitation", invitation=world.kept["invitation"])


@chapter(
    "answerInvitation",
    by="northwind",
    globex="invitation_answered partnership_made",
    northwind="invitation_answered partnership_made",
)
def a_retailer_that_joins(world: World) -> Iterator[None]:
    invitation = invited(world, "northwind")
    yield
    world.do("northwind", "answerInvitation", invitation=invitation, accept=True)


@chapter("acceptPolicy", by="northwind", acme="edition_accepted", northwind="edition_accepted")
def an_edition_under_its_terms(world: World) -> None:
    northwind = world.caller("northwind")
    versions = northwind.ask('{ policy(id: "acme/standard") { editions { id } } }')
    edition = versions["policy"]["editions"][0]["id"]
    joined = world.partnership("northwind")
    named = {"partnership": joined, "policy": "acme/standard"}
    digest = northwind.ask("MyAgreement", **named)["agreement"]["termsDigest"]
    said = {"partnership": joined, "edition": edition, "termsDigest": digest}
    world.do("northwind", "acceptPolicy", **said)


@chapter("issueKey", by="acme", acme="key_issued")
def a_key_for_the_dock(world: World) -> None:
    issued = world.do("acme", "issueKey", role="SUPPLIER", name="dock", scopes=None)
    world.kept["dock"] = issued["key"]["key"]
    world.secrets.append(issued["secret"])


@chapter("revokeKey", by="acme", acme="key_revoked")
def the_key_of_the_dock(world: World) -> None:
    world.do("acme", "revokeKey", key=world.kept["dock"])


@chapter("saveDraft", by="acme")
def a_draft_that_nobody_hears_of(world: World) -> None:
    world.do("acme", "saveDraft", policy="acme/draft", yaml="a: 1", expectedVersion=0)


@chapter("discardDraft", by="acme")
def a_draft_that_is_given_up(world: World) -> None:
    world.do("acme", "discardDraft", policy="acme/draft", expectedVersion=1)


@chapter("Dater", by="worker")
def days_that_are_worked_out_again(world: World) -> None:
    world.work("Dater")
