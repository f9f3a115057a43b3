/** A note's pictures: snapping, counted, turned by arrow keys and buttons. */

import { all, calm, isRtl, one, whenShown, within } from "./dom";

/** Turn by whole pictures; forward is towards the end of the line. */
export function turn(slides: HTMLElement, by: number): void {
  const way = isRtl() ? -by : by;
  slides.scrollBy({ left: way * slides.clientWidth, behavior: calm.matches ? "instant" : "smooth" });
}

document.addEventListener(
  "scroll",
  (event) => {
    const slides = event.target;
    if (!(slides instanceof HTMLElement) || !slides.classList.contains("slides")) return;
    const at = Math.round(Math.abs(slides.scrollLeft) / slides.clientWidth);
    const frame = slides.parentElement as HTMLElement;
    const count = one("[data-at]", frame);
    if (count) count.textContent = `${at + 1}/${slides.children.length}`;
    all(".dots i", frame).forEach((dot, index) => dot.classList.toggle("on", index === at));
  },
  { capture: true, passive: true },
);

document.addEventListener("click", (event) => {
  const button = within(event, "[data-turn]");
  const slides = button?.parentElement && one(".slides", button.parentElement);
  if (slides) turn(slides, Number(button.dataset.turn));
});

document.addEventListener("click", (event) => {
  const button = within(event, "[data-show]");
  const media = button?.closest<HTMLElement>(".media");
  if (button && media) void import("./film/show").then(({ showAll }) => showAll(media, button));
});

whenShown((root) => {
  if (one(".signs", root)) void import("./signs");
});
