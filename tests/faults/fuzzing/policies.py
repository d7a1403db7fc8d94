"""One broken policy after another: read, decided by, made ready; each step within a second."""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from random import Random
from typing import Any

import msgspec

from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.errors import PolicyFaults, RequestFault
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault
from engine.publishing.readiness import faults_before_publishing
from tests.faults.fuzzing import facts, grown, mutants
from tests.faults.fuzzing.complaints import Complaint, check_sentence, check_text
from tests.faults.fuzzing.corpus import base_of

FILE = "broken.yaml"
SECOND = 1.0
NATIVE = 0.15
"""How many of the policies that are read are also asked by the rule network."""
READY = 0.02
"""How many of them are also made ready to publish."""
PUBLISHING = 10.0
"""CPU seconds that a policy may take before it is published; its network is tried in a child."""
DECISIONS = 4
WAYS: tuple[tuple[Callable[[Random], str], int], ...] = (
    (mutants.of_text, 4),
    (mutants.of_tree, 9),
    (mutants.of_two, 2),
    (grown.policy, 5),
)


def text_of(seed: int, index: int) -> str:
    """The broken policy of that number."""
    random = Random(f"policy {seed} {index}")
    ways, weights = zip(*WAYS, strict=True)
    made: str = random.choices(ways, weights)[0](random)
    return made


class Trial:
    """Tries policies by their number; raises `Complaint` for whatever is not as it must be."""

    shown = staticmethod(text_of)

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._alarms: list[str] = []
        logging.getLogger("takeback").addHandler(Listening(self._alarms))

    def close(self) -> None:
        """Nothing was opened."""

    def attempt(self, index: int) -> str:
        """What became of one policy, in a word or two."""
        text = text_of(self._seed, index)
        random = Random(f"asked {self._seed} {index}")
        self._alarms.clear()
        try:
            file = _timed(lambda: load(text, FILE, base_of), SECOND, "reading")
        except PolicyFaults as error:
            for fault in error.faults or (None,):
                check_fault(fault, text)
            return f"refused: {error.faults[0].code}"
        self._ask(file, random)
        if random.random() < READY:
            _make_ready(file, text)
        return "read"

    def _ask(self, file: PolicyFile, random: Random) -> None:
        for edition in random.sample(file.editions, min(len(file.editions), 2)):
            ways = (False, True) if random.random() < NATIVE else (False,)
            for native in ways:
                made = _timed(lambda: Decider(edition, native=native), SECOND, "compiling")  # noqa: B023 - called at once
                with closing(made) as decider:
                    for _ in range(DECISIONS):
                        decide(decider, random)
        if self._alarms:
            raise Complaint(f"the evaluators disagree: {self._alarms[0]}")


def decide(decider: Decider, random: Random) -> None:
    """One line and sometimes a return: a decision that can be written as JSON, or a fault."""
    given = facts.given(decider.policy, random)
    whole = facts.lines(decider.policy, random) if random.random() < 0.3 else None

    def asked() -> Any:
        return decider.decide(given) if whole is None else decider.decide_return(given, whole)

    try:
        decision = _timed(asked, SECOND, "deciding")
    except RequestFault as fault:
        check_sentence(fault.message)
        return
    json.dumps(decision.to_data(), allow_nan=False)
    msgspec.json.encode(decision)
    if isinstance(decision, Decision):
        check_text(decision.sentence)  # often one of the policy's own


def check_fault(fault: Fault | None, text: str) -> None:
    """A fault lies in the text, or in that of a base, and says so in a clear sentence."""
    if fault is None:
        raise Complaint("refused without a fault")
    check_sentence(fault.sentence)
    where = text
    if fault.source.file != FILE:
        name, _, version = fault.source.file.rpartition("@")
        where = base_of(name, int(version) if version.isdecimal() else 0) or ""
    rows = re.split(r"\r\n|\n", where)
    line, column = fault.source.line, fault.source.column
    if not (1 <= line <= len(rows) and 1 <= column <= len(rows[line - 1]) + 2):
        raise Complaint(f"no place of the file: {fault}")


def _make_ready(file: PolicyFile, text: str) -> None:
    for fault in _timed(lambda: faults_before_publishing(file), PUBLISHING, "making ready"):
        check_fault(fault, text)


def _timed(step: Callable[[], Any], seconds: float, name: str) -> Any:
    began = time.process_time()
    try:
        return step()
    finally:
        took = time.process_time() - began
        if took > seconds:
            raise Complaint(f"{name} took {took:.1f} seconds")


class Listening(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        trace = traceback.format_exception(*record.exc_info) if record.exc_info else []
        self._said.append("".join([record.getMessage(), *trace[-3:]]))
