/** Short messages at the bottom, spoken by screen readers; some offer to undo. */

import { one } from "./dom";

const LASTS = 7000;

/** Show a sentence, or an element of the page's own, for some seconds; longer while the focus is in it. */
export function toast(content: string | Element): Element {
  let item: Element;
  if (typeof content === "string") {
    item = document.createElement("p");
    item.className = "toast";
    item.textContent = content;
  } else {
    item = content;
  }
  const place = one("#toasts");
  // A modal dialog makes everything outside it inert: the toasts move into it while it is open.
  const dialog = one<HTMLDialogElement>("dialog[open]");
  if (place && dialog && place.parentElement !== dialog) dialog.append(place);
  else if (place && !dialog && place.parentElement !== document.body) document.body.append(place);
  place?.append(item);
  const leave = (): void => {
    if (item.contains(document.activeElement)) setTimeout(leave, LASTS);
    else item.remove();
  };
  setTimeout(leave, LASTS);
  return item;
}
