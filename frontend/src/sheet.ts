/** What can be done with a note of a list, in a small dialog; what is hidden leaves the list at once. */

import { shown, within } from "./dom";
import { ask, complain } from "./fragments";

const dialog = document.createElement("dialog");
dialog.className = "deeds-sheet";
let from: HTMLElement | null = null;

export async function open(link: HTMLAnchorElement): Promise<void> {
  try {
    const nodes = await ask(link.href, "sheet");
    from = link;
    dialog.ariaLabel = link.ariaLabel;
    dialog.replaceChildren(nodes);
    if (!dialog.isConnected) document.body.append(dialog);
    dialog.showModal();
    shown(dialog);
  } catch (error) {
    complain(error);
  }
}

function close(): void {
  document.body.append(...dialog.querySelectorAll("#toasts"));
  dialog.close();
  from?.focus({ preventScroll: true });
}

// Before the form is sent: its answer is told on the page below.
document.addEventListener(
  "submit",
  (event) => {
    const form = within<HTMLFormElement>(event, ".deeds-sheet form[data-remove]");
    if (form) close();
  },
  true,
);
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || within(event, "[data-close]")) {
    event.preventDefault();
    close();
  }
});
