// An editor for a policy: YAML with findings at their lines, completion, and the page's nonce.
import { autocompletion, completionKeymap, type CompletionSource } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { ChangeSet, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { choices, place } from "./complete";

export type Edit = { start: number; end: number; text: string };
export type Finding = {
  level: "ERROR" | "WARNING" | "NOTE";
  file: string;
  line: number;
  column: number;
  sentence: string;
  fix: Edit | null;
};

const style = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--good)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--surface)", fontSize: "13px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-gutters": { color: "var(--soft)", backgroundColor: "var(--sunken)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--sunken)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-tooltip": { color: "var(--text)", backgroundColor: "var(--surface)", border: "1px solid var(--line-strong)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--on-accent)", backgroundColor: "var(--accent)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-bg)" },
});

/** The schema is a chunk of its own, which is loaded when it is first asked. */
const complete: CompletionSource = async (context) => {
  const word = context.matchBefore(/[\w.-]*/);
  if (!context.explicit && !word?.text) return null;
  const before = context.state.sliceDoc(0, word?.from ?? context.pos);
  const schema = (await import("../../../docs/policy.schema.json")).default;
  const options = choices(schema, place(before)).map((each) => ({
    label: each.label,
    type: each.isKey ? "property" : "enum",
    info: each.detail || undefined,
    apply: each.isKey ? `${each.label}: ` : each.label,
  }));
  return { from: word?.from ?? context.pos, options, validFor: /^[\w.-]*$/ };
};

export function editor(area: HTMLTextAreaElement, typed: (changes: ChangeSet) => void): EditorView {
  const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
  return new EditorView({
    parent: area.parentElement!,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        EditorView.cspNonce.of(nonce),
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        indentOnInput(),
        yaml(),
        syntaxHighlighting(style),
        theme,
        lintGutter(),
        autocompletion({ override: [complete] }),
        keymap.of([...completionKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorState.readOnly.of(area.readOnly),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "Policy source (YAML)" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) typed(update.changes);
        }),
      ],
    }),
  });
}

/** Shows findings where they are, each with the edit that mends it. */
export function mark(view: EditorView, findings: readonly Finding[]): void {
  const own = findings.filter((each) => each.file === "policy.yaml");
  view.dispatch(setDiagnostics(view.state, own.map((each) => shown(view, each))));
}

function shown(view: EditorView, found: Finding): Diagnostic {
  const { doc } = view.state;
  const line = doc.line(Math.min(Math.max(found.line, 1), doc.lines));
  const from = Math.min(line.from + Math.max(found.column - 1, 0), line.to);
  const severity = ({ ERROR: "error", WARNING: "warning", NOTE: "info" } as const)[found.level];
  return { from, to: line.to, severity, message: found.sentence, actions: mends(view, found.fix) };
}

function mends(view: EditorView, fix: Edit | null): Diagnostic["actions"] {
  if (!fix) return [];
  const [from, to] = [unitsBefore(view, fix.start), unitsBefore(view, fix.end)];
  const apply = (): void => view.dispatch({ changes: { from, to, insert: fix.text } });
  return [{ name: "Fix", apply }];
}

/** The server counts code points, the editor UTF-16 units. */
function unitsBefore(view: EditorView, points: number): number {
  return [...view.state.doc.toString()].slice(0, points).join("").length;
}

/** The one change that makes a text of another. */
export function difference(before: string, after: string): ChangeSet {
  let from = 0;
  const most = Math.min(before.length, after.length);
  while (from < most && before[from] === after[from]) from += 1;
  let same = 0;
  while (same < most - from && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  const change = { from, to: before.length - same, insert: after.slice(from, after.length - same) };
  return ChangeSet.of(change, before.length);
}
