/** A film is sent piece by piece by the tus protocol, so that it goes on after a broken line or a reload. */

import { covers, FILMS, type Progress } from "./covers";
import { all, one } from "./dom";
import { toast } from "./toast";
import { pause, problemOf, sendFile, TUS } from "./tus";

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

  constructor(
    readonly picker: HTMLElement,
    input: HTMLInputElement,
    form: HTMLFormElement,
  ) {
    this.words = JSON.parse(picker.dataset.words ?? "{}");
    this.place = one("[data-film-state]", picker) ?? picker;
    this.form = form;
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      input.value = "";
      if (file) this.take(file);
    });
    void this.#recall();
  }

  /** Send a film, in the place of one that stands in the form. */
  take(file: File): void {
    if (file.size > Number(this.picker.dataset.most) * 1024 * 1024) toast(this.words.large ?? "");
    else void this.#send(file);
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

  async #send(file: File): Promise<void> {
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
    this.place.append(covers(found, image, this.words));
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

const senders = new Map<HTMLFormElement, Sender>();

/** A film that was dropped, pasted or chosen among pictures. */
export function takeFilm(form: HTMLFormElement, file: File): void {
  senders.get(form)?.take(file);
}

for (const input of all<HTMLInputElement>("[data-pick-film]")) {
  const picker = input.closest<HTMLElement>("[data-films]");
  if (picker && input.form) senders.set(input.form, new Sender(picker, input, input.form));
}
for (const form of all<HTMLFormElement>("form[data-publish]")) form.addEventListener("submit", () => sessionStorage.removeItem("film"));
