// Turns the textarea of a draft into an editor, and keeps both sides of the page alike.
// The form does the same without this script; what the server changes is brought in beside what is
// typed meanwhile.
import type { EditorView } from "@codemirror/view";
import type { ChangeSet } from "@codemirror/state";
import { difference, editor, mark, type Finding } from "./editor";

class Island {
  readonly #area: HTMLTextAreaElement;
  readonly #view: EditorView;
  #bringing = false;
  #sent = "";
  #since: ChangeSet | null = null;

  constructor(area: HTMLTextAreaElement, form: HTMLFormElement) {
    this.#area = area;
    this.#view = editor(area, (changes) => this.#typed(changes));
    area.hidden = true;
    this.#mark();
    form.addEventListener("htmx:beforeRequest", () => this.#asks());
    form.addEventListener("htmx:afterRequest", (event) => {
      if ((event as CustomEvent).detail.successful) this.#answered();
    });
  }

  #typed(changes: ChangeSet): void {
    this.#area.value = this.#view.state.doc.toString();
    if (this.#bringing) return;
    if (this.#since) this.#since = this.#since.compose(changes);
    this.#area.dispatchEvent(new Event("typed", { bubbles: true }));
  }

  #asks(): void {
    this.#sent = this.#view.state.doc.toString();
    this.#since = difference(this.#sent, this.#sent);
  }

  #answered(): void {
    const text = document.querySelector<HTMLElement>("#status")?.dataset["text"];
    const since = this.#since;
    this.#since = null;
    if (text && since) {
      const theirs = difference(this.#sent, text);
      this.#bringing = true;
      this.#view.dispatch({ changes: theirs.map(since) });
      this.#bringing = false;
    }
    this.#mark();
  }

  #mark(): void {
    const said = document.querySelector<HTMLElement>("#status")?.dataset["findings"];
    mark(this.#view, JSON.parse(said ?? "[]") as Finding[]);
  }
}

const area = document.querySelector<HTMLTextAreaElement>("policy-editor textarea");
if (area?.form) new Island(area, area.form);

// A slider shows its days while it is moved, and the decision follows at once.
document.addEventListener("input", (event) => {
  const slider = event.target;
  if (!(slider instanceof HTMLInputElement) || slider.type !== "range") return;
  const shown = slider.form?.querySelector(`output[for="${slider.id}"]`);
  if (shown) shown.textContent = slider.value;
  slider.dispatchEvent(new Event("slid", { bubbles: true }));
});
