/** Pictures are uploaded while one still writes: chosen, dropped or pasted, each with its progress. */

import { all, one, whenShown, word } from "./dom";
import { toast } from "./toast";

interface Card {
  id: string;
  preview: string;
}

function picked(form: HTMLFormElement): HTMLElement | null {
  return one("[data-picked]", form);
}

function most(form: HTMLFormElement): number {
  return Number(one("[data-pick]", form)?.dataset.most ?? 0);
}

export function isUploading(form: HTMLFormElement): boolean {
  return one(".shot progress", form) !== null;
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
  if (!uploaded) return;
  const headers = { "X-Fragment": "upload" };
  // What cannot be discarded now goes later by itself.
  void fetch(`/uploads/${uploaded}/discard`, { method: "POST", headers, keepalive: true }).catch(() => undefined);
}

/** Buttons to move a picture and to take it away again. */
function equip(shot: HTMLElement, isOrdered: boolean): void {
  const tools = document.createElement("span");
  tools.className = "shot-tools";
  const move = (by: -1 | 1, button: HTMLButtonElement): void => {
    if (by < 0) shot.previousElementSibling?.before(shot);
    else shot.nextElementSibling?.after(shot);
    button.focus();
  };
  if (isOrdered) {
    const earlier: HTMLButtonElement = tool(word("earlier"), "‹", () => move(-1, earlier));
    const later: HTMLButtonElement = tool(word("later"), "›", () => move(1, later));
    tools.append(earlier, later);
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

function send(file: File, shot: HTMLElement): void {
  const request = new XMLHttpRequest();
  const progress = document.createElement("progress");
  progress.max = 1;
  progress.ariaLabel = file.name;
  shot.append(progress);
  const fail = (sentence: string): void => {
    progress.remove();
    shot.dataset.wrong = "";
    toast(sentence);
    setTimeout(() => shot.remove(), 1200);
  };
  request.upload.addEventListener("progress", ({ loaded, total }) => (progress.value = loaded / total));
  request.addEventListener("error", () => fail(word("offline")));
  request.addEventListener("load", () => {
    const answer: Partial<Card> & { detail?: string } = request.response ?? {};
    if (request.status >= 300 || !answer.id) {
      fail(answer.detail ?? word("upload_failed"));
      return;
    }
    progress.remove();
    shot.dataset.id = answer.id;
    shot.dataset.uploaded = answer.id;
    if (!shot.isConnected) {
      drop(shot);
      return;
    }
    shot.append(field("picture", answer.id));
    describe(shot, answer.id);
  });
  request.open("POST", "/uploads");
  request.responseType = "json";
  request.setRequestHeader("X-Fragment", "upload");
  request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
  request.send(file);
}

/** Begin to upload files for a form; what does not fit is said. */
export function take(form: HTMLFormElement, files: Iterable<File>): void {
  const place = picked(form);
  if (!place) return;
  const isList = place.tagName === "OL";
  for (const file of files) {
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
    send(file, shot);
  }
}

/** Drag to order, within one list. */
function orderByDragging(place: HTMLElement): void {
  let dragged: HTMLElement | null = null;
  place.addEventListener("dragstart", (event) => {
    dragged = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>(".shot") : null;
    dragged?.classList.add("dragged");
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
    dragged = null;
  });
}

function welcomeFiles(form: HTMLFormElement): void {
  const zone = one("[data-drop]", form) ?? form;
  const files = (data: DataTransfer | null): File[] => [...(data?.files ?? [])].filter((file) => file.size > 0);
  zone.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.dataset.over = "";
  });
  zone.addEventListener("dragleave", () => delete zone.dataset.over);
  zone.addEventListener("drop", (event) => {
    delete zone.dataset.over;
    const dropped = files(event.dataTransfer);
    if (!dropped.length) return;
    event.preventDefault();
    take(form, dropped);
  });
  form.addEventListener("paste", (event) => {
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
    for (const shot of all(".shot", place)) equip(shot, isList);
    if (isList) orderByDragging(place);
  }
});
