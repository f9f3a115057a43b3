/** The cover of a film: one of its moments or a picture, before it is published and after. */

import { all, one, whenShown } from "./dom";
import { sendPicture } from "./sending";
import { toast } from "./toast";
import { problemOf } from "./tus";

export const FILMS = "/api/v1/films";

export interface Progress {
  id: string;
  state: "uploading" | "preparing" | "playable" | "ready" | "failed";
  length: number;
  received: number;
  progress: number;
  duration_ms: number;
  cover_ms: number;
  preview: string | null;
}

/** A second of the film for its cover, or a picture. */
export function covers(found: Progress, image: HTMLImageElement, words: Record<string, string>): HTMLElement {
  const place = document.createElement("div");
  const at = document.createElement("input");
  at.type = "range";
  at.min = "0";
  at.step = "0.1";
  at.max = String(Math.max(0, found.duration_ms / 1000 - 0.1));
  at.value = String(Math.max(0, found.cover_ms) / 1000);
  const second = document.createElement("label");
  second.append(words.cover ?? "", at);
  const take = document.createElement("button");
  take.type = "button";
  take.className = "quiet-button small";
  take.textContent = words.take ?? "";
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*,.heic,.heif";
  input.className = "unseen";
  const picture = document.createElement("label");
  picture.className = "quiet-button small";
  picture.append(words.picture ?? "", input);

  const choose = async (chosen: () => Promise<object>, name: string): Promise<void> => {
    take.disabled = input.disabled = true;
    try {
      const body = JSON.stringify(await chosen());
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(`${FILMS}/${found.id}/cover`, { method: "PUT", headers, body });
      if (!answer.ok) throw await problemOf(answer);
      const { preview }: Progress = await answer.json();
      // In a note a cover has an address of its own, before that they all have the same.
      image.src = preview === found.preview ? `${preview}?${name}` : (preview ?? "");
    } catch (error) {
      toast(error instanceof Error ? error.message : "");
    } finally {
      take.disabled = input.disabled = false;
    }
  };
  take.addEventListener("click", () => void choose(async () => ({ at_ms: Math.round(Number(at.value) * 1000) }), at.value));
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    input.value = "";
    const way = { signal: new AbortController().signal, progress: () => undefined, broken: () => undefined };
    if (file) void choose(async () => ({ picture: (await sendPicture(file, way)).id }), String(Date.now()));
  });
  place.append(second, take, picture);
  return place;
}

/** For a film that stands in the note being edited: in the place of the fields that need no script. */
async function offer(place: HTMLElement): Promise<void> {
  const shot = one(`[data-film-shot="${place.dataset.coverOf}"]`);
  const image = shot && one<HTMLImageElement>("img", shot);
  const answer = await fetch(`${FILMS}/${place.dataset.coverOf}`).catch(() => null);
  if (!image || !answer?.ok) return;
  place.replaceChildren(covers(await answer.json(), image, JSON.parse(place.dataset.words ?? "{}")));
  new MutationObserver(() => image.isConnected || place.remove()).observe(shot.parentElement as Element, { childList: true });
}

whenShown((root) => {
  for (const place of all("[data-cover-of]", root)) void offer(place);
});
