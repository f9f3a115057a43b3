/** Tells the server which cards were on screen and which notes were opened, a few at a time. */

import { all, one, whenShown } from "./dom";

interface Seen {
  kind: "impression" | "opening";
  note_id: string;
  surface: string;
  source: string;
  position: number;
}

const AT_ONCE = 30;
const EVERY = 4000;
const queue: Seen[] = [];
const told = new Set<string>();

function flush(): void {
  while (queue.length) {
    const events = queue.splice(0, AT_ONCE);
    navigator.sendBeacon("/seen", new Blob([JSON.stringify({ events })], { type: "application/json" }));
  }
}

function tell(kind: Seen["kind"], noteId: string, card: HTMLElement | null): void {
  if (told.has(kind + noteId)) return;
  told.add(kind + noteId);
  const surface = card?.closest<HTMLElement>("[data-surface]")?.dataset.surface ?? "link";
  const position = card ? all(".card").indexOf(card) : 0;
  queue.push({ kind, note_id: noteId, surface, source: card?.dataset.source ?? "", position });
  if (queue.length >= AT_ONCE) flush();
}

/** A note was opened: from a card of the page, or by its address. */
export function opened(noteId: string): void {
  tell("opening", noteId, one(`#n${noteId}`));
}

const onScreen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      onScreen.unobserve(target);
      tell("impression", target.id.slice(1), target as HTMLElement);
    }
  },
  { threshold: 0.5 },
);

whenShown((root) => {
  for (const card of all(".card", root)) onScreen.observe(card);
  if (root instanceof HTMLElement && root.classList.contains("card")) onScreen.observe(root);
});
const note = one(".note-page .note");
if (note?.dataset.note) opened(note.dataset.note);
setInterval(flush, EVERY);
addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
