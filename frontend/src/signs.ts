/** Text in pictures: in one's own language or as it is; held down, the picture shows its own. */

import { all, one, whenShown, within } from "./dom";

const HOLD = 250;
const STRAY = 8;
const LEAST = 1.3;
const LINE = 1.14;

function mediaOf(event: Event): HTMLElement | null {
  const media = within(event, ".media");
  return media && one(".signs", media) ? media : null;
}

/** Letters of this size at most, smaller where the line's box does not take them. */
function fit(sign: HTMLElement, size: number): void {
  const words = sign.firstElementChild as HTMLElement;
  const height = ((sign.parentElement?.clientHeight ?? 0) * Number.parseFloat(sign.style.minHeight)) / 100;
  if (!height || !words.textContent) return;
  for (let now = size; now >= LEAST; now *= 0.93) {
    sign.style.setProperty("--f", now.toFixed(2));
    if (words.offsetHeight <= height + 1 && sign.scrollWidth <= sign.clientWidth) return;
  }
}

// What has been translated meanwhile is put into a line by whoever waits for it.
new MutationObserver((changes) => {
  for (const { target, oldValue } of changes) {
    if (!(target instanceof HTMLElement) || !target.closest(".sign, .sign-list") || !target.textContent) continue;
    target.lang = oldValue?.split(".")[1] ?? target.lang;
    const sign = target.closest<HTMLElement>(".sign");
    if (sign) fit(sign, Number.parseFloat(sign.style.minHeight) / LINE);
  }
}).observe(document.body, { attributes: true, attributeFilter: ["data-wait"], attributeOldValue: true, subtree: true });

let timer = 0;
let held: HTMLElement | null = null;
let from: [number, number] = [0, 0];
let isPeeking = false;

function turn(media: HTMLElement): void {
  media.toggleAttribute("data-plain");
}

function release(): void {
  clearTimeout(timer);
  if (held && isPeeking) turn(held);
  held = null;
  // A click follows the release; it must not turn once more.
  setTimeout(() => (isPeeking = false));
}

function hold(media: HTMLElement): void {
  held = media;
  timer = window.setTimeout(() => {
    isPeeking = true;
    turn(media);
  }, HOLD);
}

document.addEventListener("pointerdown", (event) => {
  const media = mediaOf(event);
  if (!media || event.button || within(event, ".turn, .signs-row") || isPeeking) return;
  from = [event.clientX, event.clientY];
  hold(media);
});
document.addEventListener("pointermove", ({ clientX, clientY }) => {
  // Whoever drags selects words or turns the page.
  if (held && !isPeeking && Math.hypot(clientX - from[0], clientY - from[1]) > STRAY) release();
});
for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, release);
addEventListener("blur", release);
document.addEventListener("contextmenu", (event) => held && isPeeking && event.preventDefault());
document.addEventListener("dragstart", (event) => mediaOf(event) && event.preventDefault());

document.addEventListener("keydown", (event) => {
  const button = within(event, "[data-signs]");
  if (!button || (event.key !== " " && event.key !== "Enter")) return;
  event.preventDefault();
  const media = button.closest<HTMLElement>(".media");
  if (!event.repeat && media) hold(media);
});
document.addEventListener("keyup", (event) => {
  const media = within(event, "[data-signs]")?.closest<HTMLElement>(".media");
  if (!media || (event.key !== " " && event.key !== "Enter")) return;
  event.preventDefault();
  if (held && !isPeeking) turn(media);
  release();
});
document.addEventListener("click", (event) => {
  const media = within(event, "[data-signs]")?.closest<HTMLElement>(".media");
  if (media && !isPeeking && event.detail) turn(media);
});

whenShown((root) => {
  for (const sign of all(".sign", root)) fit(sign, Number.parseFloat(sign.style.getPropertyValue("--f")));
});
