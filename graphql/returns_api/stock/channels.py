"""Opens channels to partners, changes their secrets, and pauses, resumes and repeats feeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Principal, Scope
from adapters.store.stock import sharing
from adapters.store.stock.channels import Wanted
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.stock.inputs import (
    ChannelInput,
    PutChannelInput,
    ResendFeedsInput,
    RotateChannelSecretInput,
)
from returns_api.stock.problems import problem
from returns_api.stock.types import Channel, channel
from returns_api.types.ids import NodeKind, key_of
from returns_api.types.pages import Connection, Edge, Page, cut
from returns_api.types.problems import InputProblem

MOST_BUFFERS: Final = 500
MOST_HOURS: Final = 168


@strawberry.type(description="The channel is as it was asked for.")
class ChannelPut:
    """Stock is sent from now on."""

    channel: Channel
    secret: str | None = strawberry.field(
        description="Shown once: give it to your partner. Null where there is no new one, and in "
        "the answer to a repeated request."
    )


@strawberry.type(description="The channel was changed.")
class ChannelChanged:
    """How it stands now."""

    channel: Channel


PutChannelResult = Annotated[ChannelPut | InputProblem, strawberry.union("PutChannelResult")]
ChannelResult = Annotated[ChannelChanged | InputProblem, strawberry.union("ChannelResult")]

Act = Callable[[Principal, str], sharing.Channel]


def listed(context: Context, page: Page | None) -> Connection[Channel]:
    """One's channels, from either side, by the other's handle."""
    context.principal.must(Scope.READ_STOCK)
    every = context.store.channels.all(context.principal)
    members, info = cut([(each.id, each) for each in every], page)
    return Connection(
        edges=[Edge(cursor=key, node=channel(context, each)) for key, each in members],
        page_info=info,
        total_count=len(every),
    )


def put_channel(context: Context, said: PutChannelInput) -> PutChannelResult:
    """Opens or changes the channel to a retailer."""
    context.principal.must(Scope.RUN_FEEDS)
    store, principal = context.store, context.principal
    key, asked = said.idempotency_key, ("putChannel", asdict(said))
    try:
        wanted = _wanted(context, said)
        before = store.answered.before(principal, key, *asked)
        if before is not None:
            return _again(context, str(before))
        context.channels.check(wanted.kind, wanted.address)  # asks name servers: nothing is locked
        with store.atomic():
            found = store.channels.put(principal, wanted)
            secret = None
            if wanted.kind is sharing.ChannelKind.WEBHOOK and not found.secret:
                found, secret = _with_new_secret(context, found, 0)
            store.answered.keep(principal, key, asked, found.id)
            return ChannelPut(channel=channel(context, found), secret=secret)
    except RequestFault as fault:
        return problem(fault)


def _wanted(context: Context, said: PutChannelInput) -> Wanted:
    if len(said.buffers) > MOST_BUFFERS:
        raise RequestFault("wrong_size", f"At most {MOST_BUFFERS} buffers.", "buffers")
    buffers = {each.sku: each.units for each in said.buffers}
    if len(buffers) < len(said.buffers):
        raise RequestFault("sent_twice", "A buffer is sent twice.", "buffers")
    pair = f"{context.principal.tenant} {said.partner}"
    return Wanted(
        retailer=said.partner,
        kind=said.kind,
        address=said.address,
        buffer=said.buffer,
        buffers=buffers,
        snapshot_due=context.channels.next_snapshot(pair, context.now()),
    )


def _with_new_secret(
    context: Context, found: sharing.Channel, hours: int
) -> tuple[sharing.Channel, str]:
    secret = context.channels.new_secret(found)
    kept = context.store.channels.keep_secret(
        context.principal, found.id, secret.kept, timedelta(hours=hours)
    )
    return kept, secret.shown


def _again(context: Context, key: str) -> ChannelPut:
    """The answer to a repeated request: the secret was shown already."""
    found = context.store.channels.visible(context.principal, key)
    if found is None:
        raise _no_channel()
    return ChannelPut(channel=channel(context, found), secret=None)


def rotate_secret(context: Context, said: RotateChannelSecretInput) -> PutChannelResult:
    """A new secret, shown once; the one before signs along for a while."""
    context.principal.must(Scope.RUN_FEEDS)
    store, principal = context.store, context.principal
    key, asked = said.idempotency_key, ("rotateChannelSecret", asdict(said))
    try:
        if not 0 <= said.keep_old_hours <= MOST_HOURS:
            raise RequestFault("wrong_hours", f"0 to {MOST_HOURS} hours.", "keepOldHours")
        with store.atomic():
            before = store.answered.before(principal, key, *asked)
            if before is not None:
                return _again(context, str(before))
            found = store.channels.visible(principal, _key(said.channel))
            if found is None:
                raise _no_channel()
            if not found.secret:
                raise RequestFault("no_secret", "Files are not signed.", "channel")
            found, secret = _with_new_secret(context, found, said.keep_old_hours)
            store.answered.keep(principal, key, asked, found.id)
            return ChannelPut(channel=channel(context, found), secret=secret)
    except RequestFault as fault:
        return problem(fault)


def pause(context: Context, said: ChannelInput) -> ChannelResult:
    """Sends nothing until the channel is resumed."""
    return _done(context, said.channel, context.store.channels.pause)


def resume(context: Context, said: ChannelInput) -> ChannelResult:
    """Sends what changed meanwhile."""
    return _done(context, said.channel, context.store.channels.resume)


def retry(context: Context, said: ChannelInput) -> ChannelResult:
    """Tries at once what failed or was parked."""
    return _done(context, said.channel, context.store.channels.retry)


def resend(context: Context, said: ResendFeedsInput) -> ChannelResult:
    """Tells all levels again, or one."""
    return _done(context, said.channel, partial(context.store.channels.resend, sku=said.sku))


def _done(context: Context, text: str, act: Act) -> ChannelResult:
    context.principal.must(Scope.RUN_FEEDS)
    try:
        with context.store.atomic():
            return ChannelChanged(channel=channel(context, act(context.principal, _key(text))))
    except RequestFault as fault:
        return problem(fault)


def _key(text: str) -> str:
    key = key_of(text, NodeKind.CHANNEL)
    if key is None:
        raise _no_channel()
    return key


def _no_channel() -> RequestFault:
    return RequestFault("not_found", "There is no such channel of yours.", "channel")
