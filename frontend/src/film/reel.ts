/** Films one after another: one plays at a time, silent until somebody wants to hear it; the next two are at hand. */

import { all, calm, one, shown, within } from "../dom";
import { ask, complain } from "../fragments";
import { toast } from "../toast";
import { kept, mayMove } from "./kept";
import { playerOf } from "./player";

const AHEAD = 2;
const KEPT_AROUND = 3;
const DOUBLE_MS = 280;
const reel = one("[data-reel]") as HTMLElement;
const sheet = one<HTMLDialogElement>("#sheet");
let now: HTMLElement | null = null;

const items = (): HTMLElement[] => all(".reel-item", reel);
const filmOf = (item: Element): HTMLElement => one("[data-film]", item) as HTMLElement;

function turnTo(item: HTMLElement): void {
  if (item === now) return;
  now?.classList.remove("now");
  if (now) playerOf(filmOf(now), true).stream.halt();
  now = item;
  item.classList.add("now");
  const { video } = playerOf(filmOf(item), true);
  // Nothing is heard before somebody has done something here, whatever they have said before.
  video.muted = (kept().muted ?? true) || !navigator.userActivation?.hasBeenActive;
  if (mayMove()) void playerOf(filmOf(item), true).play();
  fetchAround(item);
}

function fetchAround(item: HTMLElement): void {
  const found = items();
  const at = found.indexOf(item);
  found.forEach((other, index) => {
    const { stream } = playerOf(filmOf(other), true);
    if (index > at && index <= at + AHEAD && mayMove()) void stream.peek();
    else if (Math.abs(index - at) > KEPT_AROUND) stream.drop();
  });
  const link = one<HTMLAnchorElement>("[data-on]", reel);
  if (link && at >= found.length - 1 - KEPT_AROUND) void more(link);
}

async function more(link: HTMLAnchorElement): Promise<void> {
  const row = link.closest("li");
  delete link.dataset.on;
  try {
    const nodes = await ask(link.href, "films");
    const rows = [...nodes.children].filter((item) => !item.id || !document.getElementById(item.id));
    row?.replaceWith(...rows);
    for (const item of rows) begin(item);
  } catch (error) {
    link.dataset.on = "";
    complain(error);
  }
}

function begin(item: Element): void {
  shown(item);
  if (item.classList.contains("reel-item")) onScreen.observe(item);
}

const onScreen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) turnTo(target as HTMLElement);
  },
  { root: reel, threshold: 0.6 },
);

function walk(by: number): void {
  const found = items();
  const next = found[(now ? found.indexOf(now) : 0) + by];
  if (!next) return;
  next.scrollIntoView({ behavior: calm.matches ? "instant" : "smooth" });
  filmOf(next).focus({ preventScroll: true });
}

/** A like by two taps, and a way back from it. */
function like(item: HTMLElement, x: number, y: number): void {
  const button = one<HTMLButtonElement>("form[data-toggle=like] button", item);
  if (!button) return;
  if (document.body.dataset.signedIn === undefined) {
    toast(one<HTMLTemplateElement>("#reel-door")?.content.firstElementChild?.cloneNode(true) as Element);
    return;
  }
  const heart = document.createElement("span");
  heart.className = "reel-heart";
  heart.ariaHidden = "true";
  heart.style.left = `${x}px`;
  heart.style.top = `${y}px`;
  heart.append(one<SVGElement>("svg", button)?.cloneNode(true) ?? "");
  item.append(heart);
  setTimeout(() => heart.remove(), 800);
  if (button.ariaPressed === "true") return;
  button.click();
  const told = toast(one<HTMLTemplateElement>("#reel-liked")?.content.firstElementChild?.cloneNode(true) as Element);
  one("button", told)?.addEventListener("click", () => {
    if (button.ariaPressed === "true") button.click();
    told.remove();
  });
}

let tapped = 0;
reel.addEventListener("click", (event) => {
  const video = within<HTMLVideoElement>(event, "video");
  const item = video?.closest<HTMLElement>(".reel-item");
  if (!video || !item) return;
  if (tapped) {
    clearTimeout(tapped);
    tapped = 0;
    const box = item.getBoundingClientRect();
    like(item, event.clientX - box.left, event.clientY - box.top);
    return;
  }
  tapped = window.setTimeout(() => {
    tapped = 0;
    playerOf(filmOf(item), true).toggle();
  }, DOUBLE_MS);
});

document.addEventListener("click", (event) => {
  const link = within<HTMLAnchorElement>(event, "a[data-talk]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    void talk(link.dataset.talk ?? "").catch(complain);
  } else if (event.target === sheet || (sheet?.open && within(event, "#sheet [data-close]"))) {
    event.preventDefault();
    sheet?.close();
  }
});

async function talk(address: string): Promise<void> {
  if (!sheet) return;
  sheet.replaceChildren(await ask(address, "sheet"));
  sheet.showModal();
  shown(sheet);
  history.pushState("sheet", "");
}

sheet?.addEventListener("close", () => {
  document.body.append(...sheet.querySelectorAll("#toasts"));
  sheet.replaceChildren();
  if (history.state === "sheet") history.back();
});
addEventListener("popstate", () => sheet?.close());

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || one("dialog[open]")) return;
  if (within(event, "input, textarea, select, .film-menu[open]")) return;
  const by = { ArrowDown: 1, PageDown: 1, j: 1, ArrowUp: -1, PageUp: -1, k: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  walk(by);
});

document.addEventListener("visibilitychange", () => {
  if (!now) return;
  if (document.hidden) playerOf(filmOf(now), true).stream.halt();
});

for (const item of items()) onScreen.observe(item);
