"""A fact is added to the language by one record: all that knows facts follows from the register."""

import json
import subprocess
import sys
from pathlib import Path

from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import DERIVED

ROOT = Path(__file__).parents[2]
ADDED = """
import json
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import Fact, FactType, Moment, Owner

SENT["frost_damage"] = Fact(
    name="frost_damage",
    type=FactType.YES_NO,
    told_by=Owner.RETAILER,
    until=Moment.REQUEST,
    found=True,
    help="Frost harmed the goods.",
    ask="Did frost harm the goods?",
)

from contextlib import closing
from engine.decision.decide import Decider
from engine.policy.editions import load
from engine.policy.register.mentions import mentioned
from engine.policy.register.tellers import Side, may_say
from engine.policy.schema.document import schema
from engine.returns.statements import FOUND
from returns_api.types.facts import fact_definition
from tests.architecture.test_docs import facts_row

POLICY = '''
policy: acme/standard
version: 1
title: Standard
effective: {from: 2025-01-01}
currency: USD
eligibility:
  rows:
    - {id: E-FROST, when: {frost_damage: true}, answer: refuse, code: excluded_condition}
    - {id: E-YES, otherwise: true, answer: accept}
'''
policy = load(POLICY, "a.yaml", lambda *_: None, {}).policy
given = {"ordered": "2025-02-01", "requested": "2025-02-03", "frost_damage": True}
with closing(Decider(policy, native=True)) as decider:
    decided = decider.decide(given)
fact = SENT["frost_damage"]
print(json.dumps({
    "answer": decided.answer,
    "agreed": decided.engines_agreed,
    "schema": json.dumps(schema()).count("Frost harmed the goods."),
    "retailer": may_say(fact, Side.RETAILER, Moment.REQUEST),
    "late": may_say(fact, Side.RETAILER, Moment.RECEIPT),
    "found": "frost_damage" in FOUND,
    "form": [each.name for each in mentioned(policy, policy.facts) if each.found],
    "question": fact_definition(fact).question,
    "documented": facts_row(fact),
}))
"""


def test_a_new_record_is_read_decided_described_checked_and_asked_for() -> None:
    path = {"PYTHONPATH": f"{ROOT}:{ROOT / 'graphql'}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", ADDED], capture_output=True, text=True, env=path, check=False
    )

    assert done.stderr == ""
    said = json.loads(done.stdout)
    assert said.pop("schema") > 0
    assert said == {
        "answer": "refuse",
        "agreed": True,
        "retailer": True,
        "late": False,
        "found": True,
        "form": ["frost_damage"],
        "question": "Did frost harm the goods?",
        "documented": "| `frost_damage` | yes_no | request | yes | Frost harmed the goods. |",
    }


def test_no_other_file_lists_what_the_register_knows() -> None:
    """A list of names beside the register would have to be kept in step with it by hand."""
    text = (ROOT / "engine" / "policy" / "schema" / "help.py").read_text()
    text = text[text.index("_DEADLINES: Final") :]  # the sentences of facts, the file's last part
    repeated = [name for name in SENT if f"    {name}: " in text and name not in DERIVED]

    assert repeated == []
