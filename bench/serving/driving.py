"""Starts a server and asks it over HTTP; counts requests for each second of its processor."""

from __future__ import annotations

import http.client
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson

from bench.world import Process, ended, free_port, start

_TICK: Final = os.sysconf("SC_CLK_TCK")
_READY: Final = 60
_NO_ANSWERS: Final = (b'"errors":', b'"no_policy"', b'"engine_disagreement"')
Bodies = Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Requests per second of the server's processor, and the slowest hundredth in milliseconds."""

    per_cpu_second: float
    p99: float


@dataclass(slots=True, kw_only=True)
class Server:
    """A server as a process of its own."""

    name: str
    pid: int
    port: int
    key: str
    _local: threading.local = field(default_factory=threading.local)

    def send(self, body: bytes) -> bytes:
        """One request on this thread's connection; raises RuntimeError for what is no answer."""
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        self._local.connection.request("POST", "/graphql", body, headers)
        response = self._local.connection.getresponse()
        answer: bytes = response.read()
        if response.status != 200 or any(each in answer for each in _NO_ANSWERS):
            raise RuntimeError(f"{self.name}: {response.status} {answer[:300]!r}")
        return answer

    def connect_anew(self) -> None:
        """Forgets connections that may have been closed because nothing was asked for a while."""
        self._local = threading.local()

    def driven(self, bodies: Bodies, seconds: float, connections: int) -> Rate:
        """Asks for some seconds of the clock on the wall, after a few to begin with."""
        self.connect_anew()
        for _ in range(5):
            self.send(bodies())
        until = time.monotonic() + seconds
        before = self.processor_seconds()
        with ThreadPoolExecutor(connections) as pool:
            asked = [pool.submit(self._until, bodies, until) for _ in range(connections)]
            took = sorted(each for one in asked for each in one.result())
        used = self.processor_seconds() - before
        return Rate(per_cpu_second=len(took) / used, p99=1000 * took[len(took) * 99 // 100])

    def _until(self, bodies: Bodies, until: float) -> list[float]:
        took: list[float] = []
        while time.monotonic() < until:
            body, began = bodies(), time.perf_counter()
            self.send(body)
            took.append(time.perf_counter() - began)
        return took

    def processor_seconds(self) -> float:
        """Of all its threads since it began."""
        return processor_seconds(self.pid)


def processor_seconds(pid: int) -> float:
    """Of all threads of a process since it began; Linux alone tells it."""
    said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / _TICK


@contextmanager
def serving(name: str, command: list[str], settings: dict[str, str], key: str) -> Iterator[Server]:
    """A server that answers, ended at the end."""
    port = free_port()
    python = [sys.executable, "-m", *command]
    with ended(start(python, {**settings, "TAKEBACK_PORT": str(port)})) as process:
        server = Server(name=name, pid=process.pid, port=port, key=key)
        _wait(server, process)
        yield server


def _wait(server: Server, process: Process) -> None:
    """Raises RuntimeError for one that ended, or that is not well, with what it said last."""
    until, said = time.monotonic() + _READY, "nothing"
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"`{server.name}` ended with {process.returncode}.")
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        try:
            connection.request("GET", "/health")
            answer = connection.getresponse()
            if answer.status == 200:
                return
            said = f"{answer.status} {answer.read()[:300]!r}"
        except OSError as error:
            said = str(error)
        finally:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError(f"`{server.name}` is not well within {_READY} s: {said}.")


def body(query: str, variables: Mapping[str, object]) -> bytes:
    """A request as it is sent."""
    return orjson.dumps({"query": query, "variables": variables})
