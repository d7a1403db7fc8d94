"""The page at `/`: what Takeback is, where the API is, and a first query to paste."""

from __future__ import annotations

import html
import json
from string import Template
from typing import Final

FIRST_QUERY: Final = """query CanItComeBack {
  eligibility(lines: [{order: "%s", line: "1", reason: "%s"}]) {
    answer
    sentence
    lastDay
    returnShippingPaidBy
    settlement { net { amount currency } steps }
    returnTo { name lines country }
    because { topic row sentence source { file line } }
  }
}"""

_PAGE: Final = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Takeback</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto }
  pre { background: #f4f4f2; padding: 1rem; overflow-x: auto; border-radius: 6px }
  code { font-size: 0.9em }
</style>
<h1>Takeback</h1>
<p>Takeback decides whether goods that were drop shipped may come back: suppliers write their
return policies as rules, and every answer names the rules and values behind it.</p>
<p>Ask by GraphQL, with your API key:</p>
<pre>POST ${address}graphql
Authorization: Bearer tb_…
Content-Type: application/json</pre>
<p>A first question, with an order number of yours:</p>
<pre>$query</pre>
<p>The same from a terminal:</p>
<pre>$curl</pre>
<p><code>query { me { partner { name } scopes } }</code> says who you are to Takeback.</p>
</html>
""")


def page(address: str) -> str:
    """Returns the page as served at an address that ends in `/`."""
    query = FIRST_QUERY % ("R-1001", "change_of_mind")
    return _PAGE.substitute(
        address=html.escape(address),
        query=html.escape(query),
        curl=html.escape(curl(f"{address}graphql", "tb_…", query)),
    )


def curl(address: str, key: str, query: str) -> str:
    """Returns a curl command that sends a query."""
    body = json.dumps({"query": " ".join(query.split())}, ensure_ascii=False)
    quoted = body.replace("'", "'\\''")
    return (
        f"curl -s {address} \\\n"
        f"  -H 'Authorization: Bearer {key}' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{quoted}'"
    )
