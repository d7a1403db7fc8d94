"""A base is found by its id and version in the files beside and below a policy."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import PolicyFaults
from takeback.bases import Bases

Write = Callable[[str, str], Path]

BASE = "policy: acme/base   # the base\nversion: 4\n"


def test_a_base_below_the_folder_is_found(tmp_path: Path, write: Write) -> None:
    path = write("bases/base.yaml", BASE)
    bases = Bases([tmp_path])

    assert bases.find("acme/base", 4) == BASE
    assert bases.file_of("acme/base@4") == path


def test_another_version_is_not_taken(tmp_path: Path, write: Write) -> None:
    write("base.yaml", BASE)

    assert Bases([tmp_path]).find("acme/base", 5) is None


def test_a_quoted_id_is_the_same_id(tmp_path: Path, write: Write) -> None:
    write("base.yaml", "policy: 'acme/base'\nversion: 4\n")

    assert Bases([tmp_path]).find("acme/base", 4)


def test_two_files_that_differ_about_a_base_are_a_fault(tmp_path: Path, write: Write) -> None:
    write("a.yaml", BASE)
    write("b.yaml", f"# later\n{BASE}")

    with pytest.raises(PolicyFaults) as caught:
        Bases([tmp_path]).find("acme/base", 4)

    (fault,) = caught.value.faults
    assert fault.code == "published_twice"
    assert (Path(fault.source.file).name, fault.source.line) == ("b.yaml", 2)


def test_a_copy_of_a_base_is_harmless(tmp_path: Path, write: Write) -> None:
    write("a.yaml", BASE)
    write("copy/a.yaml", BASE)

    assert Bases([tmp_path]).find("acme/base", 4) == BASE


@pytest.mark.parametrize(("name", "taken"), [("acme/base", True), ("takeback/law", False)])
def test_a_policy_of_the_first_folder_is_taken_unless_it_is_a_law(
    tmp_path: Path, write: Write, name: str, taken: bool
) -> None:
    text = BASE.replace("acme/base", name)
    write("mine/base.yaml", text)
    write("shipped/base.yaml", f"# shipped\n{text}")
    bases = Bases([tmp_path / "mine", tmp_path / "shipped"])

    if taken:
        assert bases.find(name, 4) == text
    else:
        with pytest.raises(PolicyFaults, match="keep one of them"):
            bases.find(name, 4)
