/** Translations arrive while one reads: swapped in where they belong, told once, nothing jumps. */

import { all, one, whenShown, within, word } from "./dom";
import { ask, complain, nodesOf, send, swap } from "./fragments";

/** What the server says about one text; `text` is empty where it could not be translated well. */
interface Arrived {
  key: string;
  lang: string;
  text: string;
  html: string;
  made: string;
  mark: string;
  title: string;
}

const MOST_KEYS = 80;
const SETTLE = 120;
const HIDDEN_LASTS = 30_000;
const AGAIN = 20_000;
const waiting = new Set<string>();
let asked: string[] = [];
let stream: EventSource | null = null;
let timer = 0;
let told = 0;
let hiding = 0;

const voice = document.createElement("p");
voice.className = "unseen";
voice.setAttribute("role", "status");
document.body.append(voice);

/** Say once, after a while of quiet, how many texts have come. */
function tell(): void {
  told += 1;
  clearTimeout(hiding);
  hiding = window.setTimeout(() => {
    const dialog = one<HTMLDialogElement>("dialog[open]");
    if (voice.parentElement !== (dialog ?? document.body)) (dialog ?? document.body).append(voice);
    voice.textContent = word("translated").replace("{n}", String(told));
    told = 0;
  }, 1200);
}

function close(): void {
  stream?.close();
  stream = null;
  asked = [];
}

/** One stream for what waits on this page; what comes later is asked for by the next one. */
function open(): void {
  const wanted = [...waiting].slice(0, MOST_KEYS);
  // While the translator is on its way nothing can come; `again` is called when it is there.
  if (one(".pulling") || document.hidden || !wanted.length || (stream && wanted.every((key) => asked.includes(key)))) return;
  close();
  asked = wanted;
  const source = new EventSource(`/live/renderings?keys=${wanted.join(",")}`);
  stream = source;
  source.addEventListener("message", (event) => {
    for (const arrived of JSON.parse(event.data) as Arrived[]) arrive(arrived);
  });
  source.addEventListener("done", () => {
    for (const key of wanted) waiting.delete(key);
    close();
    soon();
  });
  source.addEventListener("error", () => {
    if (stream !== source) return;
    close();
    soon(AGAIN);
  });
}

function soon(after = SETTLE): void {
  clearTimeout(timer);
  timer = window.setTimeout(open, after);
}

function piece(name: string, kind: string, lang: string): HTMLElement {
  const made = document.createElement(name);
  made.className = kind;
  made.lang = lang;
  made.dir = "auto";
  return made;
}

function put(place: HTMLElement, arrived: Arrived): void {
  const passage = place.closest<HTMLElement>(".passage");
  const snippet = place.closest(".snippet");
  if (snippet && place.dataset.again) {
    // A passage of the text that has come: which one, the server knows.
    void ask(place.dataset.again).then((nodes) => swap(snippet, nodes), () => undefined);
  } else if (place instanceof HTMLImageElement) {
    place.alt = arrived.text;
    place.lang = arrived.lang;
  } else if (!passage) {
    // A card keeps its size: its title has the lines it was given.
    const before = place.textContent ?? "";
    place.textContent = arrived.text;
    place.closest("h2")?.setAttribute("lang", arrived.lang);
    if (place.closest("[data-shown=both]")) place.append(" ", Object.assign(piece("small", "", ""), { textContent: before }));
  } else if (place.tagName === "H1") {
    // One heading, whichever of the two is seen.
    const [made, original] = [piece("span", "shown", arrived.lang), piece("span", "original", place.lang)];
    made.textContent = arrived.text;
    original.append(...place.childNodes);
    place.replaceChildren(made, original);
    place.removeAttribute("lang");
    place.removeAttribute("dir");
  } else {
    const made = piece("output", "shown prose", arrived.lang);
    made.setAttribute("aria-live", "off");
    made.append(nodesOf(arrived.html));
    place.before(made);
    place.classList.add("original");
  }
}

function arrive(arrived: Arrived): void {
  waiting.delete(arrived.key);
  for (const place of all(`[data-wait="${arrived.key}"]`)) {
    delete place.dataset.wait;
    if (arrived.text) put(place, arrived);
  }
  for (const mark of all(`[data-turned="${arrived.key}"]`)) {
    mark.textContent = arrived.mark;
    mark.title = mark.ariaLabel = arrived.title;
    mark.classList.remove("waits");
  }
  for (const line of all(`[data-made~="${arrived.key}"]`)) {
    const left = (line.dataset.made ?? "").split(" ").filter((key) => key !== arrived.key);
    line.dataset.made = left.join(" ");
    if (left.length) continue;
    const made = nodesOf(arrived.made);
    // A picture has a switch of its own.
    if (line.closest(".signs-row")) one(".switch", made)?.remove();
    line.replaceWith(made);
  }
  tell();
}

/** Asked for by a tap: the words wait like all others from now on. */
async function translate(form: HTMLFormElement): Promise<void> {
  const keys = (form.dataset.translate ?? "").split(" ");
  const place = form.closest(".media");
  form.setAttribute("aria-busy", "true");
  try {
    const line = (await send(form)).firstElementChild;
    for (const key of keys) {
      for (const place of all(`[data-tap="${key}"]`)) {
        place.dataset.wait = key;
        delete place.dataset.tap;
      }
      waiting.add(key);
    }
    if (line instanceof HTMLElement) {
      line.tabIndex = -1;
      line.dataset[form.closest(".card") ? "turned" : "made"] = keys.join(" ");
      form.replaceWith(line);
    }
    place?.removeAttribute("data-plain");
    open();
  } catch (error) {
    form.removeAttribute("aria-busy");
    complain(error);
  }
}

document.addEventListener("submit", (event) => {
  const form = within<HTMLFormElement>(event, "form[data-translate]");
  if (!form) return;
  event.preventDefault();
  void translate(form);
});

/** Wait for everything on the page that is not there yet. */
export function again(): void {
  for (const place of all("[data-wait]")) waiting.add(place.dataset.wait ?? "");
  soon();
}

let away = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(away);
  if (document.hidden) away = window.setTimeout(close, HIDDEN_LASTS);
  else soon();
});
addEventListener("pagehide", close);

whenShown((root) => {
  const places = all("[data-wait]", root);
  if (root instanceof HTMLElement && root.dataset.wait) places.push(root);
  for (const place of places) waiting.add(place.dataset.wait ?? "");
  if (places.length) soon();
});
