// One retailer's talk with a server, whichever client carries it.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { Answer } from "../generated/graphql.js";
import { CanItComeBack, RequestReturn, Returns } from "./documents.js";

export type Ask = <Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) => Promise<Data>;

export const url = `${process.env.TAKEBACK_URL}/graphql`;
export const headers = { authorization: `Bearer ${process.env.TAKEBACK_KEY}` };

const line = { order: process.env.TAKEBACK_ORDER, line: "1", quantity: 1, reason: "change_of_mind" };

async function requested(ask: Ask, key: string): Promise<string> {
  const { requestReturn } = await ask(RequestReturn, {
    input: { lines: [line], idempotencyKey: key },
  });
  if (requestReturn.__typename === "InputProblem") {
    throw new Error(`${requestReturn.code}: ${requestReturn.message}`);
  }
  return requestReturn.returns[0].number;
}

async function pages(ask: Ask): Promise<string[]> {
  const numbers: string[] = [];
  let after: string | null = null;
  for (;;) {
    const { returns }: { returns: Page } = await ask(Returns, { first: 1, after });
    numbers.push(...returns.nodes.map((each) => each.number));
    if (!returns.pageInfo.hasNextPage) return numbers;
    after = returns.pageInfo.endCursor ?? null;
  }
}

type Page = {
  nodes: { number: string }[];
  pageInfo: { endCursor?: string | null; hasNextPage: boolean };
};

/** A query, two mutations, and all pages of a list; what came of it as one line of JSON. */
export async function talk(client: string, ask: Ask): Promise<void> {
  const { eligibility } = await ask(CanItComeBack, { lines: [line] });
  const accepted = eligibility[0].answer === Answer.Accept;
  const made = [await requested(ask, `${client} 1`), await requested(ask, `${client} 2`)];
  console.log(JSON.stringify({ accepted, made, listed: await pages(ask) }));
}
