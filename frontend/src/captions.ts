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

const seconds = (text: string): number => {
  const parts = text.trim().replace(",", ".").split(":").map(Number);
  return parts.some(Number.isNaN) ? NaN : parts.reduce((sum, part) => sum * 60 + part, 0);
};

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

export function begin(section: HTMLElement): void {
  const list = one("[data-cues]", section);
  const row = one<HTMLTemplateElement>("[data-cue-row]", section);
  const tools = one("[data-cue-tools]", section);
  const area = one<HTMLTextAreaElement>("textarea[name=text]", section);
  const details = one<HTMLDetailsElement>("[data-cue-text]", section);
  const film = one<HTMLVideoElement>("video", section);
  if (!list || !row || !tools || !area || !details) return;

  let cues: Cue[] = all("li", list).map((item) => ({
    start: seconds(item.dataset.start ?? "0"),
    end: seconds(item.dataset.end ?? "0"),
    text: one("p", item)?.textContent ?? "",
    unsure: "unsure" in item.dataset,
  }));
  const before: string[] = [];
  const after: string[] = [];

  const write = (): void => {
    area.value = ["WEBVTT", "", ...cues.flatMap((cue) => [`${clock(cue.start)} --> ${clock(cue.end)}`, escaped(cue.text.replace(/\n{2,}/g, "\n")), ""])].join("\n");
  };

  const show = (focus?: number): void => {
    list.replaceChildren(
      ...cues.map((cue, at) => {
        const item = (row.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
        item.dataset.at = String(at);
        item.classList.toggle("unsure", cue.unsure);
        const mark = one("[data-mark]", item);
        if (mark) mark.hidden = !cue.unsure;
        const [from, to] = [one<HTMLInputElement>("[data-from]", item), one<HTMLInputElement>("[data-to]", item)];
        const words = one<HTMLTextAreaElement>("[data-words]", item);
        if (from) from.value = clock(cue.start);
        if (to) to.value = clock(cue.end);
        if (words) words.value = cue.text;
        return item;
      }),
    );
    if (focus !== undefined) one<HTMLTextAreaElement>(`li[data-at="${focus}"] [data-words]`, list)?.focus();
  };

  const change = (deed: () => number | undefined): void => {
    before.push(JSON.stringify(cues));
    if (before.length > 200) before.shift();
    after.length = 0;
    show(deed());
    write();
  };

  const turn = (from: string[], into: string[]): void => {
    const state = from.pop();
    if (state === undefined) return;
    into.push(JSON.stringify(cues));
    cues = JSON.parse(state) as Cue[];
    show();
    write();
  };

  const split = (at: number, caret: number): void => {
    const cue = cues[at];
    if (!cue || cue.end - cue.start < 2 * LEAST) return;
    const cut = caret > 0 && caret < cue.text.length ? caret : Math.ceil(cue.text.length / 2);
    const middle = cue.start + ((cue.end - cue.start) * cut) / Math.max(1, cue.text.length);
    const border = Math.min(cue.end - LEAST, Math.max(cue.start + LEAST, middle));
    change(() => {
      cues.splice(at, 1, { ...cue, end: border, text: cue.text.slice(0, cut).trim() }, { ...cue, start: border, text: cue.text.slice(cut).trim() });
      return at + 1;
    });
  };

  const merge = (at: number): void => {
    const [cue, next] = [cues[at], cues[at + 1]];
    if (!cue || !next) return;
    change(() => {
      cues.splice(at, 2, { start: cue.start, end: next.end, text: `${cue.text} ${next.text}`.trim(), unsure: cue.unsure || next.unsure });
      return at;
    });
  };

  const add = (at: number): void => {
    const last = cues[at];
    const start = last ? last.end : (film?.currentTime ?? 0);
    const next = cues[at + 1];
    const end = Math.min(start + 2, next ? next.start : Infinity);
    if (end - start < LEAST) return;
    change(() => {
      cues.splice(at + 1, 0, { start, end, text: "", unsure: false });
      return at + 1;
    });
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

  const placeOf = (event: Event): number => Number(within(event, "li")?.dataset.at ?? -1);
  const current = (): number => cues.reduce((found, cue, at) => (film && cue.start <= film.currentTime ? at : found), -1);

  section.addEventListener("click", (event) => {
    const button = within<HTMLButtonElement>(event, "button[data-do]");
    if (!button) return;
    const words = one<HTMLTextAreaElement>("[data-words]", button.closest("li") ?? document.createElement("i"));
    act(button.dataset.do ?? "", button.closest("li") ? placeOf(event) : current(), words?.selectionStart ?? 0);
  });

  list.addEventListener("change", (event) => {
    const [at, target] = [placeOf(event), event.target];
    const cue = cues[at];
    if (!cue || !(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
    const value = target.value;
    change(() => {
      if (target.matches("[data-words]")) cues[at] = { ...cue, text: value.trim(), unsure: false };
      else if (!Number.isNaN(seconds(value))) cues[at] = target.matches("[data-from]") ? { ...cue, start: seconds(value) } : { ...cue, end: seconds(value) };
      return undefined;
    });
  });

  section.addEventListener("keydown", (event) => {
    const deed = { KeyS: "split", KeyM: "merge", Delete: "drop", KeyN: "add", KeyP: "play", KeyZ: event.shiftKey ? "redo" : "undo" }[event.code];
    if (!event.altKey || event.ctrlKey || event.metaKey || !deed) return;
    event.preventDefault();
    const target = event.target;
    if (target instanceof HTMLTextAreaElement && target.matches("[data-words]")) {
      const at = placeOf(event);
      if (cues[at] && cues[at].text !== target.value.trim() && deed !== "undo") cues[at] = { ...cues[at], text: target.value, unsure: false };
      act(deed, at, target.selectionStart);
    } else act(deed, placeOf(event) >= 0 ? placeOf(event) : current());
  });

  film?.addEventListener("timeupdate", () => {
    const at = current();
    all("li", list).forEach((item, place) => item.toggleAttribute("data-now", place === at && film.currentTime < (cues[at]?.end ?? 0)));
  });

  tools.hidden = false;
  details.open = !cues.length;
  show();
}
