"""The stand-in as an HTTP server on loopback: API keys, faults, and `/_control` for tests.

Built on the standard library's server, which can drop a connection in the middle of an answer.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from adapters.gateways.simulated.calls import account_of, called
from adapters.gateways.simulated.control import control
from adapters.gateways.simulated.events import Events
from adapters.gateways.simulated.faults import Fault, Faults
from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.objects.account import Account
from adapters.gateways.simulated.wire import Params, Refusal, decoded

MOST_BYTES: Final = 1_048_576
_TICK: Final = 0.05
Answer = tuple[int, dict[str, Any], dict[str, str]]
log = logging.getLogger("takeback.simulated")


class Dropped(Exception):
    """The connection ends without an answer."""


class SimulatedStripe:
    """A running stand-in; leaving `with` stops it. State is kept in `file`, or in memory without
    one.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        file: Path | None = None,
        seed: int = 1,
        later: int = 2,
        now: Callable[[], int] = lambda: int(time.time()),
    ) -> None:
        self.ledger: Ledger = Ledger(file, now)
        self.events: Events = Events(self.ledger, seed)
        self.faults: Faults = Faults(seed)
        self.later = later
        self.revoked: set[str] = set()
        self.denied: set[str] = set()
        self.running: dict[tuple[str, str], tuple[str, str]] = {}
        self._over = threading.Event()
        self._server = _Server(port, self)
        self._threads = [
            threading.Thread(target=self._server.serve_forever, args=(_TICK,), daemon=True),
            threading.Thread(target=self._tick, daemon=True),
        ]

    @property
    def address(self) -> str:
        """The base URL, as `TAKEBACK_STRIPE_API_BASE` takes it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> Self:
        """Serves in threads of its own."""
        for thread in self._threads:
            thread.start()
        return self

    def close(self) -> None:
        """Stops serving, sends the webhooks that still wait, and closes the ledger."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._threads[1].join(timeout=10)
        self.events.close()
        self.ledger.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def account(self, key: str) -> Account:
        """Returns the account with this id."""
        return Account(self.ledger, self.events, key, self.later)

    def move_on(self, *, at_once: bool = False) -> int:
        """Settles pending refunds of every account."""
        accounts = self.ledger.accounts("refund")
        return sum(self.account(each).payments.move_on(at_once=at_once) for each in accounts)

    def _tick(self) -> None:
        while not self._over.wait(_TICK):
            self.move_on()

    # --- one call -----------------------------------------------------------------------------

    def answer(self, method: str, path: str, form: str, headers: Any) -> Answer:
        """Answers a call of the API; raises `Dropped`."""
        try:
            account = self._account(headers)
            self._check_allowed(path)
            params = decoded(form)
            key = headers.get("Idempotency-Key") if method == "POST" else None
            if key is None:
                return 200, called(account, method, path, params), {}
            return self._once(account, (method, path, form), params, key)
        except Refusal as refusal:
            return refusal.status, refusal.body, refusal.headers

    def _check_allowed(self, path: str) -> None:
        """Raises `Refusal` if the path names something `denied`, such as `disputes`."""
        if self.denied & set(path.split("/")):
            name = next(each for each in path.split("/") if each in self.denied).rstrip("s")
            said = (
                "The provided key 'rk_***' does not have the required permissions for this "
                f"endpoint. Having the 'rak_{name}_write' permission would allow this request to "
                "continue."
            )
            raise Refusal(403, "invalid_request_error", said, stored=False)

    def _account(self, headers: Any) -> Account:
        scheme, _, key = str(headers.get("Authorization", "")).partition(" ")
        if scheme != "Bearer" or not key.startswith(("sk_", "rk_")) or key in self.revoked:
            said = f"Invalid API Key provided: {key[:3]}***"
            raise Refusal(401, "invalid_request_error", said, "api_key_invalid", stored=False)
        own = account_of(key)
        asked = headers.get("Stripe-Account") or own
        if asked != own and self.ledger.get(own, "account", asked) is None:
            said = f"The provided key does not have access to account '{asked[:60]}'."
            raise Refusal(403, "invalid_request_error", said, "account_invalid", stored=False)
        return self.account(asked)

    def _once(
        self, account: Account, asked: tuple[str, str, str], params: Params, key: str
    ) -> Answer:
        method, path, form = asked
        fault = self.faults.drawn()
        _strike_early(fault)
        with self.ledger.lock:
            known = self.ledger.key(account.id, key)
            if known is not None:
                return _replayed(known, path, form)
            runs = self.running.get((account.id, key))
            if runs is not None:
                _check_same(runs, (path, form))
                raise Refusal(
                    409, "idempotency_error", "The key is in use.", "idempotency_key_in_use"
                )
            self.running[account.id, key] = path, form
        try:
            status, body, stored = _carried_out(account, (method, path), params, fault)
            if stored:
                self.ledger.keep_key(account.id, key, (path, form), (status, json.dumps(body)))
        finally:
            with self.ledger.lock:
                del self.running[account.id, key]
        if fault is Fault.DROP_AFTER:
            raise Dropped
        return status, body, {}


