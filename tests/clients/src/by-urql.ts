import { OperationTypeNode, getOperationAST } from "graphql";
import { Client, fetchExchange } from "urql";
import { headers, talk, url } from "./asking.js";

// What is asked goes by POST: a server answers GET only where that is allowed.
const fetchOptions = { headers };
const client = new Client({ url, fetchOptions, exchanges: [fetchExchange], preferGetMethod: false });

await talk("urql", async (document, variables) => {
  const changes = getOperationAST(document)?.operation === OperationTypeNode.MUTATION;
  const sent = changes ? client.mutation(document, variables) : client.query(document, variables);
  const { data, error } = await sent.toPromise();
  if (error || data === undefined) throw error ?? new Error("There is no answer.");
  return data;
});
