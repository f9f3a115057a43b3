/** Writing in one's own language and sending it in others too: drafts beside one's own words, and previews. */

import { all, one, shown, word } from "./dom";
import { Refused, ask, complain } from "./fragments";
import { toast } from "./toast";

const PAUSE_MS = 900;
const MOST_ASKED = 12;
const SEND_WAITS_MS = 20_000;

type Fields = HTMLInputElement | HTMLTextAreaElement;

interface Asked {
  source: string;
  abort: AbortController;
  done: Promise<void>;
}

/** What is being drafted, by the field the draft is for. */
const asked = new WeakMap<Fields, Asked>();
/** The words a draft was made of, and their language where it was chosen. */
const made = new WeakMap<Fields, string>();
/** Forms that are sent as soon as their drafts are up to date. */
const sending = new WeakSet<HTMLFormElement>();
const pauses = new WeakMap<HTMLFormElement, number>();
const begun = new WeakSet<HTMLFormElement>();

const versionsOf = (form: HTMLFormElement): HTMLElement | null => one("[data-versions]", form);
const blocks = (form: HTMLFormElement): HTMLFieldSetElement[] => all<HTMLFieldSetElement>("fieldset.version", form);
const isNote = (form: HTMLFormElement): boolean => versionsOf(form)?.dataset.versions === "note";
const langOf = (block: HTMLElement): string => block.dataset.version ?? "";
const fieldOf = (form: HTMLFormElement, name: string): Fields | null => form.elements.namedItem(name) as Fields | null;

const wordsOf = (form: HTMLFormElement, source: Fields): string => `${fieldOf(form, "lang")?.value ?? ""} ${source.value.trim()}`;

/** Whether somebody wrote or changed a version by hand; it survives a reload with the rest of the form. */
const flag = (block: HTMLElement): HTMLInputElement | null => one("[name^=edited-]", block);
const isEdited = (block: HTMLElement): boolean => flag(block)?.value === "1";

function setEdited(block: HTMLElement, is: boolean): void {
  const field = flag(block);
  if (field) field.value = is ? "1" : "";
}

/** The fields of a block, each with the field of one's own words it stands for. */
function pairs(form: HTMLFormElement, block: HTMLElement): { part: string; source: Fields; target: Fields }[] {
  return ["title", "body"].flatMap((part) => {
    const [source, target] = [fieldOf(form, part), fieldOf(form, `${part}-${langOf(block)}`)];
    return source && target ? [{ part, source, target }] : [];
  });
}

function tell(block: HTMLElement, sentence: string, isBusy = false): void {
  const place = one("[data-told]", block);
  if (place && place.textContent !== sentence) place.textContent = sentence;
  block.ariaBusy = String(isBusy);
}

function say(form: HTMLFormElement, name: "working" | "late" | "edited" | "changed" | "left"): string {
  return versionsOf(form)?.dataset[name] ?? "";
}

/** A block for one more language, as the server would have made it. */
function add(form: HTMLFormElement, lang: string): HTMLFieldSetElement | null {
  const place = versionsOf(form);
  const template = place && one<HTMLTemplateElement>("template", place);
  if (!template) return null;
  const block = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLFieldSetElement;
  const name = one(`option[value="${lang}"]`, form)?.textContent ?? lang;
  block.dataset.version = lang;
  for (const item of all("[lang]", block)) item.lang = lang;
  for (const item of all<Fields>("[name$='-']", block)) item.name += lang;
  for (const item of all<HTMLInputElement | HTMLButtonElement>("[name=version], button", block)) item.value = lang;
  const title = one("legend bdi", block);
  if (title) title.textContent = name;
  template.before(block);
  shown(block);
  press(form);
  return block;
}

function without(form: HTMLFormElement, lang: string): void {
  for (const block of blocks(form)) if (langOf(block) === lang) block.remove();
  press(form);
  form.dispatchEvent(new Event("input"));
}

/** The switch for the language of the thread tells whether it is on, and hides for those who write that anyway. */
function press(form: HTMLFormElement): void {
  const button = one<HTMLButtonElement>(".also-theirs", form);
  if (!button) return;
  const lang = form.dataset.answers || form.dataset.theirs || "und";
  const isOther = button.value !== lang;
  button.value = lang;
  button.hidden = lang === "und" || (form.dataset.reads ?? "").split(" ").includes(lang);
  if (isOther && !button.hidden) {
    const names = new Intl.DisplayNames(document.documentElement.lang, { type: "language" });
    button.textContent = (button.dataset.label ?? "").replace("{language}", names.of(lang) ?? lang);
  }
  button.ariaPressed = String(blocks(form).some((block) => langOf(block) === lang));
}

