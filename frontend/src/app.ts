/** The front end: everything here makes better what already works without it. */

document.documentElement.classList.add("live");

import "./fragments";
import "./placeholders";
import "./carousel";
import "./keys";
import "./keep";
import "./toggles";
import "./pictures";
import "./publish";
import "./help";
import "./thread";
import "./removing";
import "./seen";
import "./overlay";
import "./feed";

import { one, whenShown } from "./dom";

// Read only by who needs it: most pages stand in their reader's language.
const LATER = "[data-wait], form[data-translate]";
whenShown((root) => {
  if (one(LATER, root) || (root instanceof Element && root.matches(LATER))) void import("./reading");
});
whenShown((root) => {
  const editor = one("[data-captions]", root);
  if (editor) void import("./captions").then(({ begin }) => begin(editor));
});
if (one(".pulling")) void import("./pulling");
whenShown((root) => {
  if (one("[data-pick-film]", root)) void import("./film");
  if (one("[data-cover-of]", root)) void import("./covers");
});
// Nobody has said yet where the clock stands: the browser knows.
whenShown((root) => {
  const zone = one<HTMLInputElement>("[data-zone]", root);
  if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || zone.value;
});
// Films bring what plays them.
whenShown((root) => {
  const has = (selector: string): boolean => one(selector, root) !== null || (root instanceof Element && root.matches(selector));
  if (has("[data-film], [data-again]")) void import("./film/player");
  if (has("[data-preview]")) void import("./film/preview");
});
whenShown((root) => {
  const form = one<HTMLFormElement>("form[data-draft]", root);
  if (form) void import("./drafts").then(({ begin }) => begin(form));
});
if (one("[data-reel]")) void import("./film/reel");
// What can be done with a note of a list comes in a sheet of its own.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-sheet]") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void import("./sheet").then(({ open }) => open(link));
});
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-share]") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void import("./share").then(({ share }) => share(link));
});
if (one("[data-tend]")) void import("./tend");
if (one("[data-import]")) void import("./import");
if (one("[data-arrange]")) void import("./arrange");
if (one("[data-near]")) void import("./near");
// What is offered while somebody types comes with the first touch of a search field.
function seek(target: EventTarget | null): void {
  const form = target instanceof Element ? target.closest<HTMLFormElement>("[data-seek]") : null;
  if (form) void import("./seek").then(({ offer }) => offer(form));
}
document.addEventListener("focusin", ({ target }) => {
  seek(target);
  if (target instanceof Element && target.closest("[data-place]")) void import("./place");
});
seek(document.activeElement);
whenShown((root) => {
  if (document.body.dataset.learns && (one("article.note", root) || one("#review"))) {
    void import("./learn");
    if (one("#review")) void import("./review");
  }
});
