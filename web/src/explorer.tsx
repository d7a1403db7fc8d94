// GraphiQL for the API, with local assets alone: as the person who signed in, or with a key that
// one writes as a header.
import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/graphiql.css";
import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";

const place = document.querySelector<HTMLElement>("#explorer")!;
const signedIn = place.dataset["url"]!;
const asked = createGraphiQLFetcher({ url: signedIn || location.pathname });

const FIRST = `query WhoAmI {
  me { partner { handle name kind } role scopes }
}
`;
const NO_KEY = 'Sign in at the dashboard, or write {"authorization": "Bearer tb_..."} under Headers.';

// Without a key nothing is asked: the schema is loaded once there is one.
const fetcher: Fetcher = (request, options) =>
  signedIn || options?.headers?.["authorization"]
    ? asked(request, options)
    : { errors: [{ message: NO_KEY }] };

setNonce(document.querySelector<HTMLElement>("meta[property=csp-nonce]")?.nonce ?? "");
createRoot(place).render(
  <GraphiQL
    fetcher={fetcher}
    defaultQuery={FIRST}
    defaultEditorToolsVisibility={signedIn ? "variables" : "headers"}
    shouldPersistHeaders={false}
  />,
);