function draft(form: HTMLFormElement, block: HTMLElement, isAnew = false): void {
  if (isAnew) setEdited(block, false);
  for (const { part, source, target } of pairs(form, block)) {
    const words = wordsOf(form, source);
    if (!isAnew && (isEdited(block) || made.get(target) === words)) continue;
    if (asked.get(target)?.source === words) continue;
    asked.get(target)?.abort.abort();
    if (!source.value.trim()) {
      target.value = "";
      made.set(target, words);
      continue;
    }
    const abort = new AbortController();
    const done = fill(form, block, part, { source, target }, abort.signal).finally(() => {
      if (asked.get(target)?.abort === abort) asked.delete(target);
    });
    asked.set(target, { source: words, abort, done });
  }
}

/** Ask until the draft is there; what was edited meanwhile stays. */
async function fill(
  form: HTMLFormElement, block: HTMLElement, part: string, { source, target }: Record<"source" | "target", Fields>, signal: AbortSignal,
): Promise<void> {
  tell(block, say(form, "working"), true);
  const kind = isNote(form) ? part : "comment";
  const words = wordsOf(form, source);
  const body = new URLSearchParams({ text: source.value.trim(), into: langOf(block), lang: fieldOf(form, "lang")?.value ?? "", part: kind });
  try {
    for (let time = 0; time < MOST_ASKED; time += 1) {
      const nodes = await ask("/drafts", "1", { method: "POST", body, signal });
      if (signal.aborted) return;
      const answer = one("[data-draft]", nodes);
      const state = answer?.dataset.state;
      if (!answer || state === "waiting") continue;
      if (!isEdited(block)) {
        if (state === "ready") target.value = one<HTMLTextAreaElement>("textarea", answer)?.value ?? "";
        else if (state !== "no_translator") target.value = "";
        made.set(target, words);
        form.dispatchEvent(new Event("input"));
      }
      tell(block, one("p", answer)?.textContent ?? "");
      return;
    }
    tell(block, say(form, "late"));
  } catch (error) {
    if (signal.aborted) return;
    tell(block, error instanceof Refused ? error.message : word("failed"));
  }
}

async function preview(form: HTMLFormElement, isTapped: boolean): Promise<void> {
  const place = one("[data-previews]", form);
  if (!place) return;
  const fields = new FormData(form);
  const body = new URLSearchParams([...fields].filter(([name]) => name !== "file").map(([name, value]) => [name, String(value)]));
  if (isTapped) body.set("tap", "1");
  place.ariaBusy = "true";
  try {
    for (let time = 0; time < MOST_ASKED; time += 1) {
      const nodes = await ask("/preview", "1", { method: "POST", body });
      const isWaiting = one("[data-state=waiting]", nodes) !== null;
      place.replaceChildren(nodes);
      if (!isWaiting || !place.isConnected) break;
    }
    one("section", place)?.scrollIntoView({ block: "nearest" });
  } catch (error) {
    complain(error);
  } finally {
    place.ariaBusy = "false";
  }
}

/** What a button that helps writing does, in place of sending the form for it. */
export function act(button: HTMLButtonElement): void {
  const { form, name, value } = button;
  if (!form) return;
  begin(form);
  button.closest("details.menu")?.removeAttribute("open");
  if (name === "without") {
    without(form, value);
    fieldOf(form, "body")?.focus();
  } else if (name === "again") {
    const block = blocks(form).find((item) => langOf(item) === value);
    if (block) draft(form, block, true);
  } else if (name === "close") {
    one("[data-previews]", form)?.replaceChildren();
    fieldOf(form, "body")?.focus();
  } else if (name === "preview" || name === "tap") {
    void preview(form, name === "tap");
  } else {
    addOrRemove(form, button);
  }
}

function addOrRemove(form: HTMLFormElement, button: HTMLButtonElement): void {
  const chosen = form.elements.namedItem("also") as HTMLSelectElement | null;
  const lang = button.value || (chosen?.value ?? "");
  if (!lang) return;
  if (button.ariaPressed === "true") {
    without(form, lang);
    return;
  }
  const block = blocks(form).find((item) => langOf(item) === lang) ?? add(form, lang);
  if (chosen && !button.value) chosen.value = "";
  if (!block) return;
  if (isNote(form)) one<Fields>("[name^=title-]", block)?.focus();
  draft(form, block);
}

