/** Cards of films move for six silent seconds: under a pointer, or when they rest in the middle of a phone's screen. */

import { all, whenShown, within } from "../dom";
import { mayMove } from "./kept";

const HOVER_MS = 160;
const REST_MS = 700;
let showing: HTMLVideoElement | null = null;
let timer = 0;

function stop(): void {
  clearTimeout(timer);
  showing?.remove();
  showing = null;
}

function soon(cover: HTMLElement, delay: number): void {
  stop();
  if (!mayMove()) return;
  timer = window.setTimeout(() => {
    const video = document.createElement("video");
    video.muted = true;
    video.loop = true;
    video.playsInline = true;
    video.disableRemotePlayback = true;
    video.tabIndex = -1;
    video.ariaHidden = "true";
    video.src = cover.dataset.preview ?? "";
    video.addEventListener("playing", () => video.classList.add("on"), { once: true });
    video.addEventListener("error", () => video.remove());
    cover.append(video);
    showing = video;
    video.play().catch(() => video.remove());
  }, delay);
}

const middle = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) soon(target as HTMLElement, REST_MS);
      else if (showing?.parentElement === target) stop();
    }
  },
  { rootMargin: "-42% 0px -42% 0px" },
);

const hovers = matchMedia("(hover: hover)");
if (hovers.matches) {
  document.addEventListener("pointerover", (event) => {
    const cover = within(event, ".cover[data-preview]");
    if (cover?.contains(event.relatedTarget as Node | null)) return;
    if (cover) soon(cover, HOVER_MS);
    else stop();
  });
}
whenShown((root) => {
  if (hovers.matches) return;
  for (const cover of all(".cover[data-preview]", root)) middle.observe(cover);
});
