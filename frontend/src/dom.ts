/** Short names for looking things up in the page. */

export function one<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T | null {
  return root.querySelector<T>(selector);
}

export function all<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T[] {
  return [...root.querySelectorAll<T>(selector)];
}

/** The element an event happened in that fits the selector. */
export function within<T extends Element = HTMLElement>(event: Event, selector: string): T | null {
  return event.target instanceof Element ? event.target.closest<T>(selector) : null;
}

export const calm = matchMedia("(prefers-reduced-motion: reduce)");
export const isRtl = (): boolean => document.documentElement.dir === "rtl";

const words: Record<string, string> = JSON.parse(document.body.dataset.words ?? "{}");

/** A sentence of the interface, as the server wrote it into the page. */
export function word(name: string): string {
  return words[name] ?? name;
}

/** Calls `begin` for what is in the page and again for everything that is put into it later. */
const beginnings: ((root: ParentNode) => void)[] = [];

export function whenShown(begin: (root: ParentNode) => void): void {
  beginnings.push(begin);
  begin(document);
}

export function shown(root: ParentNode): void {
  for (const begin of beginnings) begin(root);
}
