/** The author's editor of captions: a list of lines beside the film; the text below it is what is saved. */

import { all, one, within } from "./dom";

interface Cue {
  start: number;
  end: number;
  text: string;
  unsure: boolean;
}

const LEAST = 0.3;
const clock = (seconds: number): string => {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(ms / 3600000))}:${two(Math.floor(ms / 60000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, "0")}`;
};

const TIME = /^(?:(?:\d+:)?[0-5]?\d:[0-5]?\d|\d+)(?:[.,]\d+)?$/;
const seconds = (text: string): number => {
  const time = text.trim();
  if (!TIME.test(time)) return NaN;
  return time.replace(",", ".").split(":").map(Number).reduce((sum, part) => sum * 60 + part, 0);
};

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const bare = (text: string): string =>
  text
    .replace(/<\/?[A-Za-z][^<>]*>|<\d[\d:.]*>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");

/** The lines of WebVTT or SubRip in whatever order and overlap, or null if something in it is neither a line nor a remark. */
function read(text: string): Cue[] | null {
  const blocks = text.split(/\n(?:[^\S\n]*\n)+/).filter((block) => block.trim());
  const cues: Cue[] = [];
  for (const [place, block] of blocks.entries()) {
    if (/^\s*(?:NOTE|STYLE|REGION)(?=[\s:]|$)/.test(block) || (place === 0 && /^\s*WEBVTT(?=\s|$)/.test(block))) continue;
    const lines = block.trim().split("\n");
    const at = lines[0]?.includes("-->") ? 0 : 1;
    const [from, to, more] = (lines[at] ?? "").split("-->");
    const [start, end] = [seconds(from ?? ""), seconds((to ?? "").trim().split(/\s/)[0] ?? "")];
    const words = lines.slice(at + 1).join("\n");
    if (Number.isNaN(start + end) || more !== undefined || words.includes("-->")) return null;
    cues.push({ start, end, text: bare(words), unsure: words.includes("<c.unsure>") });
  }
  return cues;
}

function write(cues: readonly Cue[]): string {
  const lines = cues.flatMap((cue) => {
    const words = escaped(cue.text.trim().replace(/\n\s*\n/g, "\n"));
    return [`${clock(cue.start)} --> ${clock(cue.end)}`, cue.unsure ? `<c.unsure>${words}</c>` : words, ""];
  });
  return ["WEBVTT", "", ...lines].join("\n");
}

export function begin(section: HTMLElement): void {
  const list = one("[data-cues]", section);
  const row = one<HTMLTemplateElement>("[data-cue-row]", section);
  const tools = one("[data-cue-tools]", section);
  const area = one<HTMLTextAreaElement>("textarea[name=text]", section);
  const details = one<HTMLDetailsElement>("[data-cue-text]", section);
  const film = one<HTMLVideoElement>("video", section);
  if (!list || !row || !tools || !area || !details) return;

  let cues: Cue[] = [];
  let text = "";
  let wrong = Number(section.dataset.wrong ?? 0) - 1;
  let isSending = false;
  const before: string[] = [];
  const after: string[] = [];

  const put = (item: Element, field: string, value: string, isWrong: boolean): void => {
    const found = one<HTMLInputElement | HTMLTextAreaElement>(`[data-${field}]`, item);
    if (!found) return;
    if (found.value !== value) found.value = value;
    found.ariaInvalid = isWrong ? "true" : null;
  };

  /** Rows stay where they are, and with them the cursor. */
  const show = (focus?: number): void => {
    const isInside = list.contains(document.activeElement);
    while (list.children.length > cues.length) list.lastElementChild?.remove();
    while (list.children.length < cues.length) list.append(row.content.cloneNode(true));
    all("li", list).forEach((item, at) => {
      const cue = cues[at] as Cue;
      item.classList.toggle("unsure", cue.unsure);
      const mark = one("[data-mark]", item);
      if (mark) mark.hidden = !cue.unsure;
      put(item, "from", clock(cue.start), at === wrong);
      put(item, "to", clock(cue.end), at === wrong);
      put(item, "words", cue.text, at === wrong);
    });
    const place = focus ?? (isInside && !list.contains(document.activeElement) ? cues.length - 1 : undefined);
    if (place !== undefined) (one(`li:nth-child(${place + 1}) [data-words]`, list) ?? one("[data-do=add]", tools))?.focus();
  };

  const keep = (focus?: number): void => {
    wrong = -1;
    isSending = false;
    show(focus);
    area.value = text = write(cues);
  };

  const remember = (): void => {
    before.push(JSON.stringify(cues));
    if (before.length > 200) before.shift();
    after.length = 0;
  };

  const change = (deed: () => number | undefined): void => {
    remember();
    keep(deed());
  };

  /** The same, after which the lines stand by when they begin; `deed` gives the line that is to have the cursor. */
  const arrange = (deed: () => Cue): void =>
    change(() => {
      const cue = deed();
      cues.sort((one, other) => one.start - other.start);
      return cues.indexOf(cue);
    });

  const turn = (from: string[], into: string[]): void => {
    const state = from.pop();
    if (state === undefined) return;
    into.push(JSON.stringify(cues));
    cues = JSON.parse(state) as Cue[];
    keep();
  };

  /** Lets the list say what the text says. What cannot be read as lines is left to the text alone. */
  const reread = (): void => {
    text = area.value;
    const found = read(text);
    list.hidden = tools.hidden = !found;
    if (!found?.length) details.open = true;
    if (found) cues = found;
    show();
  };

  const placeOf = (field: Element): number => all("li", list).findIndex((item) => item.contains(field));

  /** Takes in what was typed. */
  const take = (field: EventTarget | null): void => {
    if (field === area && area.value !== text) {
      remember();
      wrong = -1;
      isSending = false;
      reread();
    }
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
    const at = placeOf(field);
    const cue = cues[at];
    if (!cue) return;
    const side = field.matches("[data-from]") ? "start" : "end";
    const [value, time] = [field.value, seconds(field.value)];
    if (field.matches("[data-words]")) {
      if (value !== cue.text) change(() => void (cues[at] = { ...cue, text: value, unsure: false }));
    } else if (value !== clock(cue[side]) && !Number.isNaN(time)) change(() => void (cues[at] = { ...cue, [side]: time }));
    else field.value = clock(cue[side]);
  };

  const split = (at: number, caret: number): void => {
    const cue = cues[at];
    if (!cue || cue.end - cue.start < 2 * LEAST) return;
    const cut = caret > 0 && caret < cue.text.length ? caret : Math.ceil(cue.text.length / 2);
    const middle = cue.start + ((cue.end - cue.start) * cut) / Math.max(1, cue.text.length);
    const border = Math.min(cue.end - LEAST, Math.max(cue.start + LEAST, middle));
    const rest = { ...cue, start: border, text: cue.text.slice(cut).trim() };
    arrange(() => (cues.splice(at, 1, { ...cue, end: border, text: cue.text.slice(0, cut).trim() }, rest), rest));
  };

  const merge = (at: number): void => {
    const [cue, next] = [cues[at], cues[at + 1]];
    if (!cue || !next) return;
    const [start, end] = [Math.min(cue.start, next.start), Math.max(cue.end, next.end)];
    const both = { start, end, text: `${cue.text} ${next.text}`.trim(), unsure: cue.unsure || next.unsure };
    arrange(() => (cues.splice(at, 2, both), both));
  };

  /** A line after another, before the next where there is room for it, else beside it. */
  const add = (at: number): void => {
    const start = cues[at]?.end ?? film?.currentTime ?? 0;
    const next = cues.find((cue) => cue.start >= start + LEAST)?.start ?? Infinity;
    const made = { start, end: Math.min(start + 2, next), text: "", unsure: false };
    arrange(() => (cues.splice(at + 1, 0, made), made));
  };

  const act = (deed: string, at: number, caret = 0): void => {
    if (deed === "undo") turn(before, after);
    else if (deed === "redo") turn(after, before);
    else if (deed === "split") split(at, caret);
    else if (deed === "merge") merge(at);
    else if (deed === "add") add(at);
    else if (deed === "drop" && cues[at]) change(() => (cues.splice(at, 1), Math.min(at, cues.length - 1)));
    else if (deed === "play" && film && cues[at]) {
      film.currentTime = cues[at].start;
      void film.play();
    } else if (deed === "shift") {
      const by = Number(one<HTMLInputElement>("[data-shift]", tools)?.value ?? 0);
      if (by) change(() => void (cues = cues.map((cue) => ({ ...cue, start: Math.max(0, cue.start + by), end: Math.max(LEAST, cue.end + by) }))));
    }
  };

  const current = (): number => cues.reduce((found, cue, at) => (film && cue.start <= film.currentTime ? at : found), -1);

  section.addEventListener("click", (event) => {
    const button = within<HTMLButtonElement>(event, "button[data-do]");
    if (!button) return;
    const item = button.closest("li");
    const words = item && one<HTMLTextAreaElement>("[data-words]", item);
    act(button.dataset.do ?? "", item ? placeOf(item) : current(), words?.selectionStart ?? 0);
  });

  section.addEventListener("change", (event) => take(event.target));

  section.addEventListener("keydown", (event) => {
    const deed = { KeyS: "split", KeyM: "merge", Delete: "drop", KeyN: "add", KeyP: "play", KeyZ: event.shiftKey ? "redo" : "undo" }[event.code];
    if (!event.altKey || event.ctrlKey || event.metaKey || !deed) return;
    event.preventDefault();
    const target = event.target as Element;
    take(target);
    const at = placeOf(target);
    const caret = target instanceof HTMLTextAreaElement && at >= 0 ? target.selectionStart : 0;
    if (!list.hidden) act(deed, at >= 0 ? at : current(), caret);
  });

  area.form?.addEventListener("submit", (event) => {
    take(document.activeElement);
    isSending = !event.submitter?.hasAttribute("formaction");
  });
  area.form?.addEventListener("formdata", (event) => {
    if (!list.hidden) event.formData.set("counted", "rows");
  });

  addEventListener("beforeunload", (event) => {
    take(document.activeElement);
    if (!isSending && ("unsaved" in section.dataset || area.value !== area.defaultValue)) event.preventDefault();
  });

  film?.addEventListener("timeupdate", () => {
    const at = film.currentTime;
    all("li", list).forEach((item, place) => item.toggleAttribute("data-now", cues.slice(place, place + 1).some(({ start, end }) => start <= at && at < end)));
  });

  details.open = false;
  list.replaceChildren();
  reread();
  if (wrong >= 0) one(`li:nth-child(${wrong + 1}) input`, list)?.focus();
}
