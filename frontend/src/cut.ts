/** A picture is turned and cut before it stands in a note; the server does it from what was sent, and can do it otherwise. */

import { all, one } from "./dom";
import { toast } from "./toast";

interface Crop {
  left: number;
  top: number;
  width: number;
  height: number;
}
interface Edit {
  turn: number;
  crop: Crop | null;
}
interface Card {
  id: string;
  preview: string;
  edit: Edit;
}

const WHOLE: Crop = { left: 0, top: 0, width: 1, height: 1 };
const LEAST = 0.05;
const SIDES = ["left", "top", "width", "height"] as const;
const json = { "Content-Type": "application/json" };
const between = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value));

async function asked(address: string, method: string, body?: Edit): Promise<Card> {
  const answer = await fetch(address, { method, headers: json, body: body ? JSON.stringify(body) : null });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
}

/** Let a shot of the form stand for another picture. */
function stand(shot: HTMLElement, card: Card): void {
  const before = shot.dataset.id ?? "";
  const field = one<HTMLInputElement>("input[name=picture]", shot);
  if (field) field.value = card.id;
  const alt = one<HTMLInputElement>(`input[name="alt-${before}"]`, shot);
  if (alt) alt.name = `alt-${card.id}`;
  if (before !== card.id) one(".drop-choice", shot)?.remove();
  shot.dataset.id = shot.dataset.uploaded = card.id;
  shot.dataset.edit = JSON.stringify(card.edit);
  const image = one<HTMLImageElement>("img", shot);
  if (image) image.src = card.preview;
  shot.dispatchEvent(new Event("change", { bubbles: true }));
}

/** A picture that stands in the note already is taken up first; the note keeps its own until it is saved. */
async function takenUp(shot: HTMLElement): Promise<void> {
  const noted = /^\/n\/(\d+)\//.exec(new URL(one<HTMLFormElement>("form[data-publish]")?.action ?? "/", location.href).pathname);
  if (!noted || !one<HTMLImageElement>("img", shot)?.getAttribute("src")?.startsWith("/m/")) return;
  stand(shot, await asked(`/api/v1/notes/${noted[1]}/pictures/${shot.dataset.id}/upload`, "POST"));
}

export async function cut(shot: HTMLElement, words: Record<string, string>): Promise<void> {
  try {
    await takenUp(shot);
    const image = new Image();
    image.src = `/u/${shot.dataset.id}/whole`;
    await image.decode();
    new Cutter(shot, image, words);
  } catch (error) {
    toast(error instanceof Error && error.message ? error.message : (words.failed ?? ""));
  }
}

class Cutter {
  private readonly dialog = document.createElement("dialog");
  private readonly canvas: HTMLCanvasElement;
  private readonly frame: HTMLElement;
  private readonly told: HTMLElement;
  private turn: number;
  private crop: Crop;
  private ratio = 0;
  private readonly before: Edit;

  constructor(
    private readonly shot: HTMLElement,
    private readonly image: HTMLImageElement,
    private readonly words: Record<string, string>,
  ) {
    this.before = JSON.parse(shot.dataset.edit ?? '{"turn":0,"crop":null}');
    this.turn = this.before.turn;
    this.crop = { ...(this.before.crop ?? WHOLE) };
    const template = one<HTMLTemplateElement>("template[data-cutter]");
    this.dialog.className = "cutter";
    this.dialog.setAttribute("aria-labelledby", "cutter-head");
    this.dialog.append(template?.content.cloneNode(true) ?? "");
    document.body.append(this.dialog);
    this.canvas = one<HTMLCanvasElement>("canvas", this.dialog) as HTMLCanvasElement;
    this.frame = one(".cut-frame", this.dialog) as HTMLElement;
    this.told = one("output", this.dialog) as HTMLElement;
    this.listen();
    this.draw();
    this.dialog.showModal();
  }

