"""The draft of a policy as stored on the server, and who may write it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from dashboard.asking import ask
from dashboard.policies.views import named


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A visible policy; `draft` is None if there is none, or if it belongs to somebody else.

    `may_look` and `may_write` tell what this key may do with its drafts.
    """

    name: str
    policy: dict[str, Any] | None
    draft: dict[str, Any] | None
    may_look: bool
    may_write: bool

    @property
    def next_version(self) -> int:
        """The version that the draft gets when it is published."""
        editions = self.policy["editions"] if self.policy else []
        return max((each["version"] for each in editions), default=0) + 1


async def opened(request: Request) -> Opened:
    """Returns the policy that the path names; 404 if it is not visible."""
    name = request.path_params["policy"]
    owner = name.partition("/")[0]
    policy, me = await named(request, name), request.state.me
    own, scopes = me["partner"]["handle"] == owner, me["scopes"]
    looks = own and "PREVIEW_POLICIES" in scopes
    draft = (await ask(request, "Draft", policy=name))["draft"] if looks else None
    if policy is None and draft is None:
        raise HTTPException(404)
    writes = own and "PUBLISH_POLICIES" in scopes
    return Opened(name=name, policy=policy, draft=draft, may_look=looks, may_write=writes)


async def text_of(request: Request, found: Opened) -> str:
    """Returns the text to continue with: the draft, or else the newest edition."""
    if found.draft:
        return str(found.draft["yaml"])
    assert found.policy is not None  # noqa: S101 - else it is not there
    newest = max(found.policy["editions"], key=lambda each: each["version"])
    return str((await ask(request, "EditionPage", edition=newest["id"]))["found"]["yaml"])


def misnamed(about: Mapping[str, Any], name: str) -> str:
    """Says why a text cannot be published as this draft: it names another policy. Empty
    if it can.
    """
    said = about.get("policy")
    if not isinstance(said, str) or said == name:
        return ""
    return f"This is the draft of {name}, but its text is for {said}."


def digest(text: str) -> str:
    """Returns the digest by which a form names the text that its page was made from."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
