"""The examples in the guide run, and the guide leaves out no word of the policy language."""

import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import msgspec
import pytest

from engine.dates import Unit
from engine.decision import record
from engine.errors import PolicyFaults
from engine.money import Rounding
from engine.policy import words
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault
from engine.policy.inheritance import shorthand
from engine.policy.model import Pick
from engine.policy.promises import OUTCOME_FIELDS
from engine.policy.reading import KEYS
from engine.policy.register.built_in import SENT
from engine.policy.text import parse
from engine.policy.topics.catalogue import TOPICS
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, SCOPE, Fact, FactType
from engine.publishing import expectations
from engine.publishing.readiness import faults_before_publishing
from engine.publishing.suite import run_suite
from takeback.reports.rules import MEANING
from tests.meanings import meaning_faults

ROOT = Path(__file__).parents[2]
PAGES = ("policy-language.md", "deciding.md", "editions.md")
LANGUAGE = (ROOT / "docs" / "policy-language.md").read_text(encoding="utf-8")
HEADER = {
    "policy": "policy: guide/fragment",
    "version": "version: 1",
    "effective": "effective: {from: 2020-01-01}",
    "currency": "currency: USD",
}
WRITTEN = {*KEYS, *shorthand.TOPICS, "remedy", "packaging", "extends", "changes"}
WRONG = re.compile(r"# fault: ([a-z_]+)\n")
RECIPE_GROUPS = "groups: {our_fault: {reason: [defective, damaged_in_transit, wrong_item]}}"


@dataclass(frozen=True, slots=True)
class Example:
    """A block of YAML in a page, or what one row of a table tells to write."""

    page: str
    line: int
    text: str

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def wrong(self) -> str | None:
        """The fault that the block is there to show."""
        found = WRONG.match(self.text)
        return found[1] if found else None

    @property
    def whole(self) -> bool:
        return WRONG.sub("", self.text).startswith("policy:")


