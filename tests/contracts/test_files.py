"""The port of files, on a folder and on a bucket that speaks S3 over HTTP."""

from __future__ import annotations

import re
import resource
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from adapters.files.folder import FolderFiles
from adapters.files.opening import open_files
from adapters.files.port import Files, NoFiles
from engine.errors import RequestFault


class Bucket(BaseHTTPRequestHandler):
    """What of S3 is needed: an object is put, got and deleted by its path."""

    kept: dict[str, bytes]
    broken = False

    def do_PUT(self) -> None:
        assert self.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=the-id/")
        content = self.rfile.read(int(self.headers["content-length"]))
        if not self.broken:
            self.kept[self.path] = content
        self._answer(507 if self.broken else 200, b"")

    def do_GET(self) -> None:
        content = self.kept.get(self.path)
        self._answer(404 if content is None else 200, content or b"")

    def do_POST(self) -> None:
        """Several keys are deleted at once, told in XML."""
        said = self.rfile.read(int(self.headers["content-length"])).decode()
        assert self.path.endswith("?delete")
        names = re.findall("<Key>(.*?)</Key>", said)
        for name in names:
            self.kept.pop(f"{self.path.removesuffix('?delete')}/{name}", None)
        deleted = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in names)
        self._answer(200, f"<DeleteResult>{deleted}</DeleteResult>".encode())

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.send_header("etag", '"1"')
        self.send_header("last-modified", "Sun, 01 Jun 2025 12:00:00 GMT")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextmanager
def bucket() -> Iterator[tuple[str, type[Bucket]]]:
    door = type("OneBucket", (Bucket,), {"kept": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), door) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", door
        server.shutdown()
        thread.join()


@pytest.fixture(params=["folder", "bucket"])
def files(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Files]:
    if request.param == "folder":
        yield open_files(str(tmp_path / "not" / "there" / "yet"))
        return
    with bucket() as (address, _):
        for name, value in {
            "AWS_ENDPOINT": address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "the-id",
            "AWS_SECRET_ACCESS_KEY": "the-secret",
        }.items():
            monkeypatch.setenv(name, value)
        yield open_files("s3://returns/of/takeback")


def key() -> str:
    return secrets.token_hex(16)


def code(caught: pytest.ExceptionInfo[RequestFault]) -> str:
    return caught.value.code


def test_what_was_written_is_read_until_it_is_removed(files: Files) -> None:
    one, other, content = key(), key(), secrets.token_bytes(200_000)
    files.write(one, content)
    files.write(other, b"")

    assert (files.read(one), files.read(other)) == (content, b"")
    files.remove(one)
    files.remove(one)

    with pytest.raises(RequestFault) as caught:
        files.read(one)
    assert code(caught) == "unavailable"
    assert files.read(other) == b""


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", "A" * 32, f"{'a' * 31}/", "a" * 33])
def test_a_key_leads_nowhere_else(files: Files, wrong: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        files.write(wrong, b"x")
    with pytest.raises(ValueError, match="no key"):
        files.read(wrong)


def test_a_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder, name = tmp_path / "files", key()
    FolderFiles(folder).write(name, b"x")

    (kept,) = [each for each in folder.rglob("*") if each.is_file()]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert {each.stat().st_mode & 0o077 for each in (kept.parent, folder)} == {0}


def test_a_disk_that_takes_no_more_keeps_nothing_half(tmp_path: Path) -> None:
    """The kernel lets no file of this process grow further, as a full disk would."""
    folder, name = FolderFiles(tmp_path), key()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        with pytest.raises(RequestFault) as caught:
            folder.write(name, bytes(5_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert code(caught) == "unavailable"
    with pytest.raises(RequestFault):
        folder.read(name)
    folder.remove(name)
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


def test_a_bucket_that_is_full_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "the-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-secret")
    monkeypatch.setattr("adapters.files.bucket._RETRIES", {"max_retries": 0})
    with bucket() as (address, door):
        monkeypatch.setenv("AWS_ENDPOINT", address)
        door.broken = True
        with pytest.raises(RequestFault) as caught:
            open_files("s3://returns").write(key(), b"x")

    assert code(caught) == "unavailable"
    assert not door.kept


def test_a_server_without_a_place_for_files_says_what_to_set() -> None:
    for call in (lambda: NoFiles().write("", b""), lambda: NoFiles().read("")):
        with pytest.raises(RequestFault, match="TAKEBACK_FILES") as caught:
            call()
        assert code(caught) == "unavailable"
