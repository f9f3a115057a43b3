/** HTML from our own origin: asked for, made into nodes under the one trusted-types policy, and swapped in. */

import { one, shown, within, word } from "./dom";
import { toast } from "./toast";

interface Policy {
  createHTML(html: string): string;
}

declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
  }
}

const rules: Policy = { createHTML: (html) => html };
const policy = window.trustedTypes?.createPolicy("vermilion", rules) ?? rules;

/** What the server answered with something else than success. `message` is for people. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Ask our own server for a fragment; resolves to its nodes. A guest who may not is led to the door. */
export async function ask(address: string, kind = "1", init: RequestInit = {}): Promise<DocumentFragment> {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) throw new Refused(word("failed"), 0);
  let answer: Response;
  try {
    answer = await fetch(url, { ...init, headers: { "X-Fragment": kind, ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Refused(word("offline"), 0);
  }
  if (answer.status === 401) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    throw new Refused("", 401);
  }
  if (!answer.ok) throw new Refused(await sentenceOf(answer), answer.status);
  if (answer.redirected) {
    location.assign(answer.url);
    throw new Refused("", 303);
  }
  return nodesOf(await answer.text());
}

async function sentenceOf(answer: Response): Promise<string> {
  try {
    const problem: { detail?: string } = await answer.json();
    return problem.detail ?? word("failed");
  } catch {
    return word("failed");
  }
}

/** HTML of our own server's as nodes. */
export function nodesOf(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
}

/** Send a form the way the browser would, and resolve to the fragment that answers it. */
export function send(form: HTMLFormElement, submitter?: HTMLElement | null): Promise<DocumentFragment> {
  const data = new FormData(form, submitter ?? undefined);
  data.delete("file");
  const plain = new URLSearchParams([...data].map(([name, value]) => [name, String(value)]));
  return ask(form.action, "1", { method: "POST", body: form.enctype.startsWith("multipart") ? data : plain });
}

export function complain(error: unknown): void {
  if (error instanceof Refused) {
    if (error.message) toast(error.message);
  } else if (!(error instanceof DOMException)) {
    toast(word("failed"));
  }
}

/** Put nodes in the place of another one (or into it), and let every module see them. */
export function swap(target: Element, nodes: DocumentFragment, inner = false): void {
  const added = [...nodes.children];
  if (inner) target.replaceChildren(nodes);
  else target.replaceWith(nodes);
  for (const element of added) shown(element);
}

function targetOf(element: HTMLElement): Element | null {
  const where = element.dataset.fragment ?? "";
  if (where === "closest") return element;
  if (where.startsWith("closest ")) return element.closest(where.slice(8));
  return one(where, element.closest("article") ?? document);
}

async function swapFor(element: HTMLElement, asked: Promise<DocumentFragment>): Promise<void> {
  element.setAttribute("aria-busy", "true");
  try {
    const nodes = await asked;
    const target = targetOf(element);
    const first = nodes.querySelector<HTMLElement>("[data-focus]");
    if (target) swap(target, nodes, element.dataset.swap === "inner");
    first?.focus({ preventScroll: true });
  } catch (error) {
    complain(error);
  } finally {
    element.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = within<HTMLFormElement>(event, "form[data-fragment]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  void swapFor(form, send(form, (event as SubmitEvent).submitter));
});

document.addEventListener("click", (event) => {
  const link = within<HTMLAnchorElement>(event, "a[data-fetch]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void swapFor(link, ask(link.dataset.fetch ?? link.href));
});
