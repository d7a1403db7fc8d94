// Sends each press of a form that names it (`#pressed`) once. By itself htmx sends a press with every
// request while the button has the focus, and forgets it where the button is exchanged before its
// turn comes. It is here from the beginning: the editor comes later than the first press may.
const pressed = document.querySelector<HTMLInputElement>("#pressed");

pressed?.form?.addEventListener(
  "submit",
  (event) => {
    if (event.submitter instanceof HTMLButtonElement) pressed.value = event.submitter.value;
  },
  true,
);
pressed?.form?.addEventListener("htmx:configRequest", (event) => {
  ((event as CustomEvent).detail.formData as FormData).delete("do");
  pressed.value = "";
});

export {};