/** Nothing is sent with a draft that says less than one's own words: it is waited for, or left out. */
async function bringUpToDate(form: HTMLFormElement): Promise<void> {
  for (const block of blocks(form)) draft(form, block);
  const open = pairsOf(form).filter(({ target }) => asked.has(target));
  const patience = new Promise((resolve) => setTimeout(resolve, SEND_WAITS_MS));
  await Promise.race([patience, Promise.all(open.map(({ target }) => asked.get(target)?.done))]);
  leaveOut(form);
}

const pairsOf = (form: HTMLFormElement) => blocks(form).flatMap((block) => pairs(form, block).map((pair) => ({ ...pair, block })));

function isBehind(form: HTMLFormElement): boolean {
  return pairsOf(form).some(
    ({ block, source, target }) => !isEdited(block) && made.get(target) !== wordsOf(form, source),
  );
}

/** What says less than one's own words is not sent, and its writer hears so. */
function leaveOut(form: HTMLFormElement): void {
  const langs = new Set<string>();
  for (const { block, source, target } of pairsOf(form)) {
    if (!isEdited(block) && made.get(target) !== wordsOf(form, source)) {
      target.value = "";
      made.set(target, wordsOf(form, source));
      langs.add(one("legend bdi", block)?.textContent || langOf(block));
    }
  }
  if (langs.size) toast(say(form, "left").replace("{language}", [...langs].join(", ")));
}

function onSubmit(event: SubmitEvent): void {
  const form = event.currentTarget as HTMLFormElement;
  if (isNote(form) || !isBehind(form)) return;
  if (sending.delete(form)) {
    leaveOut(form);
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  sending.add(form);
  form.ariaBusy = "true";
  void bringUpToDate(form).then(() => {
    form.ariaBusy = "false";
    if (sending.delete(form)) form.requestSubmit();
  });
}

function onInput(form: HTMLFormElement, event: Event): void {
  const field = event.target;
  if (!(field instanceof HTMLElement) || field === form) return;
  const block = field.closest<HTMLElement>("fieldset.version");
  if (block) {
    const isEmpty = pairs(form, block).every(({ target }) => !target.value);
    setEdited(block, !isEmpty);
    tell(block, isEmpty ? "" : say(form, "edited"));
  } else if (isNote(form)) {
    for (const item of blocks(form)) {
      if (pairs(form, item).some(({ source, target }) => source === field && target.value)) tell(item, say(form, "changed"));
    }
  } else {
    clearTimeout(pauses.get(form));
    pauses.set(form, window.setTimeout(() => blocks(form).forEach((item) => draft(form, item)), PAUSE_MS));
  }
}

/** Attend to a form; it has what was kept of it already. */
export function begin(form: HTMLFormElement): void {
  if (begun.has(form) || !versionsOf(form)) return;
  begun.add(form);
  form.dataset.writing = "";
  form.addEventListener("input", (event) => onInput(form, event));
  form.addEventListener("submit", onSubmit, { capture: true });
  form.addEventListener("reset", () => {
    for (const block of blocks(form)) block.remove();
    one("[data-previews]", form)?.replaceChildren();
    delete form.dataset.answers;
    press(form);
  });
  new MutationObserver(() => press(form)).observe(form, { attributeFilter: ["data-answers"] });
  press(form);
}

/** Put back the languages a form had before a reload; `values` are its fields by name. */
export function restore(form: HTMLFormElement, values: Record<string, string>): void {
  begin(form);
  for (const [name, value] of Object.entries(values)) {
    const lang = /^(?:title|body)-([a-z]{2,3})$/.exec(name)?.[1];
    if (!lang || !value) continue;
    const block = blocks(form).find((item) => langOf(item) === lang) ?? add(form, lang);
    const field = fieldOf(form, name);
    if (!block || !field) continue;
    field.value = value;
    const isOwn = values[`edited-${lang}`] === "1";
    setEdited(block, isOwn);
    const source = fieldOf(form, name.split("-")[0] ?? "");
    if (source) made.set(field, wordsOf(form, source));
    if (isOwn) tell(block, say(form, "edited"));
  }
}