  private listen(): void {
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      one<HTMLButtonElement>("[data-cut-this]", this.shot)?.focus();
    });
    this.dialog.addEventListener("input", ({ target }) => {
      if (!(target instanceof HTMLInputElement)) return;
      if (target.name === "ratio") this.shape(Number(target.value));
      else this.set({ ...this.crop, [target.name]: Number(target.value) / 100 }, target.name);
    });
    this.dialog.addEventListener("click", ({ target }) => {
      const deed = target instanceof Element ? target.closest<HTMLElement>("[data-do]")?.dataset.do : null;
      if (deed === "turn") this.quarter();
      else if (deed === "whole") this.start(0);
      else if (deed === "cancel") this.dialog.close();
      else if (deed === "done") void this.done();
    });
    this.frame.addEventListener("pointerdown", (event) => this.drag(event));
  }

  /** Begin anew, turned so. */
  private start(turn: number): void {
    this.turn = turn;
    this.crop = { ...WHOLE };
    this.draw();
    this.shape(this.ratio);
  }

  private quarter(): void {
    this.start((this.turn + 90) % 360);
  }

  private draw(): void {
    const isOdd = this.turn % 180 !== 0;
    const { naturalWidth: width, naturalHeight: height } = this.image;
    this.canvas.width = isOdd ? height : width;
    this.canvas.height = isOdd ? width : height;
    const context = this.canvas.getContext("2d");
    context?.translate(this.canvas.width / 2, this.canvas.height / 2);
    context?.rotate((this.turn * Math.PI) / 180);
    context?.drawImage(this.image, -width / 2, -height / 2);
    this.set(this.crop);
  }

  /** The largest frame of a ratio in the middle; 0: free. */
  private shape(ratio: number): void {
    this.ratio = ratio;
    if (!ratio) return this.set(this.crop);
    const sides = this.canvas.width / this.canvas.height;
    const width = Math.min(1, ratio / sides);
    const height = (width * sides) / ratio;
    this.set({ left: (1 - width) / 2, top: (1 - height) / 2, width, height });
  }

  private set(wanted: Crop, by = "width"): void {
    let width = between(LEAST, wanted.width, 1);
    let height = between(LEAST, wanted.height, 1);
    if (this.ratio) {
      const share = this.canvas.width / this.canvas.height / this.ratio;
      if (by === "height") width = height / share;
      else height = width * share;
      const over = Math.max(1, width, height);
      width /= over;
      height /= over;
    }
    this.crop = { left: between(0, wanted.left, 1 - width), top: between(0, wanted.top, 1 - height), width, height };
    for (const side of SIDES) {
      const field = one<HTMLInputElement>(`input[name=${side}]`, this.dialog);
      if (field) field.value = String(Math.round(this.crop[side] * 100));
    }
    this.frame.style.left = `${this.crop.left * 100}%`;
    this.frame.style.top = `${this.crop.top * 100}%`;
    this.frame.style.width = `${width * 100}%`;
    this.frame.style.height = `${height * 100}%`;
    const percent = (share: number): string => `${Math.round(share * 100)} %`;
    this.told.textContent = `${this.turn}° · ${percent(width)} × ${percent(height)}`;
  }

  private drag(event: PointerEvent): void {
    event.preventDefault();
    const isCorner = event.target instanceof Element && event.target.matches("i");
    const from = { ...this.crop };
    const box = this.canvas.getBoundingClientRect();
    this.frame.setPointerCapture(event.pointerId);
    const move = (at: PointerEvent): void => {
      const x = (at.clientX - event.clientX) / box.width;
      const y = (at.clientY - event.clientY) / box.height;
      if (!isCorner) this.set({ ...from, left: from.left + x, top: from.top + y });
      else this.set({ ...from, width: Math.min(from.width + x, 1 - from.left), height: Math.min(from.height + y, 1 - from.top) });
    };
    this.frame.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) {
      this.frame.addEventListener(end, () => this.frame.removeEventListener("pointermove", move), { once: true });
    }
  }

  private async done(): Promise<void> {
    const isWhole = this.crop.width > 0.999 && this.crop.height > 0.999;
    const buttons = all<HTMLButtonElement>("button", this.dialog);
    for (const button of buttons) button.disabled = true;
    try {
      await this.store({ turn: this.turn, crop: isWhole ? null : this.crop });
      this.dialog.close();
      undo(this.words.changed ?? "", this.words.undo ?? "", () => void this.store(this.before).catch(() => toast(this.words.failed ?? "")));
    } catch (error) {
      this.told.textContent = error instanceof Error && error.message ? error.message : (this.words.failed ?? "");
      for (const button of buttons) button.disabled = false;
    }
  }

  private async store(edit: Edit): Promise<void> {
    stand(this.shot, await asked(`/api/v1/uploads/${this.shot.dataset.id}/edit`, "PUT", edit));
  }
}

/** Say what was done, with a button that undoes it. */
export function undo(sentence: string, label: string, act: () => void): void {
  const line = document.createElement("p");
  line.className = "toast";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = label;
  line.append(sentence, " ", button);
  const shown = toast(line);
  button.addEventListener("click", () => {
    shown.remove();
    act();
  });
}
