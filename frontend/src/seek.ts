/** What is offered below a search field while somebody types: arrows walk it, Enter goes there, Esc puts it away. */

import { all, one } from "./dom";
import { ask } from "./fragments";

const WAIT_MS = 110;
const served = new WeakSet<HTMLFormElement>();
let lists = 0;

export function offer(form: HTMLFormElement): void {
  const field = one<HTMLInputElement>("input[type=search]", form);
  if (!field || served.has(form)) return;
  served.add(form);
  new Offer(form, field);
}

class Offer {
  private readonly list = document.createElement("div");
  private timer = 0;
  private asking: AbortController | null = null;
  private at = -1;

  constructor(
    form: HTMLFormElement,
    private readonly field: HTMLInputElement,
  ) {
    lists += 1;
    this.list.id = `offered-${lists}`;
    this.list.className = "offered";
    this.list.role = "listbox";
    this.list.ariaLabel = field.getAttribute("aria-label");
    this.list.hidden = true;
    form.append(this.list);
    field.role = "combobox";
    field.ariaAutoComplete = "list";
    field.ariaExpanded = "false";
    field.setAttribute("aria-controls", this.list.id);
    field.addEventListener("input", () => this.soon());
    field.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("focusout", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && form.contains(relatedTarget))) this.close();
    });
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
      const address = `/search/suggestions?q=${encodeURIComponent(typed.slice(0, 80))}`;
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
    if (event.isComposing || this.list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      one<HTMLAnchorElement>("[aria-selected=true] a", this.list)?.click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  private walk(by: number): void {
    const items = all("[role=option]", this.list);
    this.at = ((this.at + by + 1 + items.length + 1) % (items.length + 1)) - 1;
    items.forEach((item, number) => (item.ariaSelected = String(number === this.at)));
    if (this.at < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", items[this.at].id);
  }
}
