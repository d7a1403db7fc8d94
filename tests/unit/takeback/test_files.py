"""Files and folders become texts, or one sentence."""

from pathlib import Path

import pytest

from takeback.files import MOST_BYTES, Unreadable, policy_paths, read_text


def sentence(path: Path) -> str:
    found = read_text(path)
    assert isinstance(found, Unreadable)
    return found.sentence


def test_a_folder_gives_its_yaml_files_and_no_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "notes.md", ".hidden.yaml", "deep/c.yaml", ".git/d.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    found, wrong = policy_paths([tmp_path])

    assert [str(path.relative_to(tmp_path)) for path in found] == ["a.yml", "b.yaml", "deep/c.yaml"]
    assert not wrong


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").touch()

    found, _ = policy_paths([tmp_path, tmp_path / "a.yaml"])

    assert found == [tmp_path / "a.yaml"]


def test_a_folder_without_policies_is_said(tmp_path: Path) -> None:
    _, (wrong,) = policy_paths([tmp_path])

    assert "holds no policies" in wrong.sentence


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"policy: a\0b", "binary file"),
        (b"policy: acme\ntitle: \xff\n", "line 2 holds the byte 0xff"),
        (b"#" * (MOST_BYTES + 1), "more than 1 MB"),
    ],
)
def test_what_is_no_text_is_said_in_one_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_bytes(data)

    assert said in sentence(path)
    assert "\n" not in sentence(path)


def test_a_missing_file_and_a_device_are_said(tmp_path: Path) -> None:
    assert "There is no file" in sentence(tmp_path / "none.yaml")
    assert "not a regular file" in sentence(Path("/dev/null"))


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfpolicy: a\n")

    assert read_text(path) == "policy: a\n"
