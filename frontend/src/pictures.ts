/** Pictures are uploaded while one still writes: chosen, dropped or pasted, each with its progress. */

import { all, one, whenShown, word } from "./dom";
import type { Card } from "./sending";
import { toast } from "./toast";

function picked(form: HTMLFormElement): HTMLElement | null {
  return one("[data-picked]", form);
}

function most(form: HTMLFormElement): number {
  return Number(one("[data-pick]", form)?.dataset.most ?? 0);
}

export function isUploading(form: HTMLFormElement): boolean {
  return one(".shot :is(progress, .shot-told)", form) !== null;
}

export function clearPictures(form: HTMLFormElement): void {
  picked(form)?.replaceChildren();
}

function tool(label: string, sign: string, act: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.ariaLabel = label;
  button.title = label;
  button.textContent = sign;
  button.addEventListener("click", act);
  return button;
}

/** Take a picture out of the form; what was uploaded here stands in no note yet and is thrown away. */
function drop(shot: HTMLElement): void {
  const { uploaded } = shot.dataset;
  shot.remove();
  ways.get(shot)?.();
  if (!uploaded) return;
  const headers = { "X-Fragment": "upload" };
  // What cannot be discarded now goes later by itself.
  void fetch(`/uploads/${uploaded}/discard`, { method: "POST", headers, keepalive: true }).catch(() => undefined);
}

function cutWords(shot: HTMLElement): Record<string, string> {
  return JSON.parse(shot.closest<HTMLElement>("[data-cut]")?.dataset.cut ?? "{}");
}

/** Say where a picture stands now, and offer to put it back before what came after it. */
function tellOrder(shot: HTMLElement, before: Element | null): void {
  const list = shot.parentElement;
  const words = cutWords(shot);
  if (!list || !words.moved || shot.nextElementSibling === before) return;
  const place = [...list.children].indexOf(shot) + 1;
  const sentence = words.moved.replace("{n}", String(place)).replace("{of}", String(list.children.length));
  void import("./cut").then(({ undo }) => undo(sentence, words.undo ?? "", () => list.insertBefore(shot, before?.parentElement === list ? before : null)));
}

/** Buttons to move a picture and to take it away again. */
function equip(shot: HTMLElement, isOrdered: boolean): void {
  const tools = document.createElement("span");
  tools.className = "shot-tools";
  const move = (by: -1 | 1, button: HTMLButtonElement): void => {
    const before = shot.nextElementSibling;
    if (by < 0) shot.previousElementSibling?.before(shot);
    else shot.nextElementSibling?.after(shot);
    button.focus();
    tellOrder(shot, before);
  };
  if (isOrdered) {
    const earlier: HTMLButtonElement = tool(word("earlier"), "‹", () => move(-1, earlier));
    const later: HTMLButtonElement = tool(word("later"), "›", () => move(1, later));
    tools.append(earlier, later);
    const words = cutWords(shot);
    if (words.cut && !shot.dataset.filmShot) {
      const scissors: HTMLButtonElement = tool(words.cut, "✂", () => void import("./cut").then(({ cut }) => (shot.dataset.id ? cut(shot, words) : undefined)));
      scissors.dataset.cutThis = "";
      tools.append(scissors);
    }
    shot.draggable = true;
  }
  tools.append(tool(word("remove"), "×", () => drop(shot)));
  shot.append(tools);
}

function field(name: string, value: string): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = name;
  input.value = value;
  return input;
}

function describe(shot: HTMLElement, id: string): void {
  const input = document.createElement("input");
  input.name = `alt-${id}`;
  input.maxLength = 1000;
  input.dir = "auto";
  input.placeholder = word("alt");
  input.ariaLabel = word("alt");
  shot.append(input);
  if (shot.tagName === "LI") offerText(shot, id, input);
}

/** What is written in a picture may describe it: read when somebody asks for it. */
function offerText(shot: HTMLElement, id: string, input: HTMLInputElement): void {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = word("found_text");
  button.addEventListener("click", () => {
    button.disabled = true;
    button.textContent = word("reading");
    void textOf(id).then((text) => {
      button.remove();
      if (text) input.value = [input.value, text.replaceAll("\n", " · ")].filter(Boolean).join(" ").slice(0, input.maxLength);
      else toast(word("no_text"));
      input.focus();
    });
  });
  shot.append(button);
}

const ASKED_MOST = 60;

