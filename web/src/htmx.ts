// htmx as strict as the page's content security policy, and a word where the server is silent.
import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // no page of a session stays behind in the browser
htmx.config.refreshOnHistoryMiss = true;
htmx.config.scrollBehavior = "instant";
htmx.config.attributesToSettle = ["class", "width", "height"]; // never `style`, which is refused

function say(text: string): void {
  const place = document.querySelector("#trouble");
  if (place) place.textContent = text;
}

document.addEventListener("htmx:sendError", () =>
  say("The server is not responding. What you entered is kept here."),
);
// What was typed stays where the session has ended: the person signs in in another tab.
function ended(is: boolean): void {
  const place = document.querySelector<HTMLElement>("#ended");
  if (place) place.hidden = !is;
}

document.addEventListener("htmx:afterOnLoad", (event) => {
  const status = (event as CustomEvent).detail.xhr.status as number;
  ended(status === 401);
  if (status < 400) say("");
});

// A page that is refused (not found, say) is not shown in a part of another.
document.addEventListener("htmx:responseError", (event) => {
  const status = (event as CustomEvent).detail.xhr.status as number;
  if (status !== 401) say(`Something went wrong (${status}). Reload the page to see the current state.`);
});
