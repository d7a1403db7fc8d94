"""The stand-in by its own command, as the guide has it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

AHEAD = timedelta(hours=1)


def test_its_clock_can_be_set_ahead() -> None:
    call = [sys.executable, "-m", "adapters.gateways.simulated", "--port", "0"]
    call += ["--clock", str(int(AHEAD.total_seconds()))]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            before = datetime.now(UTC).replace(microsecond=0)
            answer = httpx.get(f"{process.stdout.readline().strip()}/v1/account")
            after = datetime.now(UTC)
        finally:
            process.terminate()
    assert before + AHEAD <= parsedate_to_datetime(answer.headers["Date"]) <= after + AHEAD
