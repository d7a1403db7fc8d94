// Back and Reload never send a form again, nor show a page as it once was: the page that answers a
// form is known by the address of the page that the form was on, and an old page is fetched anew.
const sentFrom = document.querySelector<HTMLMetaElement>("meta[name=sent-from]")?.content;
if (sentFrom) history.replaceState(null, "", sentFrom);

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

export {};
