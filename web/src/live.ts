// Parts with `data-live` are fetched anew when the journal tells of something that they show: it
// names the beginnings of the kinds. Only a page that is looked at listens; one that comes back
// asks after the number that it heard last.
import htmx from "htmx.org";

const address = document.querySelector<HTMLMetaElement>("meta[name=live]")?.content ?? "";
let source: EventSource | null = null;
let last = "";
let wanted = new Set<string>();
let timer = 0;

function isBusy(part: Element): boolean {
  const at = document.activeElement;
  const writes = at !== null && part.contains(at) && /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
  return writes || part.querySelector("details[open]") !== null;
}

function exchange(old: Element, page: Document): void {
  const next = page.getElementById(old.id);
  if (!next || isBusy(old)) return;
  const at = document.activeElement;
  const link = at && old.contains(at) ? at.getAttribute("href") : null;
  const made = document.importNode(next, true);
  old.replaceWith(made);
  htmx.process(made);
  if (link) made.querySelector<HTMLElement>(`a[href="${CSS.escape(link)}"]`)?.focus();
}

async function refresh(): Promise<void> {
  timer = 0;
  const kinds = [...wanted];
  wanted = new Set();
  const parts = [...document.querySelectorAll<HTMLElement>("[data-live][id]")].filter((part) =>
    (part.dataset["live"] ?? "").split(" ").some((word) => kinds.some((kind) => kind.startsWith(word))),
  );
  if (!parts.length) return;
  const answer = await fetch(location.href, { headers: { "x-part": "live" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) if (part.isConnected) exchange(part, page);
}

function heard(event: MessageEvent<string>): void {
  last = event.lastEventId;
  for (const kind of JSON.parse(event.data) as string[]) wanted.add(kind);
  // Not all open pages at once.
  timer ||= window.setTimeout(() => void refresh(), 100 + Math.random() * 400);
}

function listen(): void {
  if (document.hidden) {
    source?.close();
    source = null;
  } else if (!source) {
    source = new EventSource(last ? `${address}?after=${last}` : address);
    source.addEventListener("message", heard);
  }
}

if (address && document.querySelector("[data-live]")) {
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source?.close());
  listen();
}
