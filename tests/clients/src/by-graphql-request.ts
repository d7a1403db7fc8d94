import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { GraphQLClient } from "graphql-request";
import { headers, talk, url } from "./asking.js";

const client = new GraphQLClient(url, { headers });

await talk(
  "graphql-request",
  <Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ) => client.request<Data>(document, variables),
);
