"""Whatever happens to a file on its way, no half of it is shown and none of it stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from adapters.files.folder import FolderFiles
from adapters.identity.principal import Principal
from adapters.store.connection.address import SqliteFile
from adapters.store.returns.documents import Document
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.returns.documents import MOST_DOCUMENTS
from services.returns.filing import LATE, Filing, Sent
from services.workers.sweeping import Sweeper
from tests.conftest import KINDS, there_or_skipped
from tests.contracts.returns.building import Shop, opened

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR and so on"
PDF = b"%PDF-1.7 and so on"
OF_RETURN = "SELECT name, sha256, size FROM return_document WHERE part_of = $key"
_NUMBERS = count()


class Killed(BaseException):
    """The end of a process, as far as its code can tell: nothing is tidied up."""


@dataclass(slots=True, kw_only=True)
class Desk:
    """A shop with one return, and a folder that may be cut off at a moment of a write."""

    shop: Shop
    folder: Path
    made: Return
    cut: str = ""
    meanwhile: list[Any] = field(default_factory=list)

    @property
    def filing(self) -> Filing:
        return Filing(self.shop.store, self)

    def write(self, key: str, content: bytes, /) -> None:
        if self.cut == "before":
            raise Killed
        FolderFiles(self.folder).write(key, content[: -5 if self.cut == "half" else None])
        if self.cut in ("half", "after"):
            raise Killed
        once, self.meanwhile = self.meanwhile, []
        for each in once:
            each()

    def read(self, key: str, /) -> bytes:
        return FolderFiles(self.folder).read(key)

    def remove(self, key: str, /) -> None:
        FolderFiles(self.folder).remove(key)

    def as_(self, handle: str) -> Principal:
        with self.shop.store.session():
            return self.shop.store.partners.acting(self.shop.partners[handle])

    def send(self, key: str = "one", by: str = "northwind", **said: Any) -> Document:
        usual = {"return_": self.made.id, "line": None, "name": "a.png", "content": PNG}
        sent = Sent(**{**usual, **said}, idempotency_key=f"{key} of {self.made.id}")
        return self.filing.add(self.as_(by), sent)

    def shown(self) -> list[str]:
        """Names of the documents of the return."""
        with self.shop.store.session():
            return [each.name for each in self.shop.store.documents.of(self.made.id)]

    def kept(self) -> list[Path]:
        return [each for each in self.folder.rglob("*") if each.is_file()]

    def rows(self) -> int:
        with self.shop.store.session():
            execute: Any = self.shop.store._database.execute
            return len(execute(OF_RETURN, {}, {"key": self.made.id}).fetchall())

    def sweep(self, after: timedelta = timedelta(0)) -> None:
        self.shop.clock.at += after
        Sweeper(self.shop.store, self.filing).work()

    def erase(self) -> None:
        principal = self.as_("northwind")
        with self.shop.store.writing():
            assert self.shop.store.consumers.erase(principal, self.made.part_of, principal.by)


@pytest.fixture(scope="module", params=KINDS)
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """One for all tests of a kind of database; each test has a return of its own."""
    if request.param == "sqlite":
        file = SqliteFile(path=tmp_path_factory.mktemp("documents") / "takeback.sqlite")
        yield from filled(opened(file))
        return
    server = there_or_skipped(request.getfixturevalue("server"), request.node.nodeid)
    with server.with_tables() as address:
        yield from filled(opened(address))


def filled(shop: Shop) -> Iterator[Shop]:
    for supplier in ("acme", "globex"):
        shop.sells(supplier)
    yield shop
    shop.library.close()
    shop.store.close()


@pytest.fixture
def service(shop: Shop, tmp_path: Path) -> Desk:
    number = f"N-{next(_NUMBERS)}"
    shop.orders("acme", number)
    return Desk(shop=shop, folder=tmp_path / "files", made=shop.one(number=number))


def fault(service: Desk, *said: Any, **more: Any) -> str:
    with pytest.raises(RequestFault) as caught:
        service.send(*said, **more)
    return caught.value.code


def test_a_document_is_seen_by_both_sides_and_given_back_as_it_was(service: Desk) -> None:
    line = service.made.lines[0].id
    photo = service.send("one", line=line)
    service.shop.clock.at += timedelta(seconds=1)
    paper = service.send(
        "two", by="acme", return_=service.made.number, name="note.txt", content=PDF
    )

    assert service.shown() == ["a.png", "note.pdf"]
    assert (photo.line, paper.line, photo.size) == (line, None, len(PNG))
    for handle in ("northwind", "acme"):
        assert service.filing.read(service.as_(handle), photo.id) == (photo, PNG)
        assert service.filing.read(service.as_(handle), paper.id) == (paper, PDF)


def test_nobody_else_sends_reads_or_learns_of_it(service: Desk) -> None:
    found = service.send()

    assert fault(service, "two", by="globex") == "not_found"
    assert fault(service, "two", by="globex", return_=service.made.number) == "not_found"
    with pytest.raises(RequestFault, match="no such document"):
        service.filing.read(service.as_("globex"), found.id)


def test_the_same_sent_again_is_kept_once(service: Desk) -> None:
    found = service.send()

    assert service.send() == found
    assert service.send(return_=service.made.number) == found
    assert fault(service, name="b.png") == "idempotency_key_reused"
    assert fault(service, content=PDF) == "idempotency_key_reused"
    assert (service.shown(), len(service.kept()), service.rows()) == (["a.png"], 1, 1)


@pytest.mark.parametrize("cut", ["before", "half", "after"])
def test_what_was_cut_off_is_never_shown_and_is_swept(service: Desk, cut: str) -> None:
    service.cut = cut
    with pytest.raises(Killed):
        service.send()
    service.cut = ""
    assert service.shown() == []

    found = service.send()
    service.sweep(LATE / 2)
    assert service.rows() == 2, "it may still be on its way"
    service.sweep(LATE)

    assert (service.shown(), service.rows(), len(service.kept())) == (["a.png"], 1, 1)
    assert service.filing.read(service.as_("acme"), found.id)[1] == PNG


def test_a_file_that_comes_after_it_was_given_up_is_swept_too(service: Desk) -> None:
    service.meanwhile = [lambda: service.sweep(LATE * 2)]

    assert fault(service) == "not_found"
    assert service.shown() == []
    service.sweep()
    assert service.kept() == []


def test_a_place_without_room_leaves_nothing(service: Desk, tmp_path: Path) -> None:
    folder, service.folder = service.folder, tmp_path / "file"
    service.folder.touch()

    assert fault(service) == "unavailable"
    service.folder.unlink()
    service.folder = folder
    assert service.shown() == []
    service.sweep()
    assert service.rows() == 0
    assert service.send().name == "a.png"


def test_documents_are_erased_with_the_consumer(service: Desk) -> None:
    found = service.send()
    service.send("two", by="acme")
    service.erase()

    assert service.shown() == []
    with pytest.raises(RequestFault, match="no such document"):
        service.filing.read(service.as_("acme"), found.id)
    assert fault(service) == "not_found"
    with service.shop.store.session():
        execute: Any = service.shop.store._database.execute
        rows = execute(OF_RETURN, {}, {"key": service.made.id}).fetchall()
    assert {tuple(each) for each in rows} == {("", "", 0)}
    service.sweep()
    assert (service.kept(), service.rows()) == ([], 0)


def test_what_is_on_its_way_while_the_consumer_is_erased_is_erased(service: Desk) -> None:
    service.meanwhile = [service.erase]

    assert fault(service) == "not_found"
    assert service.shown() == []
    service.sweep()
    assert (service.kept(), service.rows()) == ([], 0)


def test_the_same_sent_twice_at_once_is_kept_once(service: Desk) -> None:
    service.meanwhile = [service.send]

    assert fault(service) == "conflict"
    assert service.send().name == "a.png"
    service.sweep()
    assert (service.shown(), service.rows(), len(service.kept())) == (["a.png"], 1, 1)


def test_each_side_has_room_for_so_many(service: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(MOST_DOCUMENTS):
        service.send(f"photo {number}")

    assert fault(service, "one more") == "too_many_documents"
    assert service.send("photo 0").name == "a.png"
    monkeypatch.setattr("services.returns.filing.MOST_BYTES_IN_ALL", len(PDF) + 3)
    assert service.send("paper", by="acme", content=PDF).name == "a.pdf"
    assert fault(service, "paper too", by="acme", content=PDF) == "too_many_documents"


def test_two_at_once_do_not_share_the_last_place(service: Desk) -> None:
    for number in range(MOST_DOCUMENTS - 1):
        service.send(f"photo {number}")
    service.meanwhile = [lambda: refused.append(fault(service, "too late"))]
    refused: list[str] = []
    service.send("in time")

    assert refused == ["too_many_documents"]
    assert len(service.shown()) == MOST_DOCUMENTS


def test_many_at_once_share_no_place(service: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.returns.filing.MOST_DOCUMENTS", 2)
    numbers, refused = count(1), list[str]()

    def send() -> int:
        try:
            service.send(f"photo {next(numbers)}")
        except RequestFault as fault:
            refused.append(fault.code)
            return 0
        return 1

    assert service.shop.at_once(send, 5) == [1, 1]
    assert refused == ["too_many_documents"] * 3
    assert service.shown() == ["a.png"] * 2


def test_a_damaged_file_is_not_given_back(service: Desk) -> None:
    found = service.send()
    (path,) = service.kept()
    path.write_bytes(PNG[:-1])

    with pytest.raises(RequestFault, match="damaged"):
        service.filing.read(service.as_("acme"), found.id)
