/** What is offered below a field while somebody types: arrows walk it, Enter goes there, Esc puts it away. */

import { all, one } from "./dom";
import { ask } from "./fragments";

const WAIT_MS = 110;
const served = new WeakSet<HTMLElement>();
let lists = 0;

export function offer(form: HTMLFormElement): void {
  const field = one<HTMLInputElement>("input[type=search]", form);
  if (field) offerBelow(form, field, (typed) => `/search/suggestions?q=${typed}`);
}

/** `address` of what is offered for what is typed, encoded; the list stands in `host`, whose positions it takes. */
export function offerBelow(host: HTMLElement, field: HTMLInputElement, address: (typed: string) => string): void {
  if (served.has(host)) return;
  served.add(host);
  new Offer(host, field, address);
}

class Offer {
  private readonly list = document.createElement("div");
  private timer = 0;
  private asking: AbortController | null = null;
  private at = -1;

  constructor(
    host: HTMLElement,
    private readonly field: HTMLInputElement,
    private readonly address: (typed: string) => string,
  ) {
    lists += 1;
    this.list.id = `offered-${lists}`;
    this.list.className = "offered";
    this.list.role = "listbox";
    this.list.ariaLabel = field.getAttribute("aria-label") ?? field.labels?.[0]?.textContent?.trim() ?? null;
    this.list.hidden = true;
    host.append(this.list);
    field.role = "combobox";
    field.ariaAutoComplete = "list";
    field.ariaExpanded = "false";
    field.setAttribute("aria-controls", this.list.id);
    field.addEventListener("input", () => this.soon());
    field.addEventListener("keydown", (event) => this.key(event));
    host.addEventListener("focusout", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && host.contains(relatedTarget))) this.close();
    });
    host.addEventListener("chosen", () => this.close());
    // A click on an offer must not take the focus away before it is one.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    if (field.value && document.activeElement === field && !field.defaultValue) this.soon();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.fetch(), WAIT_MS);
  }

  private async fetch(): Promise<void> {
    this.asking?.abort();
    const typed = this.field.value.trim();
    if (!typed) return this.close();
    this.asking = new AbortController();
    try {
      const address = this.address(encodeURIComponent(typed.slice(0, 80)));
      this.show(await ask(address, "1", { signal: this.asking.signal }));
    } catch {
      this.close(); // nothing is offered; the question can be asked all the same
    }
  }

  private show(nodes: DocumentFragment): void {
    const offered = nodes.querySelectorAll("[role=option]");
    if (!offered.length || document.activeElement !== this.field) return this.close();
    this.list.replaceChildren(nodes);
    all("[role=option]", this.list).forEach((item, number) => (item.id = `${this.list.id}-${number}`));
    this.at = -1;
    this.field.removeAttribute("aria-activedescendant");
    this.list.hidden = false;
    this.field.ariaExpanded = "true";
  }

  private close(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.at = -1;
    this.field.ariaExpanded = "false";
    this.field.removeAttribute("aria-activedescendant");
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (this.list.hidden) {
      if (event.key === "ArrowDown" && this.field.value) this.soon();
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      one("[aria-selected=true] :is(a, [data-town])", this.list)?.click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  private walk(by: number): void {
    const items = all("[role=option]", this.list);
    this.at = ((this.at + by + 1 + items.length + 1) % (items.length + 1)) - 1;
    items.forEach((item, number) => (item.ariaSelected = String(number === this.at)));
    const current = items[this.at];
    if (current) this.field.setAttribute("aria-activedescendant", current.id);
    else this.field.removeAttribute("aria-activedescendant");
  }
}
