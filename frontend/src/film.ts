/** A film is sent piece by piece by the tus protocol, so that it goes on after a broken line or a reload. */

import { all, one } from "./dom";
import { sendPicture } from "./sending";
import { toast } from "./toast";
import { pause, problemOf, sendFile, TUS } from "./tus";

const FILMS = "/api/v1/films";

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

const nameOf = (file: File): string => `film:${file.name}:${file.size}:${file.lastModified}`;

/** What was replaced or taken out waits for nothing: only so many may. */
function drop(id: string): void {
  void fetch(`${FILMS}/${id}`, { method: "DELETE", headers: TUS }).catch(() => undefined);
}

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

  /** The film of a draft, or one that was sent before a reload, stands in the form again; one that was not finished is spoken of. */
  async #recall(): Promise<void> {
    const id = one("[data-film-shot]", this.form)?.dataset.filmShot ?? sessionStorage.getItem("film");
    if (!id) return;
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
      const former = sessionStorage.getItem("film");
      if (former && former !== id && !one(`[data-film-shot="${former}"]`, this.form)) drop(former);
      sessionStorage.setItem("film", id);
      await sendFile({
        address: `${FILMS}/${id}`,
        file,
        signal: wanted.signal,
        progress: (at, isLast) => {
          line.textContent = this.words[isLast ? "looking" : "sending"] ?? "";
          bar.value = at / file.size;
        },
        broken: () => (line.textContent = this.words.broken ?? ""),
      });
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
    if (!answer.ok) throw await problemOf(answer);
    const id = answer.headers.get("Location")?.split("/").pop() ?? "";
    localStorage.setItem(nameOf(file), id);
    return id;
  }

  /** The film stands in the form: its cover among the pictures, and how far it is. */
  #show(found: Progress): void {
    const standing = one(`[data-film-shot="${found.id}"]`, this.form);
    for (const other of all("[data-film-shot]", this.form)) {
      if (other === standing) continue;
      other.remove();
      drop(other.dataset.filmShot ?? "");
    }
    const shot = standing ?? this.#shot(found);
    const image = one<HTMLImageElement>("img", shot) as HTMLImageElement;
    const away = document.createElement("button");
    away.type = "button";
    away.textContent = "×";
    away.ariaLabel = JSON.parse(document.body.dataset.words ?? "{}").remove;
    away.addEventListener("click", () => {
      shot.remove();
      this.place.replaceChildren();
      sessionStorage.removeItem("film");
      drop(found.id);
    });
    const tools = document.createElement("span");
    tools.className = "shot-tools";
    tools.append(away);
    one(".shot-tools", shot)?.remove();
    shot.append(tools);
    if (!standing) one("[data-picked]", this.form)?.prepend(shot);
    const line = this.#say(this.words.preparing ?? "");
    this.place.append(this.#covers(found, image));
    void this.#watch(found, line, shot);
  }

  #shot(found: Progress): HTMLLIElement {
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
    shot.append(image, field);
    return shot;
  }

  /** A second of the film for its cover, or a picture. */
  #covers(found: Progress, image: HTMLImageElement): HTMLElement {
    const place = document.createElement("div");
    const at = document.createElement("input");
    at.type = "range";
    at.min = "0";
    at.step = "0.1";
    at.max = String(Math.max(0, found.duration_ms / 1000 - 0.1));
    at.value = String(Math.max(0, found.cover_ms) / 1000);
    const second = document.createElement("label");
    second.append(this.words.cover ?? "", at);
    const take = document.createElement("button");
    take.type = "button";
    take.className = "quiet-button small";
    take.textContent = this.words.take ?? "";
    const input = document.createElement("input");
    input.type = "file";
    input.accept = "image/*,.heic,.heif";
    input.className = "unseen";
    const picture = document.createElement("label");
    picture.className = "quiet-button small";
    picture.append(this.words.picture ?? "", input);

    const choose = async (chosen: () => Promise<object>, name: string): Promise<void> => {
      take.disabled = input.disabled = true;
      try {
        const body = JSON.stringify(await chosen());
        const headers = { "Content-Type": "application/json" };
        const answer = await fetch(`${FILMS}/${found.id}/cover`, { method: "PUT", headers, body });
        if (!answer.ok) throw await problemOf(answer);
        image.src = `${found.preview}?${name}`;
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

  async #watch(found: Progress, line: HTMLElement, shot: HTMLElement): Promise<void> {
    while (shot.isConnected) {
      const answer = await fetch(`${FILMS}/${found.id}`).catch(() => null);
      const now: Progress | null = answer?.ok ? await answer.json() : null;
      if (now?.state === "preparing") line.textContent = `${this.words.preparing} ${now.progress} %`;
      else if (now?.state === "playable") line.textContent = this.words.size ?? "";
      else if (now?.state === "ready") line.textContent = this.words.ready ?? "";
      else if (now?.state === "failed") line.textContent = this.words.failed ?? "";
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
