// A button that prints the page; without JavaScript it is hidden, and the browser's menu prints.
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

export {};
