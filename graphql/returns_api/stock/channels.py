"""Opens channels to partners, rotates their secrets, and pauses, resumes and repeats feeds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

import strawberry

from adapters.identity.principal import Principal, Scope
from adapters.store.lists.of_goods import CHANNELS
from adapters.store.lists.statements import ListQuery
from adapters.store.stock import sharing
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
from returns_api.types.pages import Connection, Page, Shown
from returns_api.types.pages import listed as listed_page
from returns_api.types.problems import InputProblem
from services.stock.opening import Asked, check_asked, open_channel
from services.stock.opening import rotate_secret as rotate


@strawberry.type(description="The channel was opened or changed.")
class ChannelPut:
    """Stock is sent from now on."""

    channel: Channel
    """The channel as it is now."""
    secret: str | None
    """Shown once: give it to your partner. Null if there is no new one, and in the answer to a
    repeated request.
    """


@strawberry.type(description="The channel was changed.")
class ChannelChanged:
    """The channel as it is now."""

    channel: Channel
    """The channel as it is now."""


PutChannelResult = Annotated[ChannelPut | InputProblem, strawberry.union("PutChannelResult")]
ChannelResult = Annotated[ChannelChanged | InputProblem, strawberry.union("ChannelResult")]

Act = Callable[[Principal, str], sharing.Channel]


def listed(context: Context, page: Page | None) -> Connection[Channel]:
    """Lists the principal's channels, on either side, by the other partner's handle."""
    asked = ListQuery(principal=context.principal, sort="HANDLE")
    shown = Shown(read=context.store.channels.some, show=partial(channel, context))
    return listed_page(context, CHANNELS, asked, page, shown)


def put_channel(context: Context, said: PutChannelInput) -> PutChannelResult:
    """Opens or changes the channel to a retailer."""
    context.principal.must(Scope.RUN_FEEDS)
    store, principal = context.store, context.principal
    key, asked = said.idempotency_key, ("putChannel", said)
    try:
        wanted = _asked(said)
        before = store.idempotency.before(principal, key, *asked)
        if before is not None:
            return _again(context, str(before))
        check_asked(principal, context.channels, wanted)
        with store.atomic():
            found, secret = open_channel(store, principal, context.channels, wanted)
            store.idempotency.keep(principal, key, asked, found.id)
            put = ChannelPut(channel=channel(context, found), secret=secret)
        context.channels.close_file(found)
        return put
    except RequestFault as fault:
        return problem(fault)


def _asked(said: PutChannelInput) -> Asked:
    buffers = {each.sku: each.units for each in said.buffers}
    if len(buffers) < len(said.buffers):
        raise RequestFault("sent_twice", "A buffer is sent twice.", "buffers")
    return Asked(
        partner=said.partner,
        kind=said.kind,
        address=said.address or "",
        buffer=said.buffer,
        buffers=buffers,
    )


def _again(context: Context, key: str) -> ChannelPut:
    """Returns the answer to a repeated request, without the secret, which was shown already."""
    found = context.store.channels.visible(context.principal, key)
    if found is None:
        raise _no_channel()
    return ChannelPut(channel=channel(context, found), secret=None)


def rotate_secret(context: Context, said: RotateChannelSecretInput) -> PutChannelResult:
    """Makes a new secret, shown once; the old one also signs for some hours."""
    context.principal.must(Scope.RUN_FEEDS)
    store, principal = context.store, context.principal
    key, asked = said.idempotency_key, ("rotateChannelSecret", said)
    try:
        with store.atomic():
            before = store.idempotency.before(principal, key, *asked)
            if before is not None:
                return _again(context, str(before))
            where, hours = _key(said.channel), said.keep_old_hours
            found, secret = rotate(store, principal, context.channels, where, hours)
            store.idempotency.keep(principal, key, asked, found.id)
            return ChannelPut(channel=channel(context, found), secret=secret)
    except RequestFault as fault:
        return problem(fault)


def pause(context: Context, said: ChannelInput) -> ChannelResult:
    """Sends nothing until the channel is resumed."""
    return _done(context, said.channel, context.store.channels.pause)


def resume(context: Context, said: ChannelInput) -> ChannelResult:
    """Sends what changed since the pause."""
    return _done(context, said.channel, context.store.channels.resume)


def retry(context: Context, said: ChannelInput) -> ChannelResult:
    """Retries at once what failed or was parked."""
    return _done(context, said.channel, context.store.channels.retry)


def resend(context: Context, said: ResendFeedsInput) -> ChannelResult:
    """Sends all levels again, or one."""
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
