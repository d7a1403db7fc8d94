"""Sends stock as a Standard Webhooks message: absolute levels, signed, to a public address."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

import httpx
import orjson

from adapters.channels.addresses import Resolve, Target, resolve, target_of
from adapters.channels.signing import key_of, signature
from engine.errors import RequestFault
from engine.stock.delivery import Delivered, Message, Receipt

TIMEOUT: Final = 20.0
"""Seconds for one call as a whole: name resolution, connection and the complete answer."""
MOST_ANSWER: Final = 65_536
"""Bytes of an answer that are read; the rest is not waited for."""
TYPE: Final = "stock.levels"
_GONE: Final = 410
_SLOW: Final = (429, 503)


class WebhookChannel:
    """A partner's webhook endpoint."""

    def __init__(
        self,
        url: str,
        secrets: Iterable[str],
        *,
        loopback: bool = False,
        resolver: Resolve = resolve,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._url = url
        self._keys = [key_of(secret) for secret in secrets]
        self._loopback = loopback
        self._resolver = resolver
        self._now = now
        self.timeout = TIMEOUT

    def send(self, message: Message) -> tuple[Receipt, ...]:
        """Sends one POST; all levels share its outcome, except SKUs that the partner lists as
        unknown.
        """
        until = time.monotonic() + self.timeout
        try:
            target = target_of(self._url, loopback=self._loopback, resolver=self._resolver)
            answer, body = asyncio.run(self._posted(target, message, until))
        except RequestFault as fault:
            return _all(message, Delivered.FAILED, fault.message)
        except TimeoutError:
            return _all(message, Delivered.FAILED, f"No answer came within {self.timeout:.0f} s.")
        except httpx.HTTPError as error:
            return _all(message, Delivered.FAILED, f"No connection: {type(error).__name__}.")
        return _receipts(message, answer, body)

    async def _posted(
        self, target: Target, message: Message, until: float
    ) -> tuple[httpx.Response, bytes]:
        """Posts within one overall limit; per-read limits would let a partner trickle its answer
        forever.

        Raises `TimeoutError`.
        """
        content = orjson.dumps(_body(message))
        async with (
            asyncio.timeout(until - time.monotonic()),
            httpx.AsyncClient(timeout=None, trust_env=False, verify=_tls()) as client,  # noqa: S113
            client.stream(
                "POST",
                target.url,
                content=content,
                headers=self._headers(message.id, content, target.named),
                extensions={"sni_hostname": target.host},
            ) as answer,
        ):
            return answer, await _read(answer)

    def _headers(self, id_: str, content: bytes, host: str) -> dict[str, str]:
        at = int(self._now())
        return {
            "accept-encoding": "identity",
            "host": host,
            "content-type": "application/json",
            "user-agent": "Takeback",
            "webhook-id": id_,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(id_, at, content, self._keys),
        }


def _body(message: Message) -> dict[str, Any]:
    return {
        "type": TYPE,
        "timestamp": message.as_of,
        "data": {
            "supplier": message.supplier,
            "levels": [
                {"sku": each.sku, "available": each.available, "sequence": each.sequence}
                for each in message.levels
            ],
        },
    }


@cache
def _tls() -> ssl.SSLContext:
    """The trusted certificates, loaded once: loading takes longer than a call."""
    return httpx.create_ssl_context(trust_env=False)


async def _read(answer: httpx.Response) -> bytes:
    """Reads the first bytes of an answer undecoded: a compressed body may be far larger inside."""
    read = b""
    async for chunk in answer.aiter_raw():
        read += chunk
        if len(read) > MOST_ANSWER:
            break
    return read[:MOST_ANSWER]


def _receipts(message: Message, answer: httpx.Response, body: bytes) -> tuple[Receipt, ...]:
    status = answer.status_code
    if answer.is_success:
        unknown = _unknown_skus(body)
        return tuple(
            Receipt(sku=each.sku, delivered=Delivered.UNKNOWN_SKU, sentence="Unknown there.")
            if each.sku in unknown
            else Receipt(sku=each.sku, delivered=Delivered.ACKNOWLEDGED)
            for each in message.levels
        )
    if status == _GONE:
        return _all(message, Delivered.GONE, "The partner answered 410: it wants no more.")
    if status in _SLOW:
        wait = _retry_after(answer.headers.get("retry-after", ""))
        return _all(message, Delivered.SLOW_DOWN, f"The partner answered {status}.", wait)
    return _all(message, Delivered.FAILED, f"The partner answered {status}.")


def _unknown_skus(body: bytes) -> frozenset[str]:
    """The SKUs in a partner's answer `{"unknown": [..]}`."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return frozenset()
    listed = said.get("unknown") if isinstance(said, dict) else None
    return frozenset(filter(_is_text, listed)) if isinstance(listed, list) else frozenset()


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _retry_after(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def _all(
    message: Message, delivered: Delivered, sentence: str, retry_after: float | None = None
) -> tuple[Receipt, ...]:
    return tuple(
        Receipt(sku=each.sku, delivered=delivered, sentence=sentence, retry_after=retry_after)
        for each in message.levels
    )
