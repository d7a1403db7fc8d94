"""The schema's fields about stock."""

from __future__ import annotations

import strawberry

from adapters.identity.principal import Scope
from returns_api.context import Info
from returns_api.stock import channels, inputs, levels
from returns_api.stock.types import Channel
from returns_api.types.described import mutation
from returns_api.types.pages import Connection, Page, paged


@strawberry.type
class StockQueries:
    """Queries about stock."""

    @paged(
        "The channels by which stock is shared with your partners, or as a retailer with you.",
        also_page=True,
        asks=Scope.READ_STOCK,
    )
    def channels(self, info: Info, page: Page | None = None) -> Connection[Channel]:
        return channels.listed(info.context, page)


@strawberry.type
class StockMutations:
    """Mutations of stock."""

    @mutation("Sets the available stock, as you counted it; for suppliers.")
    def set_stock(
        self,
        info: Info,
        input: inputs.SetStockInput,  # noqa: A002
    ) -> levels.SetStockResult:
        return levels.set_stock(info.context, input)

    @mutation("Reports what you hold of a supplier's stock, to compare it; for retailers.")
    def report_stock(
        self,
        info: Info,
        input: inputs.ReportStockInput,  # noqa: A002
    ) -> levels.ReportStockResult:
        return levels.report_stock(info.context, input)

    @mutation("Opens or changes the channel that tells a retailer your stock.")
    def put_channel(
        self,
        info: Info,
        input: inputs.PutChannelInput,  # noqa: A002
    ) -> channels.PutChannelResult:
        return channels.put_channel(info.context, input)

    @mutation("Gives a channel a new secret, shown once; the old one also signs for a while.")
    def rotate_channel_secret(
        self,
        info: Info,
        input: inputs.RotateChannelSecretInput,  # noqa: A002
    ) -> channels.PutChannelResult:
        return channels.rotate_secret(info.context, input)

    @mutation("Sends a partner nothing until you resume.")
    def pause_feeds(
        self,
        info: Info,
        input: inputs.ChannelInput,  # noqa: A002
    ) -> channels.ChannelResult:
        return channels.pause(info.context, input)

    @mutation("Sends a partner what changed since you paused.")
    def resume_feeds(
        self,
        info: Info,
        input: inputs.ChannelInput,  # noqa: A002
    ) -> channels.ChannelResult:
        return channels.resume(info.context, input)

    @mutation("Sends a partner all levels again, or one, also over what it reported.")
    def resend_feeds(
        self,
        info: Info,
        input: inputs.ResendFeedsInput,  # noqa: A002
    ) -> channels.ChannelResult:
        return channels.resend(info.context, input)

    @mutation("Retries at once what failed, was parked, or was stopped by the partner.")
    def retry_feeds(
        self,
        info: Info,
        input: inputs.ChannelInput,  # noqa: A002
    ) -> channels.ChannelResult:
        return channels.retry(info.context, input)
