/** A note opens over the living feed, with its own permanent address: back, forward, Esc and reload all work. */

import { calm, one, shown, within } from "./dom";
import { Refused, ask } from "./fragments";
import { opened } from "./seen";

interface NavigateEvent extends Event {
  readonly canIntercept: boolean;
  readonly hashChange: boolean;
  readonly downloadRequest: string | null;
  readonly formData: FormData | null;
  readonly signal: AbortSignal;
  readonly navigationType: string;
  readonly destination: { readonly url: string; readonly sameDocument: boolean };
  readonly sourceElement?: Element | null;
  intercept(options: { scroll: "manual"; focusReset: "manual"; handler: () => Promise<void> }): void;
}

interface Entry {
  readonly url: string | null;
  readonly index: number;
}

interface NavigationLike extends EventTarget {
  readonly canGoBack: boolean;
  readonly currentEntry: Entry | null;
  entries(): Entry[];
  back(): unknown;
  navigate(url: string, options: { history: "replace" }): unknown;
}

const NOTE = /^\/n\/(\d+)$/;
const navigation = (window as unknown as { navigation?: NavigationLike }).navigation;
const dialog = one<HTMLDialogElement>("#overlay");
const home = location.href.split("#")[0] ?? "/";
const homeTitle = document.title;
let cover: HTMLElement | null = null;

const firstSlide = (): HTMLElement | null => one(".slide", dialog ?? document);

/** Let the cover become the note's first picture, or the other way round. */
async function morph(change: () => void, isOpening: boolean): Promise<void> {
  if (!("startViewTransition" in document) || calm.matches) {
    change();
    return;
  }
  const name = (element: HTMLElement | null, value: string): void => {
    if (element) element.style.viewTransitionName = value;
  };
  name(isOpening ? cover : firstSlide(), "cover");
  const transition = document.startViewTransition(() => {
    name(isOpening ? cover : firstSlide(), "");
    change();
    name(isOpening ? firstSlide() : cover, "cover");
  });
  transition.ready.catch(() => undefined);
  await transition.finished.catch(() => undefined);
  name(cover, "");
  name(firstSlide(), "");
}

/** Until the large picture arrives, the cover that is there already stands in for it. */
function lendCover(): void {
  const small = cover && one<HTMLImageElement>("img", cover);
  const large = one<HTMLImageElement>(".slide img", dialog ?? document);
  if (!small?.currentSrc || !large || large.complete) return;
  large.style.background = `url("${small.currentSrc}") center / contain no-repeat`;
  large.addEventListener("load", () => (large.style.background = ""), { once: true });
}

async function open(url: URL, signal: AbortSignal): Promise<void> {
  let nodes: DocumentFragment;
  try {
    nodes = await ask(url.pathname + url.search, "note", { signal });
  } catch (error) {
    if (error instanceof Refused) location.assign(url);
    return;
  }
  const id = NOTE.exec(url.pathname)?.[1] ?? "";
  cover = one(`#n${id} .cover`);
  await morph(() => {
    if (!dialog) return;
    dialog.replaceChildren(nodes);
    if (!dialog.open) dialog.showModal();
    shown(dialog);
    lendCover();
    const note = one(".note", dialog);
    if (note) document.title = `${note.ariaLabel} · Vermilion`;
  }, true);
  if (url.hash) {
    const target = document.getElementById(url.hash.slice(1));
    target?.classList.add("fresh");
    target?.scrollIntoView({ block: "center" });
  }
  opened(id);
}

async function close(): Promise<void> {
  if (!dialog?.open) return;
  await morph(() => {
    document.body.append(...dialog.querySelectorAll("#toasts"));
    dialog.close();
    dialog.replaceChildren();
    document.title = homeTitle;
  }, false);
  cover?.focus({ preventScroll: true });
}

function leave(): void {
  if (!navigation?.currentEntry) return;
  const before = navigation.entries()[navigation.currentEntry.index - 1];
  if (before?.url?.split("#")[0] === home) navigation.back();
  else navigation.navigate(home, { history: "replace" });
}

function onNavigate(event: NavigateEvent): void {
  if (!event.canIntercept || event.hashChange || event.downloadRequest !== null || event.formData) return;
  if (event.navigationType === "reload" || event.sourceElement?.closest("[data-full]")) return;
  const url = new URL(event.destination.url);
  const options = { scroll: "manual", focusReset: "manual" } as const;
  if (NOTE.test(url.pathname)) {
    event.intercept({ ...options, handler: () => open(url, event.signal) });
  } else if (url.href.split("#")[0] === home && dialog?.open) {
    event.intercept({ ...options, handler: close });
  }
}

/**
 * A note that was opened over a feed and then reloaded is a page of its own, but the browser still takes the
 * feed's entry for the same document: what stands there has to be loaded.
 */
function onNavigateAway(event: NavigateEvent): void {
  if (!event.canIntercept || event.hashChange || event.navigationType !== "traverse") return;
  if (!event.destination.sameDocument || new URL(event.destination.url).pathname === location.pathname) return;
  event.intercept({ scroll: "manual", focusReset: "manual", handler: async () => location.reload() });
}

if (navigation && one(".note-page")) {
  navigation.addEventListener("navigate", (event) => onNavigateAway(event as NavigateEvent));
} else if (navigation && dialog) {
  navigation.addEventListener("navigate", (event) => onNavigate(event as NavigateEvent));
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog && !within(event, "[data-close]")) return;
    event.preventDefault();
    leave();
  });
}
