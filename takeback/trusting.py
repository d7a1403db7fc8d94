"""The documents that a server may execute: any, or registered ones only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from graphql import DocumentNode, GraphQLError, parse, print_ast, separate_operations, validate

from dashboard.asking import operations
from engine.errors import RequestFault
from returns_api.schema import core_schema
from returns_api.serving.trusted import Texts
from takeback.settings import ANY_DOCUMENT, REGISTERED, operations_folder


def texts_of(documents: str) -> Texts:
    """Returns the documents by the setting: `any`, `registered`, or a folder to register as well.

    Those of the web pages are always registered. If any document may run, the shipped ones are
    registered too, so that no request pays for preparing them.

    Raises `RequestFault` `wrong_document` for one that the API could not answer.
    """
    told = list(_texts(operations_folder())) + list(operations().values())
    if documents not in (ANY_DOCUMENT, REGISTERED):
        told += _texts(Path(documents), check=_check)
    return Texts(told, only=documents != ANY_DOCUMENT)


def _texts(
    folder: Path, check: Callable[[Path, DocumentNode], None] = lambda *_shipped: None
) -> Iterator[str]:
    """Yields each file as it is, and each operation as graphql-js and graphql-core print it."""
    for path in sorted(folder.glob("**/*.graphql")):
        text = _read(path)
        try:
            document = parse(text)
        except GraphQLError as error:
            raise _wrong(path, error) from None
        check(path, document)
        yield text
        yield from map(print_ast, separate_operations(document).values())


def _check(path: Path, document: DocumentNode) -> None:
    if wrong := validate(core_schema(), document):
        raise _wrong(path, wrong[0])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestFault("wrong_document", f"It cannot be read: {error}", str(path)) from None


def _wrong(path: Path, error: GraphQLError) -> RequestFault:
    place = f":{error.locations[0].line}" if error.locations else ""
    return RequestFault("wrong_document", error.message, f"{path}{place}")
