/** Words of the language one learns: read aloud in small print above them, explained by a tap, saved for the review. */

import { all, one, shown, whenShown, within } from "./dom";
import { ask, complain } from "./fragments";

interface Token {
  text: string;
  key: string;
  reading: string;
  level: number;
}

const MOST_TEXTS = 300;
const MOST_CHARACTERS = 20_000;
const lang = document.body.dataset.learns ?? "";
const remembered = "pinyin";
const root = document.documentElement;
let last: HTMLElement | null = null;

/** The texts of an article that are in the language: what stands in links, fields and readings is left alone. */
function textsOf(article: Element): Text[] {
  const found: Text[] = [];
  let characters = 0;
  const places = `.prose[lang|="${lang}"], h1[lang|="${lang}"], h1 > [lang|="${lang}"]`;
  for (const place of all(places, article)) {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node as Text;
      const isTaken = text.parentElement?.closest(".w, a, button, rt, [data-wait]:not([lang])");
      if (isTaken || !/\p{L}/u.test(text.data)) continue;
      characters += text.data.length;
      if (found.length === MOST_TEXTS || characters > MOST_CHARACTERS) return found;
      found.push(text);
    }
  }
  return found;
}

function wordOf(token: Token): HTMLElement {
  const word = document.createElement(token.reading ? "ruby" : "span");
  word.className = `w l${token.level}`;
  word.dataset.w = token.key;
  word.dataset.r = token.reading;
  word.append(token.text);
  if (token.reading) {
    const reading = document.createElement("rt");
    reading.textContent = token.reading;
    reading.ariaHidden = "true";
    word.append(reading);
  }
  return word;
}

/** One word of a passage can be reached by the keyboard, the arrows lead on to the others. */
function reach(word: HTMLElement): void {
  const passage = word.closest(".prose, h1");
  for (const other of all(".w[tabindex]", passage ?? document)) {
    other.removeAttribute("tabindex");
    other.removeAttribute("role");
  }
  word.tabIndex = 0;
  word.role = "button";
}

async function read(article: Element): Promise<void> {
  const texts = textsOf(article);
  if (!texts.length) return;
  const body = JSON.stringify({ lang, texts: texts.map((text) => text.data) });
  const headers = { "content-type": "application/json" };
  const answer = await fetch("/api/v1/learning/readings", { method: "POST", body, headers });
  if (!answer.ok) return;
  const found: { texts: Token[][] } = await answer.json();
  const passages = new Set<Element>();
  texts.forEach((text, at) => {
    const passage = text.parentElement?.closest(".prose, h1");
    const pieces = (found.texts[at] ?? []).map((token) => (token.key ? wordOf(token) : token.text));
    if (text.isConnected) text.replaceWith(...pieces);
    if (passage) passages.add(passage);
  });
  for (const passage of passages) {
    const first = one(".w", passage);
    if (first) reach(first);
  }
  for (const button of all("[data-pinyin]", article)) button.hidden = false;
}

/** Where a word stands: the note, and the comment where it is in one. */
function placeOf(word: HTMLElement): Record<string, string> {
  const note = word.closest<HTMLElement>("[data-note]")?.dataset.note ?? "";
  const comment = word.closest(".comment")?.id.slice(1) ?? "";
  return { note, comment };
}

function windowOf(): HTMLElement {
  const found = one("#word") ?? Object.assign(document.createElement("div"), { id: "word", popover: "auto", className: "word-window" });
  // Whatever is outside of a modal dialog cannot be reached while it is open.
  const home = last?.closest("dialog") ?? document.body;
  if (found.parentElement !== home) home.append(found);
  return found;
}

async function explain(word: HTMLElement): Promise<void> {
  const form = [...word.childNodes].find((node) => node.nodeType === Node.TEXT_NODE)?.textContent ?? "";
  const about = { w: word.dataset.w ?? "", form, reading: word.dataset.r ?? "", ...placeOf(word) };
  last = word;
  word.setAttribute("aria-busy", "true");
  try {
    const nodes = await ask(`/learn/word?${new URLSearchParams(about)}`);
    const window_ = windowOf();
    window_.replaceChildren(nodes);
    window_.showPopover();
    const box = word.getBoundingClientRect();
    const below = box.bottom + 8 + window_.offsetHeight < innerHeight;
    window_.style.top = `${below ? box.bottom + 8 : Math.max(8, box.top - window_.offsetHeight - 8)}px`;
    window_.style.left = `${Math.max(8, Math.min(box.left, root.clientWidth - window_.offsetWidth - 8))}px`;
    shown(window_);
    one("h2", window_)?.focus();
  } catch (error) {
    complain(error);
  } finally {
    word.removeAttribute("aria-busy");
  }
}

function setPinyin(on: boolean): void {
  root.toggleAttribute("data-pinyin-on", on);
  for (const button of all("[data-pinyin]")) button.ariaPressed = String(on);
}

document.addEventListener("click", (event) => {
  const button = within(event, "[data-pinyin]");
  if (button) {
    const on = button.ariaPressed !== "true";
    localStorage.setItem(remembered, on ? "1" : "0");
    setPinyin(on);
    return;
  }
  const word = within(event, ".w[data-w]");
  if (!word || !getSelection()?.isCollapsed) return;
  reach(word);
  void explain(word);
});

document.addEventListener(
  "keydown",
  (event) => {
    const word = within(event, ".w[data-w]");
    if (!word || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      const words = all(".w", word.closest(".prose, h1") ?? document);
      const next = words[words.indexOf(word) + (root.dir === "rtl" && lang === "ar" ? -step : step)];
      if (next) {
        reach(next);
        next.focus();
      }
    } else if (event.key === "Enter" || event.key === " ") void explain(word);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

whenShown((added) => {
  const section = added instanceof Element ? (added.matches(".word") ? added : null) : null;
  if (section instanceof HTMLElement) {
    for (const word of all(`.w[data-w="${CSS.escape(section.dataset.word ?? "")}"]`)) {
      word.className = `w l${section.dataset.level ?? 0}`;
    }
    one("h2", section)?.focus();
  }
  for (const article of all("article.note", document)) void read(article).catch(() => undefined);
  setPinyin(localStorage.getItem(remembered) === "1");
});

// "Please correct me" is offered once the words are in the language one learns.
const LETTERS: Record<string, RegExp> = { zh: /\p{Script=Han}/u, en: /[a-z]{2}/i };
const offer = (form: Element | null): void => {
  const label = form && one("[data-correct-me]", form);
  if (label) label.hidden = !LETTERS[lang]?.test(one<HTMLTextAreaElement>("textarea[name=body]", form)?.value ?? "");
};
whenShown((added) => all("form[data-say]", added).forEach(offer));
document.addEventListener("input", (event) => offer(within(event, "form[data-say]")));
