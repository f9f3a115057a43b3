/** What is deleted or hidden leaves the page at once, and comes back where it stood. */

import { all, one, word } from "./dom";
import { complain, send } from "./fragments";
import { toast } from "./toast";

/** What the form of an undo brings back. */
const taken = new WeakMap<Element, HTMLElement[]>();

function takenBy(form: HTMLFormElement): HTMLElement[] {
  const { remove = "", by } = form.dataset;
  const found = new Set([...all(remove), ...(by ? all(`.card:has(.who[href="${by}"])`) : [])]);
  return [...found].filter((item) => !item.hidden);
}

function focusable(item: Element): HTMLElement | undefined {
  return all("a[href], button, summary", item).find((each) => each.checkVisibility());
}

/** Where the focus goes on when things go: to what stands behind them, else before. */
function heirOf(gone: HTMLElement[]): HTMLElement | undefined {
  for (const way of ["nextElementSibling", "previousElementSibling"] as const) {
    for (let item = gone[0]?.[way] ?? null; item; item = item[way]) {
      const found = gone.includes(item as HTMLElement) ? undefined : focusable(item);
      if (found) return found;
    }
  }
  return undefined;
}

async function remove(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const gone = takenBy(form);
  const over = "over" in form.dataset ? form.closest<HTMLDialogElement>("#overlay") : null;
  try {
    const undo = (await send(form, submitter)).firstElementChild;
    const heir = heirOf(gone);
    const isLost = gone.some((item) => item.contains(document.activeElement));
    for (const item of gone) item.hidden = true;
    if (undo) {
      taken.set(undo, gone);
      toast(undo);
    }
    if (over) {
      over.addEventListener("close", () => heir?.focus(), { once: true });
      one("[data-close]", over)?.click();
    } else if (isLost) (heir ?? (undo && focusable(undo)))?.focus();
  } catch (error) {
    complain(error);
  }
}

async function undo(form: HTMLFormElement): Promise<void> {
  try {
    await send(form);
    const back = taken.get(form) ?? [];
    form.remove();
    for (const item of back) item.hidden = false;
    if (!back[0]) location.reload();
    else focusable(back[0])?.focus({ preventScroll: true });
    toast(word("undone"));
  } catch (error) {
    complain(error);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  if ("over" in form.dataset && !form.closest("#overlay")) return; // on the note's own page the browser goes on
  if ("remove" in form.dataset) void remove(form, (event as SubmitEvent).submitter);
  else if ("undo" in form.dataset) void undo(form);
  else return;
  event.preventDefault();
});
