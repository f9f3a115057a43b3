/** The waterfall goes on by itself, and is found again as it was left. */

import { all, one, shown } from "./dom";
import { ask, complain } from "./fragments";

const LIST_MOST = 300;
const RESTORE_MOST = 40;
const ROW = 4;
const home = `feed:${location.pathname}${location.search}`;

interface Place {
  card: string;
  top: number;
}

const lacksSpans = !CSS.supports("grid-row-end", "span calc(round(up, 100px / 4px))");

/** Where the browser lacks typed arithmetic: spans from measured heights. */
function setSpans(): void {
  if (!lacksSpans) return;
  for (const card of all(".card")) {
    card.style.gridRowEnd = "span 1";
    card.style.alignSelf = "start";
  }
  const gap = 16;
  const spans = all(".card").map((card) => Math.ceil((card.offsetHeight + gap) / ROW));
  all(".card").forEach((card, index) => (card.style.gridRowEnd = `span ${spans[index]}`));
}

/** Append the next cards, each note once; resolves to false when there are no more. */
async function more(link: HTMLAnchorElement): Promise<boolean> {
  const nodes = await ask(link.href, "cards");
  const row = link.closest("li");
  const list = row?.parentElement;
  if (!row || !list) return false;
  const rows = [...nodes.children].filter((item) => !item.id || !document.getElementById(item.id));
  row.remove();
  let place: Element = list;
  if (all(".card", list).length >= LIST_MOST) {
    place = list.cloneNode(false) as Element;
    list.after(place);
  }
  place.append(...rows);
  for (const item of rows) shown(item);
  setSpans();
  const next = one<HTMLAnchorElement>("[data-more]", place);
  if (next) watch(next);
  return next !== null;
}

const sentinel = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      sentinel.unobserve(target);
      void fetchMore(target as HTMLAnchorElement);
    }
  },
  { rootMargin: "1400px" },
);

async function fetchMore(link: HTMLAnchorElement): Promise<void> {
  try {
    await more(link);
  } catch (error) {
    complain(error);
  }
}

function watch(link: HTMLAnchorElement): void {
  sentinel.observe(link);
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("[data-more]") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void fetchMore(link);
});

function remember(): void {
  const card = all(".card").find((item) => item.getBoundingClientRect().bottom > 0);
  if (!card || scrollY < 1) sessionStorage.removeItem(home);
  else sessionStorage.setItem(home, JSON.stringify({ card: card.id, top: card.getBoundingClientRect().top } satisfies Place));
}

/** Whether the card is there, and enough below it to scroll it to its place. */
function reaches(place: Place): boolean {
  const card = document.getElementById(place.card);
  if (!card) return false;
  const wanted = scrollY + card.getBoundingClientRect().top - place.top;
  return wanted + innerHeight <= document.documentElement.scrollHeight;
}

async function restore(place: Place): Promise<void> {
  let link = one<HTMLAnchorElement>("[data-more]");
  for (let asked = 0; link && !reaches(place) && asked < RESTORE_MOST; asked += 1) {
    if (!(await more(link))) break;
    link = one<HTMLAnchorElement>("[data-more]");
    if (link) sentinel.unobserve(link);
  }
  const card = document.getElementById(place.card);
  if (card) {
    scrollTo({ top: scrollY + card.getBoundingClientRect().top - place.top, behavior: "instant" });
  }
  if (link) watch(link);
}

function begin(): void {
  if (!one(".feed")) return;
  history.scrollRestoration = "manual";
  setSpans();
  addEventListener("resize", setSpans);
  addEventListener("pagehide", remember);
  document.addEventListener("visibilitychange", remember);
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const stored = sessionStorage.getItem(home);
  if (stored && (entry?.type === "reload" || entry?.type === "back_forward")) {
    restore(JSON.parse(stored) as Place).catch(complain);
    return;
  }
  const link = one<HTMLAnchorElement>("[data-more]");
  if (link) watch(link);
}

begin();
