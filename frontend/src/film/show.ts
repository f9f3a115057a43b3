/** A note's pictures as a show: over the whole screen, one after another until somebody stops it. */

import { all, calm, one } from "../dom";
import { turn } from "../carousel";

const EACH_MS = 5000;

/** Begin with the picture that is there; a second call ends it. Who wants little movement turns by hand. */
export function showAll(media: HTMLElement, button: HTMLElement): void {
  const slides = one(".slides", media);
  if (!slides || media.classList.contains("showing")) {
    end(media);
    return;
  }
  const count = all(".slide", slides).length;
  let isRunning = !calm.matches;
  const next = (): void => {
    if (!isRunning) return;
    const at = Math.round(Math.abs(slides.scrollLeft) / slides.clientWidth);
    turn(slides, at < count - 1 ? 1 : -at);
  };
  const timer = setInterval(next, EACH_MS);
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== " ") return;
    event.preventDefault();
    isRunning = !isRunning;
    media.classList.toggle("halted", !isRunning);
  };
  const left = (): void => {
    if (document.fullscreenElement === media) return;
    clearInterval(timer);
    media.classList.remove("showing", "halted");
    button.ariaPressed = "false";
    media.removeEventListener("keydown", keys);
    document.removeEventListener("fullscreenchange", left);
    button.focus();
  };
  media.classList.add("showing");
  media.classList.toggle("halted", !isRunning);
  button.ariaPressed = "true";
  media.addEventListener("keydown", keys);
  void media.requestFullscreen().then(() => {
    document.addEventListener("fullscreenchange", left);
    slides.focus();
  }, left);
}

function end(media: HTMLElement): void {
  if (document.fullscreenElement === media) void document.exitFullscreen();
}
