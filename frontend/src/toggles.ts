/** Like and save answer in the same frame; what the server refuses is undone. */

import { all, within } from "./dom";
import { ask, complain } from "./fragments";

interface State {
  on: boolean;
  count: number;
}

const queues = new Map<string, Promise<void>>();

/** As the server says it. Made when it is needed: the first formatter of a page costs more than all the rest of this. */
function compact(count: number): string {
  if (count < 1000) return String(count);
  const form = { notation: "compact", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(document.documentElement.lang, form).format(count);
}

function read(button: HTMLElement): State {
  return { on: button.ariaPressed === "true", count: Number(button.dataset.count ?? 0) };
}

/** Set every button of the same deed: on the card and in the open note. */
function show(action: string, state: State): void {
  for (const button of all(`form[data-toggle][action="${action}"] > button`)) {
    button.ariaPressed = String(state.on);
    button.dataset.count = String(state.count);
    button.setAttribute("value", state.on ? "0" : "1");
    const label = button.querySelector("span");
    if (label) label.textContent = state.count ? compact(state.count) : "";
  }
}

async function deliver(action: string, before: State, isLast: () => boolean): Promise<void> {
  try {
    const body = new URLSearchParams({ on: before.on ? "0" : "1" });
    const answer = await ask(action, "1", { method: "POST", body });
    const button = answer.querySelector<HTMLElement>("button");
    if (button && isLast()) show(action, read(button));
  } catch (error) {
    show(action, before);
    complain(error);
  }
}

document.addEventListener("submit", (event) => {
  const form = within<HTMLFormElement>(event, "form[data-toggle]");
  const button = form?.querySelector<HTMLElement>("button");
  if (!form || !button || document.body.dataset.signedIn === undefined) return;
  event.preventDefault();
  const action = form.getAttribute("action") ?? "";
  const before = read(button);
  show(action, { on: !before.on, count: Math.max(0, before.count + (before.on ? -1 : 1)) });
  const queued: Promise<void> = (queues.get(action) ?? Promise.resolve()).then(() =>
    deliver(action, before, () => queues.get(action) === queued),
  );
  queues.set(action, queued);
});
