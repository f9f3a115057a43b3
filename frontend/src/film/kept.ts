/** How somebody likes their films on this device. */

import { calm } from "../dom";

interface Kept {
  muted?: boolean;
  volume?: number;
  speed?: number;
  loop?: boolean;
  /** Of captions: a language, "" for none; nothing said: the reader's own. */
  captions?: string;
  saves?: boolean;
}

const NAME = "films";

export function kept(): Kept {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "{}") as Kept;
  } catch {
    return {};
  }
}

export function keep(part: Kept): void {
  try {
    localStorage.setItem(NAME, JSON.stringify({ ...kept(), ...part }));
  } catch {
    // a browser that keeps nothing plays all the same
  }
}

/** Whether as little as possible is to be sent: because somebody said so here, or to their browser. */
export function saves(): boolean {
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  return kept().saves ?? connection?.saveData ?? false;
}

/** Whether anything may begin to move without being asked to. */
export const mayMove = (): boolean => !calm.matches && !saves();