def _strike_early(fault: Fault | None) -> None:
    if fault is Fault.DROP_BEFORE:
        raise Dropped
    if fault is Fault.TOO_MANY:
        headers = {"Retry-After": "1"}
        raise Refusal(
            429, "rate_limit_error", "Too many requests.", "rate_limit", None, False, headers
        )
    if fault is Fault.CONFLICT:
        raise Refusal(409, "idempotency_error", "The key is in use.", "idempotency_key_in_use")
    if fault is Fault.ERROR_FRESH:
        raise Refusal(500, "api_error", "Something went wrong.", stored=False)


def _carried_out(
    account: Account, asked: tuple[str, str], params: Params, fault: Fault | None
) -> tuple[int, dict[str, Any], bool]:
    """Returns status, body, and whether the idempotency key keeps them."""
    error = {"error": {"type": "api_error", "message": "Something went wrong."}}
    if fault is Fault.ERROR_STORED:
        return 500, error, True
    try:
        body = called(account, *asked, params)
    except Refusal as refusal:
        return refusal.status, refusal.body, refusal.stored
    return (500, error, True) if fault is Fault.ERROR_STORED_DONE else (200, body, True)


def _replayed(known: tuple[str, str, int, str], path: str, form: str) -> Answer:
    known_path, known_form, status, body = known
    _check_same((known_path, known_form), (path, form))
    return status, json.loads(body), {"Idempotent-Replayed": "true"}


def _check_same(first: tuple[str, str], asked: tuple[str, str]) -> None:
    """Raises `Refusal` unless a key is used for the call that it was first used for."""
    if first != asked:
        how, what = ("for", "endpoint") if first[0] != asked[0] else ("with", "parameters")
        said = f"can only be used {how} the same {what} they were first used {how}"
        raise Refusal(400, "idempotency_error", f"Keys for idempotent requests {said}.")


class _Handler(BaseHTTPRequestHandler):
    """Handles one connection; the stand-in is an attribute of its server."""

    server: _Server
    protocol_version = "HTTP/1.1"
    # Answers are written in pieces; without these settings each piece would wait for the client's
    # delayed ACK.
    wbufsize = -1
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self._write(413, {"error": {"type": "invalid_request_error"}}, {})
            return
        form = self.rfile.read(length).decode("utf-8", "replace")
        try:
            self._write(*self._answer(form))
        except Dropped:
            self.close_connection = True

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the base calls them by these names

    def _answer(self, form: str) -> Answer:
        stripe = self.server.stripe
        parts = urlsplit(self.path)
        if parts.path.startswith("/_control/"):
            return control(stripe, parts.path.removeprefix("/_control/"), form)
        both = "&".join(each for each in (parts.query, form) if each)
        return stripe.answer(self.command, parts.path, both, self.headers)

    def _write(self, status: int, body: dict[str, Any], headers: dict[str, str]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        said = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        for name, value in {**said, **headers, "Request-Id": "req_simulated"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The `Date` of an answer, by the stand-in's own clock."""
        return super().date_time_string(timestamp or self.server.stripe.ledger.now())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        log.debug(format, *args)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, stripe: SimulatedStripe) -> None:
        self.stripe = stripe
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores clients that disconnect (they may have been killed); reports any other error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
