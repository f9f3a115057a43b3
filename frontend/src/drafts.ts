/** What somebody writes is kept by the server a moment after each change, so that it can be gone on with anywhere. */

import { one, word } from "./dom";

const PAUSE_MS = 1500;

/** Where a tab keeps what was sent of a form without a draft, until that is answered. */
const FIRST = "first-keep";

interface Kept {
  id: string;
  version: number;
  told: string;
  other: string;
}

/** Sent once more, under the same key, it makes no other draft. */
interface First {
  key: string;
  body: string;
}

/** What there is to be kept, without which draft it belongs to. */
function contentOf(fields: string): string {
  const body = new URLSearchParams(fields);
  for (const name of ["draft", "draft_version", "as", "also", "due_at", "zone"]) body.delete(name);
  return body.toString();
}

/** A film that stands in a draft need not be recalled by the tab, in whatever it opens next. */
function forgetFilm(content: string): void {
  const film = sessionStorage.getItem("film");
  if (film && content.includes(`picture=${film}`)) sessionStorage.removeItem("film");
}

class Keeper {
  readonly form: HTMLFormElement;
  readonly words: Record<string, string>;
  readonly place: HTMLElement | null;
  #timer = 0;
  #running: Promise<void> | null = null;
  /** What was kept last, as it was sent; what differs from it is still to be kept. */
  #last: string;
  #isSent = false;
  /** The page was left before the answer to its first keeping came. */
  #isBack = false;

  constructor(form: HTMLFormElement) {
    this.form = form;
    this.words = JSON.parse(form.dataset.draft ?? "{}");
    this.place = one("[data-kept]", form);
    this.#last = contentOf(this.#body());
    for (const name of ["input", "change"]) form.addEventListener(name, () => this.#soon());
    new MutationObserver(() => this.#soon()).observe(one("[data-picked]", form) ?? form, { childList: true, subtree: true });
    form.addEventListener("submit", (event) => this.#onSubmit(event), { capture: true });
    window.addEventListener("online", () => this.#soon());
    window.addEventListener("pagehide", () => this.#flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.#flush());
    const isNew = !this.#field("draft").value;
    // Words that were typed before a reload and had not been kept yet.
    if (sessionStorage.getItem(`keep:${form.dataset.keep}`)) {
      this.#last = "";
      this.#isBack = isNew && sessionStorage.getItem(FIRST) !== null;
      if (this.#isBack) void this.#keep();
      else this.#soon();
    } else if (isNew) sessionStorage.removeItem(FIRST);
  }

  #body(): string {
    const fields = [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && name !== "form_key");
    return new URLSearchParams(fields.map(([name, value]) => [name, String(value)])).toString();
  }

  #first(): First {
    const sent = sessionStorage.getItem(FIRST);
    if (sent) return JSON.parse(sent);
    const first = { key: `keep-${this.#field("form_key").value}`, body: this.#body() };
    sessionStorage.setItem(FIRST, JSON.stringify(first));
    return first;
  }

  #isEmpty(): boolean {
    const body = new URLSearchParams(this.#body());
    return !body.get("draft") && !body.get("title")?.trim() && !body.get("body")?.trim() && !body.has("picture");
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#keep(), PAUSE_MS);
  }

  #flush(): void {
    if (this.#isSent || this.#running) return;
    clearTimeout(this.#timer);
    void this.#keep(true);
  }

  async #keep(isLast = false): Promise<void> {
    if (this.#isSent) return;
    if (this.#running) await this.#running;
    if (!this.#isBack && (contentOf(this.#body()) === this.#last || this.#isEmpty())) return;
    this.#running = this.#send(isLast);
    await this.#running;
    this.#running = null;
  }

  async #send(isLast: boolean): Promise<void> {
    const first = this.#field("draft").value ? null : this.#first();
    const body = first?.body ?? this.#body();
    const headers = new Headers({ "X-Fragment": "draft", "Content-Type": "application/x-www-form-urlencoded" });
    if (first) headers.set("Idempotency-Key", first.key);
    if (!isLast) this.#say(this.words.keeping ?? "");
    try {
      const answer = await fetch("/publish/keep", { method: "POST", headers, body, keepalive: isLast });
      const found: Kept & { detail?: string } = await answer.json();
      if (first && answer.status < 500) sessionStorage.removeItem(FIRST);
      if (!answer.ok) this.#say(found.detail ?? word("failed"));
      else if (this.#isBack) this.#goOn(found, contentOf(body));
      else this.#note(found, contentOf(body));
      if (answer.status < 500) this.#isBack = false;
    } catch {
      this.#say(word("offline"));
    }
  }

  /** From now on the form is about this draft at this version; what the tab keeps of it is older than that. */
  #note(found: Kept, content: string): void {
    this.#last = content;
    const { dataset } = this.form;
    sessionStorage.removeItem(`keep:${dataset.keep}`);
    dataset.keep = `draft-${found.id}-${found.version}`;
    const other = this.#field("draft").value;
    this.#field("draft").value = found.id;
    this.#field("draft_version").value = String(found.version);
    if (other !== found.id) history.replaceState(history.state, "", `/publish?draft=${found.id}`);
    forgetFilm(content);
    if (contentOf(this.#body()) !== content) this.#soon();
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    this.#say((this.words.kept ?? "").replace("{time}", time));
    if (found.told) this.#part(found.told, found.other);
  }

  /** Open the draft that what was sent has become, with its pictures and the words that are in the form by now. */
  #goOn({ id, version }: Kept, content: string): void {
    const words = sessionStorage.getItem(`keep:${this.form.dataset.keep}`);
    sessionStorage.removeItem(`keep:${this.form.dataset.keep}`);
    if (words) sessionStorage.setItem(`keep:draft-${id}-${version}`, words);
    forgetFilm(content);
    this.#isSent = true;
    location.replace(`/publish?draft=${id}`);
  }

  #part(sentence: string, other: string): void {
    const line = document.createElement("p");
    line.className = "notice-box";
    line.setAttribute("role", "alert");
    line.append(sentence, " ");
    if (other) {
      const link = document.createElement("a");
      link.href = `/publish?draft=${other}`;
      link.textContent = this.words.other ?? "";
      line.append(link);
    }
    this.form.before(line);
  }

  #field(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }

  #say(sentence: string): void {
    if (this.place && this.place.textContent !== sentence) this.place.textContent = sentence;
  }

  /** What is being kept is waited for, so that the form is sent from the version it stands at. */
  #onSubmit(event: SubmitEvent): void {
    clearTimeout(this.#timer);
    if (!this.#running) {
      // Unless somebody else keeps it from being sent.
      setTimeout(() => (this.#isSent = !event.defaultPrevented));
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    void this.#running.then(() => this.#isSent || this.form.requestSubmit(event.submitter));
  }
}

const begun = new WeakSet<HTMLFormElement>();

export function begin(form: HTMLFormElement): void {
  if (begun.has(form)) return;
  begun.add(form);
  new Keeper(form);
}
