/** A film is sent piece by piece by the tus protocol, so that it goes on after a broken line or a reload. */

import { all, one } from "./dom";
import { toast } from "./toast";

const PIECE = 8 * 1024 * 1024;
const FILMS = "/api/v1/films";
const TUS = { "Tus-Resumable": "1.0.0" };
const WAITS = [1, 2, 4, 8, 15, 30];

interface Progress {
  id: string;
  state: "uploading" | "preparing" | "playable" | "ready" | "failed";
  length: number;
  received: number;
  progress: number;
  duration_ms: number;
  cover_ms: number;
  preview: string | null;
}

class Refused extends Error {}

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const nameOf = (file: File): string => `film:${file.name}:${file.size}:${file.lastModified}`;

class Sender {
  readonly words: Record<string, string>;
  readonly place: HTMLElement;
  readonly form: HTMLFormElement;
  #wanted: AbortController | null = null;

  constructor(picker: HTMLElement, input: HTMLInputElement, form: HTMLFormElement) {
    this.words = JSON.parse(picker.dataset.words ?? "{}");
    this.place = one("[data-film-state]", picker) ?? picker;
    this.form = form;
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      input.value = "";
      if (!file) return;
      if (file.size > Number(picker.dataset.most) * 1024 * 1024) toast(this.words.large ?? "");
      else void this.#take(file);
    });
    void this.#recall();
  }

  /** A film that was sent before a reload stands in the form again; one that was not finished is spoken of. */
  async #recall(): Promise<void> {
    const id = sessionStorage.getItem("film");
    if (!id || one(`input[name=picture][value="${id}"]`, this.form)) return;
    const answer = await fetch(`${FILMS}/${id}`).catch(() => null);
    const found: Progress | null = answer?.ok ? await answer.json() : null;
    if (!found || (!found.preview && found.state !== "uploading")) sessionStorage.removeItem("film");
    else if (found.state === "uploading") this.#say(this.words.again ?? "");
    else this.#show(found);
  }

  #say(sentence: string): HTMLParagraphElement {
    const line = document.createElement("p");
    line.textContent = sentence;
    this.place.replaceChildren(line);
    return line;
  }

  async #take(file: File): Promise<void> {
    this.#wanted?.abort();
    const wanted = (this.#wanted = new AbortController());
    const line = this.#say(this.words.sending ?? "");
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.ariaLabel = file.name;
    this.place.append(bar);
    try {
      const id = await this.#address(file);
      sessionStorage.setItem("film", id);
      for (let tries = 0; ; tries += 1) {
        try {
          await this.#send(file, id, bar, line, wanted.signal);
          break;
        } catch (error) {
          if (error instanceof Refused || wanted.signal.aborted || tries >= 200) throw error;
          line.textContent = this.words.broken ?? "";
          await pause(WAITS[Math.min(tries, WAITS.length - 1)] ?? 30);
        }
      }
      localStorage.removeItem(nameOf(file));
      const found: Progress = await (await fetch(`${FILMS}/${id}`)).json();
      this.#show(found);
    } catch (error) {
      if (wanted.signal.aborted) return;
      localStorage.removeItem(nameOf(file));
      sessionStorage.removeItem("film");
      const sentence = error instanceof Error ? error.message : "";
      this.#say(sentence);
      toast(sentence);
    }
  }

  /** Where a file is sent: the place where it was begun, if that is still there. */
  async #address(file: File): Promise<string> {
    const known = localStorage.getItem(nameOf(file));
    if (known && (await fetch(`${FILMS}/${known}`, { method: "HEAD" })).ok) return known;
    const answer = await fetch(FILMS, { method: "POST", headers: { ...TUS, "Upload-Length": String(file.size) } });
    if (!answer.ok) throw new Refused((await answer.json()).detail);
    const id = answer.headers.get("Location")?.split("/").pop() ?? "";
    localStorage.setItem(nameOf(file), id);
    return id;
  }

  async #send(file: File, id: string, bar: HTMLProgressElement, line: HTMLElement, signal: AbortSignal): Promise<void> {
    const head = await fetch(`${FILMS}/${id}`, { method: "HEAD", signal });
    if (head.status === 404) throw new Refused(this.words.again);
    let at = Number(head.headers.get("Upload-Offset"));
    do {
      line.textContent = this.words[at + PIECE >= file.size ? "looking" : "sending"] ?? "";
      bar.value = at / file.size;
      const body = file.slice(at, at + PIECE);
      const headers = { ...TUS, "Upload-Offset": String(at), "Content-Type": "application/offset+octet-stream" };
      const answer = await fetch(`${FILMS}/${id}`, { method: "PATCH", headers, body, signal });
      if (answer.status === 409 || answer.status >= 429) throw new Error(String(answer.status));
      if (!answer.ok) throw new Refused((await answer.json()).detail);
      at = Number(answer.headers.get("Upload-Offset"));
    } while (at < file.size);
    bar.value = 1;
  }

  /** The film stands in the form: its cover among the pictures, and how far it is. */
  #show(found: Progress): void {
    const list = one("[data-picked]", this.form);
    for (const other of all("[data-film-shot]", this.form)) other.remove();
    const shot = document.createElement("li");
    shot.className = "shot";
    shot.dataset.filmShot = shot.dataset.id = shot.dataset.uploaded = found.id;
    const image = document.createElement("img");
    image.alt = "";
    image.src = found.preview ?? "";
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "picture";
    field.value = found.id;
    const away = document.createElement("button");
    away.type = "button";
    away.textContent = "×";
    away.ariaLabel = JSON.parse(document.body.dataset.words ?? "{}").remove;
    away.addEventListener("click", () => {
      shot.remove();
      this.place.replaceChildren();
      sessionStorage.removeItem("film");
      void fetch(`${FILMS}/${found.id}`, { method: "DELETE", headers: TUS }).catch(() => undefined);
    });
    const tools = document.createElement("span");
    tools.className = "shot-tools";
    tools.append(away);
    shot.append(image, field, tools);
    list?.prepend(shot);
    const line = this.#say(this.words.preparing ?? "");
    this.place.append(this.#covers(found, image));
    void this.#watch(found, line, shot);
  }

  #covers(found: Progress, image: HTMLImageElement): HTMLLabelElement {
    const label = document.createElement("label");
    const at = document.createElement("input");
    at.type = "range";
    at.min = "0";
    at.step = "0.1";
    at.max = String(Math.max(0, found.duration_ms / 1000 - 0.1));
    at.value = String(Math.max(0, found.cover_ms) / 1000);
    const take = document.createElement("button");
    take.type = "button";
    take.className = "quiet-button small";
    take.textContent = this.words.take ?? "";
    take.addEventListener("click", () => {
      take.disabled = true;
      const body = JSON.stringify({ at_ms: Math.round(Number(at.value) * 1000) });
      const headers = { "Content-Type": "application/json" };
      void fetch(`${FILMS}/${found.id}/cover`, { method: "PUT", headers, body })
        .then(async (answer) => {
          if (answer.ok) image.src = `${found.preview}?${at.value}`;
          else toast((await answer.json()).detail);
        })
        .finally(() => (take.disabled = false));
    });
    label.append(this.words.cover ?? "", at, take);
    return label;
  }

  async #watch(found: Progress, line: HTMLElement, shot: HTMLElement): Promise<void> {
    while (shot.isConnected) {
      const answer = await fetch(`${FILMS}/${found.id}`).catch(() => null);
      const now: Progress | null = answer?.ok ? await answer.json() : null;
      if (now?.state === "preparing") line.textContent = `${this.words.preparing} ${now.progress} %`;
      else if (now?.state === "playable") line.textContent = this.words.size ?? "";
      else if (now?.state === "ready") line.textContent = this.words.ready ?? "";
      if (now?.state === "ready" || now?.state === "failed" || answer?.status === 404) return;
      await pause(2);
    }
  }
}

for (const input of all<HTMLInputElement>("[data-pick-film]")) {
  const picker = input.closest<HTMLElement>("[data-films]");
  if (picker && input.form) new Sender(picker, input, input.form);
}
for (const form of all<HTMLFormElement>("form[data-publish]")) form.addEventListener("submit", () => sessionStorage.removeItem("film"));
