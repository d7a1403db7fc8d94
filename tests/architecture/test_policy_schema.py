"""The JSON Schema in `docs/` is the one in the code, is valid, and says something of every key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.policy.inheritance import edits, layers
from engine.policy.reading import KEYS
from engine.policy.register.built_in import SENT
from engine.policy.schema import help as help_
from engine.policy.schema import topics, values
from engine.policy.schema.document import schema, text
from engine.policy.text import Items, Map, Node, Scalar, parse
from engine.policy.topics.catalogue import TOPICS
from tests.architecture.test_docs import EXAMPLES, HEADER, RECIPE_GROUPS, RECIPES, Example, codes_in
from tests.properties.judging import NOT_JUDGED

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "docs" / "policy.schema.json"
POLICIES = sorted((ROOT / "policies").rglob("*.yaml"))
SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def plain(node: Node) -> Any:
    """What an editor sees: values by YAML's core schema, so that days stay texts."""
    if isinstance(node, Map):
        return {key: plain(child) for key, child in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


def refusals(text_: str) -> list[str]:
    data = plain(parse(text_, "a.yaml"))
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in VALIDATOR.iter_errors(data)
    ]


def whole(example: Example) -> str:
    """An example of the guide with what it leaves out."""
    if example.whole:
        return example.text
    keys = parse(example.text, example.name).entries
    said = "".join(f"{line}\n" for key, line in HEADER.items() if key not in keys) + example.text
    return said if "our_fault" not in said or "groups" in keys else said + RECIPE_GROUPS


def objects(schema_: Any) -> Iterator[dict[str, Any]]:
    """Every map in the schema."""
    if isinstance(schema_, dict):
        yield schema_
    for child in schema_.values() if isinstance(schema_, dict) else schema_:
        if isinstance(child, dict | list):
            yield from objects(child)


def said_of(schema_: dict[str, Any]) -> str | None:
    """The description of a form, or of the one that it refers to."""
    while "description" not in schema_ and "$ref" in schema_:
        schema_ = SCHEMA["$defs"][schema_["$ref"].removeprefix("#/$defs/")]
    return schema_.get("description")


def test_the_published_schema_is_the_one_in_the_code() -> None:
    published = PUBLISHED.read_text(encoding="utf-8")

    assert published == text(), "run `takeback schema --output docs/policy.schema.json`"
    assert json.loads(published) == SCHEMA


def test_the_schema_is_a_schema_and_all_its_references_lead_somewhere() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    used = {each["$ref"] for each in objects(SCHEMA) if isinstance(each.get("$ref"), str)}

    assert used == {f"#/$defs/{name}" for name in SCHEMA["$defs"]}


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_every_shipped_policy_is_accepted(path: Path) -> None:
    assert refusals(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "example",
    [each for each in (*EXAMPLES, *RECIPES) if each.wrong is None],
    ids=lambda each: each.name,
)
def test_every_example_of_the_guide_is_accepted(example: Example) -> None:
    assert refusals(whole(example)) == []


@pytest.mark.parametrize(
    ("said", "legal"),
    [
        ("billed", True),
        ("{by: billed, within: 30 days}", True),
        ("{within: agreed.time}", True),
        ("kept", False),
        ("{}", False),
        ("[offset]", False),
        ("{within: 48 hours}", False),
    ],
)
def test_the_schema_judges_overpaid_as_the_reader_does(said: str, *, legal: bool) -> None:
    head = "".join(f"{line}\n" for line in HEADER.values())

    assert (refusals(f"{head}overpaid: {said}\n") == []) is legal


# --- nothing is left out --------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*SCHEMA["$defs"]])
def test_every_key_of_a_map_without_other_keys_says_what_it_means(name: str) -> None:
    silent = [
        key
        for each in objects(SCHEMA["$defs"][name])
        if each.get("additionalProperties") is False
        for key, form in each["properties"].items()
        if form is not False and not said_of(form)
    ]

    assert silent == []


def test_every_sentence_is_shown() -> None:
    shown = {each["description"] for each in objects(SCHEMA) if "description" in each}
    written = {said for place in help_.SENTENCES.values() for said in place.values()}

    assert written <= shown


def test_every_key_of_the_language_is_in_the_schema() -> None:
    forms = SCHEMA["$defs"]

    assert set(forms["policy"]["properties"]) == set(KEYS) - {"extends", "changes"}
    assert set(forms["child"]["properties"]) == set(layers.KEYS)
    assert set(forms["edit"]["properties"]) == set(edits.KEYS)
    assert set(SENT) <= set(forms["when"]["properties"])
    for name, topic in TOPICS.items():
        assert set(topic.keys) <= set(forms[f"row_of_{name}"]["properties"])


def test_a_key_without_a_sentence_stops_the_schema() -> None:
    with pytest.raises(LookupError, match=r"`row\.colour`"):
        help_.described("row", {"colour": {}})


def test_a_reader_that_the_schema_does_not_know_stops_it() -> None:
    with pytest.raises(LookupError, match=r"fees\.colour"):
        topics.read_by(lambda _node, _ctx: None, "fees.colour")


def test_a_key_that_only_the_reader_knows_stops_the_schema() -> None:
    with pytest.raises(LookupError, match="colour"):
        values.typed(("type", "colour"), {"type": {}})


def test_what_is_left_to_the_reader_is_what_it_can_report() -> None:
    assert {code for code, *_ in NOT_JUDGED} <= codes_in("engine/policy")
