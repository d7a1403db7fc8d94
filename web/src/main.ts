// What every page runs: htmx for parts of pages, dialogs, the search box's key, live parts, presses,
// the time zone. The policy editor and its packages are loaded where a page has one.
import "./htmx";
import "./dialogs";
import "./history";
import "./keys";
import "./live";
import "./presses";
import "./print";
import "./zone";

if (document.querySelector("policy-editor")) void import("./policy/island");
