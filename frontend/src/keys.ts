/** j and k walk the cards, the arrows turn a note's pictures, Esc puts the filters away. */

import { all, calm, isRtl, one, within } from "./dom";
import { turn } from "./carousel";

function walk(by: number): void {
  const covers = all<HTMLAnchorElement>(".feed a.cover");
  const at = covers.findIndex((cover) => cover.closest(".card")?.contains(document.activeElement));
  const next = covers[Math.min(covers.length - 1, Math.max(0, at + by))];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "center", behavior: calm.matches ? "instant" : "smooth" });
}

document.addEventListener("keydown", (event) => {
  const filters = event.key === "Escape" && !event.defaultPrevented ? one<HTMLDetailsElement>(".filters[open]") : null;
  if (filters) {
    filters.open = false;
    one("summary", filters)?.focus();
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || within(event, "input, textarea, select")) return;
  const dialog = one<HTMLDialogElement>("dialog[open]");
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    const slides = one(".slides", dialog ?? document);
    if (!slides) return;
    event.preventDefault();
    turn(slides, (event.key === "ArrowRight") === !isRtl() ? 1 : -1);
  } else if (!dialog && (event.key === "j" || event.key === "k")) {
    walk(event.key === "j" ? 1 : -1);
  }
});