def blocks(page: str) -> list[Example]:
    """Every block of YAML in a page."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [
        Example(page, text.count("\n", 0, match.start()) + 1, match[1])
        for match in re.finditer(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    ]


def recipes(page: str) -> list[Example]:
    """What the tables headed `Write` tell to write: code that starts with a key of a policy."""
    found: list[Example] = []
    column = -1
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        column = column if cells else -1
        if cells and cells[-1] == "Write":
            column = len(cells) - 1
        elif column > 0 and not set(cells[0]) <= set("-: "):
            spans = re.findall(r"`([^`]+)`", cells[column])
            said = [span for span in spans if span.partition(":")[0] in WRITTEN and ":" in span]
            assert said, f"{page}:{number} tells nothing to write"
            found.append(Example(page, number, "\n".join(said) + "\n"))
    return found


EXAMPLES = [example for page in PAGES for example in blocks(page)]
RECIPES = [example for page in PAGES for example in recipes(page)]


SHIPPED = [path.read_text(encoding="utf-8") for path in (ROOT / "policies").rglob("*.yaml")]


def find_base(name: str, version: int) -> str | None:
    """A policy of the guide or one that is shipped, for those that extend it."""
    start = f"policy: {name}\nversion: {version}\n"
    guide = (each.text for each in EXAMPLES if each.text.startswith(start))
    shipped = (text for text in SHIPPED if f"\n{start}" in text)
    return next(chain(guide, shipped), None)


def opened(example: Example) -> PolicyFile:
    """The example as a policy; what is not one gets the least header that makes it one."""
    text = WRONG.sub("", example.text)
    if not example.whole:
        keys = parse(text, example.name).entries
        assert set(keys) & WRITTEN, f"{example.name} starts with no key of a policy"
        text = "".join(f"{line}\n" for key, line in HEADER.items() if key not in keys) + text
        if "is: our_fault" in text + text.replace("is_not", "is") and "groups" not in keys:
            text += RECIPE_GROUPS
    return load(text, example.name, find_base)


def faults_of(example: Example) -> tuple[Fault, ...]:
    """What is wrong with an example, when it is read or by what it means."""
    try:
        file = opened(example)
    except PolicyFaults as found:
        return found.faults
    if example.whole:
        return faults_before_publishing(file)
    return meaning_faults(*file.editions)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.name)
def test_an_example_is_what_the_guide_says_of_it(example: Example) -> None:
    faults = faults_of(example)

    if example.wrong is None:
        assert not faults, "\n".join(map(str, faults))
    else:
        assert example.wrong in {fault.code for fault in faults}


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if each.wrong is None], ids=lambda each: each.name
)
def test_the_tests_in_an_example_pass(example: Example) -> None:
    report = run_suite(opened(example), native=False)

    failed = [f"{case.name}: {said}" for case in report.cases for said in case.failures]
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda each: each.name)
def test_a_recipe_can_be_read(recipe: Example) -> None:
    assert not faults_of(recipe), "\n".join(map(str, faults_of(recipe)))


def test_there_are_recipes_for_forty_sentences() -> None:
    assert len(RECIPES) >= 40


def test_every_complete_policy_of_the_guide_has_tests() -> None:
    bare = [each.name for each in EXAMPLES if each.whole and not opened(each).policy.cases]

    assert not bare


# --- nothing is left out --------------------------------------------------------------------------


def fields(*structs: type[msgspec.Struct]) -> set[str]:
    return {name.rstrip("_") for struct in structs for name in struct.__struct_fields__}


def codes_in(*folders: str) -> set[str]:
    """The codes of the faults that the source of some packages can report."""
    pattern = re.compile(
        r"\b(?:_?fault|_stop|Fault|Unreadable|of_row)\(\s*(?:ctx,\s*)?(?:code=)?\"([a-z_]+)\""
    )
    texts = [
        path.read_text(encoding="utf-8") for each in folders for path in (ROOT / each).rglob("*.py")
    ]
    return {code for text in texts for code in pattern.findall(text)}


SPOKEN = {
    "keys of a policy": WRITTEN,
    "keys of rows": {key for topic in TOPICS.values() for key in topic.keys},
    "tie rules": {rule for topic in TOPICS.values() for rule in topic.decide},
    "facts of a deadline": set(DEADLINE_FACTS),
    "derived facts": set(DERIVED),
    "types": set(FactType) - {FactType.ROWS} | {"rows"},
    "scope": set(SCOPE),
    "parties and roles": {*words.PARTIES, *words.ROLES},
    "answers": set(words.ANSWERS),
    "silences": set(words.SILENCES),
    "states": {*words.STATES, *words.LIMIT_STATES},
    "remedies": set(words.REMEDIES),
    "timings": set(words.TIMINGS),
    "goods": set(words.GOODS),
    "places": set(words.PLACES),
    "conditions": set(words.CONDITIONS),
    "packagings": set(words.PACKAGINGS),
    "reasons": set(words.REASONS),
    "evidence": set(words.EVIDENCE),
    "steps": set(words.STEPS),
    "codes": set(words.CODES),
    "units": set(Unit),
    "starts": set(Pick) - {Pick.ONLY},
    "rounding": set(Rounding),
    "overpaid": set(words.OVERPAID),
    "fields of an outcome": {
        name
        for names in (
            OUTCOME_FIELDS,
            expectations._SHORT,
            expectations.PLAIN,
            expectations.LISTS,
            expectations._OF_ROWS,
            expectations._DEADLINE,
            expectations._LEG,
        )
        for name in names
    },
    "faults": codes_in("engine/policy", "engine/publishing"),
}


@pytest.mark.parametrize("kind", SPOKEN)
def test_the_page_names_every_word_of_the_language(kind: str) -> None:
    code = " ".join(re.findall(r"^```yaml\n.*?^```|`[^`\n]+`", LANGUAGE, re.DOTALL | re.MULTILINE))
    said = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", code)) | {
        unit for unit in Unit if unit in code
    }

    assert not {str(word) for word in SPOKEN[kind]} - said


def facts_row(fact: Fact) -> str:
    """The row of a fact on its page."""
    found = "yes" if fact.found else ""
    return f"| `{fact.name}` | {fact.type} | {fact.until} | {found} | {fact.help} |"


@pytest.mark.parametrize("name", SENT)
def test_the_page_of_facts_has_a_row_for_every_record_of_the_register(name: str) -> None:
    row = facts_row(SENT[name])

    assert row in (ROOT / "docs" / "facts.md").read_text(encoding="utf-8").splitlines()


def test_reports_say_what_every_code_means() -> None:
    untold = codes_in("engine/policy", "engine/publishing", "takeback") - set(MEANING)

    assert sorted(untold) == []


def test_the_page_says_the_sentence_of_every_code() -> None:
    assert not [code for code, sentence in words.CODES.items() if sentence not in LANGUAGE]


def test_the_page_on_decisions_names_every_field() -> None:
    text = (ROOT / "docs" / "deciding.md").read_text(encoding="utf-8")
    said = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`\n]+`", text))))
    structs = [
        each
        for each in vars(record).values()
        if isinstance(each, type)
        and issubclass(each, msgspec.Struct)
        and each.__module__ == record.__name__
    ]

    assert not fields(*structs) - said


def test_the_index_links_every_page_and_every_link_leads_somewhere() -> None:
    folder = ROOT / "docs"
    pages = {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")} - {"README.md"}
    links = {
        (path, link.partition("#")[0])
        for path in folder.rglob("*.md")
        for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
        if "://" not in link and not link.startswith("#")
    }

    assert not [f"{path.name}: {link}" for path, link in links if not (path.parent / link).exists()]
    assert pages <= {link for path, link in links if path == folder / "README.md"}


def test_every_link_to_a_heading_leads_to_one() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    pages += [path for path in ROOT.glob("*/README.md") if path.parent.name[0] != "."]
    headings = {path.resolve(): anchors_of(path.read_text(encoding="utf-8")) for path in pages}
    dead = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in pages
        for link in re.findall(r"\]\(([^)\s]*#[^)\s]+)\)", path.read_text(encoding="utf-8"))
        if "://" not in link and not leads(path, link, headings)
    ]

    assert sum(map(len, headings.values())) > 100
    assert dead == []


def leads(path: Path, link: str, headings: dict[Path, set[str]]) -> bool:
    """Whether a link to a page of ours, or to its own page, names one of its headings."""
    file, _, anchor = link.partition("#")
    page = (path.parent / file).resolve() if file else path.resolve()
    return page not in headings or anchor in headings[page]


def anchors_of(text: str) -> set[str]:
    """The anchors of a page's headings: small, blanks as hyphens, and no other signs."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    said = re.findall(r"^#+ +(.+?) *$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in said}
