// Which keys and words may stand at a place of a policy, by its JSON Schema.
type Node = Record<string, any>;
export type Place = { path: (string | 0)[]; key: string | null; taken: string[] };
export type Choice = { label: string; detail: string; isKey: boolean };

const OWNER = /^(\s*)((?:- )*)([\w.-]+):\s*(?:#.*)?$/;

/** The keys above the cursor, and the key whose value is being written, if any. */
export function place(before: string): Place {
  const lines = before.split("\n");
  const last = lines.pop() ?? "";
  const flow = openBraces(last);
  const head = flow.length ? last.slice(0, flow[0]!.at) : last;
  const inner = flow.map((each) => each.owner).filter((each) => each !== "");
  const dashes = last.match(/^(\s*)((?:- )+)/);
  const indent = dashes ? dashes[1]!.length + 0.5 : head.search(/\S|$/);
  const item = dashes ? Array<0>(dashes[2]!.length / 2).fill(0) : [];
  const path = [...above(lines, indent, !dashes), ...item, ...inner];
  const text = flow.length ? last.slice(flow.at(-1)!.at + 1) : last.replace(/^\s*(- )*/, "");
  const part = flow.length ? (text.split(/,(?![^[]*\])/).at(-1) ?? "") : text;
  const key = part.match(/^\s*([\w.-]+):\s+\S*$/)?.[1] ?? null;
  const taken = [...text.matchAll(/([\w.-]+):/g)].map((found) => found[1]!);
  return { path, key, taken: flow.length ? taken : [] };
}

/** The braces of a line that are still open, each with the key that it belongs to. */
function openBraces(line: string): { at: number; owner: string | 0 }[] {
  const open: { at: number; owner: string | 0 }[] = [];
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === "#" && /\s/.test(line[at - 1] ?? " ")) break;
    if (line[at] === "{") {
      const owner = line.slice(0, at).match(/([\w.-]+):\s*\[?\s*$/)?.[1] ?? "";
      open.push({ at, owner });
    }
    if (line[at] === "}") open.pop();
  }
  return open;
}

/** The keys above a line that is indented so far; 0 stands for an item of a list. */
function above(lines: string[], from: number, plain: boolean): (string | 0)[] {
  const path: (string | 0)[] = [];
  let indent = from;
  for (let row = lines.length - 1; row >= 0 && indent > 0; row -= 1) {
    const line = lines[row]!;
    const item = line.match(/^(\s*)- /);
    if (item && plain && item[1]!.length + 2 === indent) {
      path.unshift(0);
      indent = item[1]!.length + 0.5;
    }
    const owner = line.match(OWNER);
    const depth = owner ? owner[1]!.length + owner[2]!.length : 0;
    if (owner && depth < indent) {
      path.unshift(owner[3]!);
      indent = depth;
    }
  }
  return path;
}

/** What may stand there: keys that are not taken, or the words of a closed list. */
export function choices(schema: Node, at: Place): Choice[] {
  const defs = schema["$defs"] as Record<string, Node>;
  let nodes = spread(schema, defs);
  for (const step of at.key ? [...at.path, at.key] : at.path) {
    nodes = nodes.flatMap((node) => spread(stepped(node, step), defs));
  }
  const found = new Map<string, Choice>();
  for (const node of nodes) {
    for (const each of at.key ? words(node) : keys(node, at.taken)) {
      if (!found.get(each.label)?.detail) found.set(each.label, each);
    }
  }
  return [...found.values()];
}

/** A part of the schema with all that stands beside it. */
function spread(node: unknown, defs: Record<string, Node>, seen = new Set<unknown>()): Node[] {
  if (!node || typeof node !== "object" || seen.has(node)) return [];
  seen.add(node);
  const held = node as Node;
  const next: unknown[] = held["$ref"] ? [defs[String(held["$ref"]).slice("#/$defs/".length)]] : [];
  for (const word of ["allOf", "anyOf", "oneOf"]) next.push(...(held[word] ?? []));
  for (const word of ["then", "else"]) if (held[word]) next.push(held[word]);
  return [held, ...next.flatMap((each) => spread(each, defs, seen))];
}

function stepped(node: Node, step: string | 0): unknown {
  if (step === 0) return node["items"];
  const more = node["additionalProperties"];
  return node["properties"]?.[step] ?? (typeof more === "object" ? more : undefined);
}

function words(node: Node): Choice[] {
  const said = [
    ...(node["enum"] ?? []),
    ...("const" in node ? [node["const"]] : []),
    ...(node["type"] === "boolean" ? [true, false] : []),
    ...(node["defaultSnippets"] ?? []).map((each: Node) => each["body"]),
  ];
  return said.map((word) => ({ label: String(word), detail: "", isKey: false }));
}

function keys(node: Node, taken: string[]): Choice[] {
  return Object.entries<Node>(node["properties"] ?? {})
    .filter(([key]) => !taken.includes(key))
    .map(([key, value]) => ({ label: key, detail: value?.["description"] ?? "", isKey: true }));
}
