/** The daily review by keyboard: space shows the meaning, 1 to 4 answer. */

import { one, whenShown, within } from "./dom";

document.addEventListener("keydown", (event) => {
  const reveal = one<HTMLDetailsElement>("#review details.reveal");
  if (!reveal || event.metaKey || event.ctrlKey || event.altKey || within(event, "input, textarea, select")) return;
  if (event.key === " " && !reveal.open) {
    event.preventDefault();
    reveal.open = true;
  } else if (reveal.open && /^[1-4]$/.test(event.key)) {
    event.preventDefault();
    one<HTMLButtonElement>(`button[value="${event.key}"]`, reveal)?.click();
  }
});

whenShown((added) => {
  if (added instanceof Element && added.id === "review") one<HTMLElement>("summary, .empty", added)?.focus();
});
