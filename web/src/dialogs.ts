// Confirmations: a link with `data-dialog` names a page whose `#confirm` opens in a dialog.
// Without JavaScript the same link opens the page.

async function confirmationOf(address: string): Promise<Element | null> {
  const answer = await fetch(address, { headers: { "x-part": "confirm" } });
  if (!answer.ok || answer.redirected) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("#confirm");
}

async function open(link: HTMLAnchorElement): Promise<void> {
  const found = await confirmationOf(link.href).catch(() => null);
  if (!found) {
    location.assign(link.href);
    return;
  }
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "confirm-title");
  dialog.append(document.importNode(found, true));
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  dialog.addEventListener("click", (event) => {
    const inside = event.target as Element;
    if (inside === dialog || inside.closest("[data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  void open(link);
});

// A double click acts once.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.method.toLowerCase() !== "post") return;
  if (form.dataset["sent"]) event.preventDefault();
  form.dataset["sent"] = "1";
});