/** The text in an upload, once it has been read; empty where there is none. */
async function textOf(id: string): Promise<string> {
  for (let asked = 0; asked < ASKED_MOST; asked += 1) {
    try {
      const answer = await fetch(`/uploads/${id}/text`, { method: "POST", headers: { "X-Fragment": "upload" } });
      const found: { is_read: boolean; text: string } = await answer.json();
      if (!answer.ok || found.is_read) return found.text ?? "";
    } catch {
      return "";
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return "";
}

/** Send a picture; what the line breaks goes on by itself, what needs somebody waits for them. */
async function send(file: File, shot: HTMLElement): Promise<void> {
  const { forget, sendPicture, SignedOut, Refused } = await import("./sending");
  const progress = document.createElement("progress");
  progress.max = 1;
  progress.ariaLabel = file.name;
  shot.append(progress);
  const stop = new AbortController();
  ways.set(shot, () => {
    stop.abort();
    forget(file);
  });
  try {
    const card = await sendPicture(file, {
      signal: stop.signal,
      progress: (share) => (progress.value = share),
      broken: () => shot.isConnected && tell(shot, word("broken")),
    });
    ways.delete(shot);
    if (shot.isConnected) stand(shot, card);
  } catch (error) {
    if (stop.signal.aborted) return;
    const sentence = error instanceof Error && error.message ? error.message : word("upload_failed");
    if (error instanceof Refused && !(error instanceof SignedOut)) turnAway(shot, sentence);
    else wait(file, shot, error instanceof SignedOut ? word("signed_out") : sentence);
  } finally {
    progress.remove();
  }
}

/** What goes on when a picture is taken away that is still on its way. */
const ways = new WeakMap<HTMLElement, () => void>();

function tell(shot: HTMLElement, sentence: string): HTMLElement {
  const line = one(".shot-told", shot) ?? document.createElement("small");
  line.className = "shot-told";
  line.role = "status";
  line.textContent = sentence;
  shot.append(line);
  return line;
}

function stand(shot: HTMLElement, card: Card): void {
  one(".shot-told", shot)?.remove();
  shot.dataset.id = shot.dataset.uploaded = card.id;
  shot.append(field("picture", card.id));
  describe(shot, card.id);
}

function turnAway(shot: HTMLElement, sentence: string): void {
  shot.dataset.wrong = "";
  toast(sentence);
  setTimeout(() => shot.remove(), 1200);
}

/** It cannot go on by itself: somebody is signed out, or the line stays broken. */
function wait(file: File, shot: HTMLElement, sentence: string): void {
  shot.dataset.wrong = "";
  const again = document.createElement("button");
  again.type = "button";
  again.className = "quiet-button small";
  again.textContent = word("again");
  const line = tell(shot, sentence);
  const goOn = (): void => {
    removeEventListener("focus", goOn);
    line.remove();
    again.remove();
    if (!shot.isConnected) return;
    delete shot.dataset.wrong;
    void send(file, shot);
  };
  again.addEventListener("click", goOn);
  addEventListener("focus", goOn); // who comes back from signing in elsewhere
  shot.append(again);
}

const isFilm = (file: File): boolean => file.type.startsWith("video/") || /\.(mkv|mov|m4v|mp4|webm)$/i.test(file.name);

/** The pictures among some files. A film is taken by itself where no picture stands, else it is said that it stands alone. */
function withoutFilms(form: HTMLFormElement, files: File[]): File[] {
  const alone = one("[data-alone]", form)?.dataset.alone;
  const [film] = files.filter(isFilm);
  const stands = one("[data-film-shot], [data-film-state] progress", form);
  if (alone === undefined || (!film && !stands)) return files;
  if (film && files.length === 1 && one("[data-pick-film]", form) && !one(".shot:not([data-film-shot])", form)) {
    void import("./film").then(({ takeFilm }) => takeFilm(form, film));
  } else if (files.length) toast(alone);
  return stands ? [] : files.filter((file) => !isFilm(file));
}

/** Begin to upload files for a form; what does not fit is said. */
export function take(form: HTMLFormElement, files: Iterable<File>): void {
  const place = picked(form);
  if (!place) return;
  const isList = place.tagName === "OL";
  for (const file of withoutFilms(form, [...files])) {
    if (place.children.length >= most(form)) {
      toast(word("too_many"));
      return;
    }
    const shot = document.createElement(isList ? "li" : "div");
    shot.className = "shot";
    const image = document.createElement("img");
    image.alt = file.name;
    image.src = URL.createObjectURL(file);
    shot.append(image);
    place.append(shot);
    equip(shot, isList);
    void send(file, shot);
  }
}

/** Drag to order, within one list. */
function orderByDragging(place: HTMLElement): void {
  let dragged: HTMLElement | null = null;
  let before: Element | null = null;
  place.addEventListener("dragstart", (event) => {
    dragged = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>(".shot") : null;
    dragged?.classList.add("dragged");
    before = dragged?.nextElementSibling ?? null;
  });
  place.addEventListener("dragover", (event) => {
    const over = event.target instanceof Element ? event.target.closest(".shot") : null;
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const isLater = dragged.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (isLater) over.after(dragged);
    else over.before(dragged);
  });
  place.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    if (dragged) tellOrder(dragged, before);
    dragged = null;
  });
}

function welcomeFiles(form: HTMLFormElement): void {
  const zone = one("[data-drop]", form) ?? form;
  const files = (data: DataTransfer | null): File[] => [...(data?.files ?? [])].filter((file) => file.size > 0);
  // On the page for writing a note there is nothing else that files could be for.
  const isAlone = form.hasAttribute("data-publish");
  const dropped = isAlone ? document.body : zone;
  dropped.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.dataset.over = "";
  });
  dropped.addEventListener("dragleave", () => delete zone.dataset.over);
  dropped.addEventListener("drop", (event) => {
    delete zone.dataset.over;
    const found = files(event.dataTransfer);
    if (!found.length) return;
    event.preventDefault();
    take(form, found);
  });
  (isAlone ? document : form).addEventListener("paste", (raw) => {
    const event = raw as ClipboardEvent;
    const pasted = files(event.clipboardData);
    if (!pasted.length) return;
    event.preventDefault();
    take(form, pasted);
  });
}

whenShown((root) => {
  for (const input of all<HTMLInputElement>("input[data-pick]", root)) {
    const form = input.form;
    const place = form && picked(form);
    if (!form || !place) continue;
    input.addEventListener("change", () => {
      take(form, [...(input.files ?? [])]);
      input.value = "";
    });
    welcomeFiles(form);
    const isList = place.tagName === "OL";
    // Without these numbers: the pictures are sent in the order they stand in.
    for (const item of all(".place-choice, .take-now", form)) item.remove();
    for (const shot of all(".shot", place)) {
      equip(shot, isList);
      const alt = one<HTMLInputElement>("[name^=alt-]", shot);
      if (isList && shot.dataset.edit && shot.dataset.id && alt) offerText(shot, shot.dataset.id, alt);
    }
    if (isList) orderByDragging(place);
  }
});
