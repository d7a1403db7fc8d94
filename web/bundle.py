"""Makes the scripts of the dashboard and the explorer: installs, checks types, bundles.

Files get names with a hash, so that browsers keep them for good; `manifest.json` names them.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

from web.node import Failed, node, npm

WEB = Path(__file__).parent
BUILT = WEB.parent / "dashboard" / "built"
MADE_OF = BUILT / "made-of.txt"
SCHEMA = WEB.parent / "docs/policy.schema.json"
ENTRIES = ("main.ts", "explorer.tsx")
LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license", "LICENSE-MIT")
OUT_OF_REACH = re.compile(
    "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET"
)


class NoRegistry(Exception):
    """npm's registry cannot be reached."""


def is_current() -> bool:
    """Whether `dashboard/built/` was made of what `web/` holds now."""
    return MADE_OF.is_file() and MADE_OF.read_text() == _digest()


def _digest() -> str:
    sources = (path for path in WEB.glob("src/**/*") if path.is_file())
    files = (*WEB.glob("*.json"), *WEB.glob("*.py"), *sources, SCHEMA)
    said = ((path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files)
    return hashlib.sha256(repr(sorted(said)).encode()).hexdigest()


def bundle() -> None:
    """Fills `dashboard/built/`; raises `NoRegistry`, and `Failed` for any other fault."""
    _install()
    node("node_modules/typescript/bin/tsc", cwd=WEB)
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    _esbuild(BUILT / "meta.json")
    meta = json.loads((BUILT / "meta.json").read_text())
    (BUILT / "meta.json").unlink()
    (BUILT / "manifest.json").write_text(json.dumps(_manifest(meta), indent=1) + "\n")
    (BUILT / "LICENCES.txt").write_text(_licences(meta), encoding="utf-8")
    MADE_OF.write_text(_digest())


def _install() -> None:
    few = ("--fetch-retries=3", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")
    try:
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", *few, cwd=WEB)
    except Failed as error:
        if found := OUT_OF_REACH.search(str(error)):
            raise NoRegistry(found[0]) from None
        raise


def _esbuild(meta: Path) -> None:
    node(
        "node_modules/esbuild/bin/esbuild",
        *(f"src/{name}" for name in ENTRIES),
        "--bundle",
        "--splitting",
        "--format=esm",
        "--target=es2022",
        "--minify",
        "--jsx=automatic",
        '--define:process.env.NODE_ENV="production"',
        f"--outdir={BUILT}",
        "--entry-names=[name]-[hash]",
        "--chunk-names=[name]-[hash]",
        "--asset-names=[name]-[hash]",
        f"--metafile={meta}",
        "--legal-comments=none",
        "--log-level=warning",
        cwd=WEB,
    )


def _manifest(meta: dict[str, Any]) -> dict[str, dict[str, str | None]]:
    """For each entry its script and its style sheet, by the names of their files."""
    found = {}
    for path, output in meta["outputs"].items():
        entry = Path(output.get("entryPoint", ""))
        if entry.name in ENTRIES and path.endswith(".js"):
            style = output.get("cssBundle")
            files = {"script": Path(path).name, "style": Path(style).name if style else None}
            found[entry.stem] = files
    return found


def _licences(meta: dict[str, Any]) -> str:
    """The licence of every package of which something is in the bundle."""
    return "\n\n".join(_licence(folder) for folder in sorted(_packages(meta)))


def _packages(meta: dict[str, Any]) -> set[Path]:
    """The folders of packages, innermost first where one is inside another."""
    parts = [name.rpartition("node_modules/") for name in meta["inputs"]]
    return {
        Path(before, where, *rest.split("/")[: 2 if rest.startswith("@") else 1])
        for before, where, rest in parts
        if where
    }


def _licence(folder: Path) -> str:
    said = json.loads((WEB / folder / "package.json").read_text())
    texts = [path for name in LICENCES if (path := WEB / folder / name).is_file()]
    text = texts[0].read_text(encoding="utf-8").strip() if texts else "(no text in the package)"
    return f"{said['name']} {said['version']}: {said.get('license')}\n\n{text}"


if __name__ == "__main__":
    bundle()
