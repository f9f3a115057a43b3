/** An album is put into order by dragging its handles; the arrows move a note without leaving the page. */

import { all, one, within } from "./dom";
import { ask, complain } from "./fragments";

const list = one("[data-arrange]");

/** Which neighbour each arrow names now, and which ends have nothing beyond them. */
function relabel(): void {
  const items = all("li[data-id]", list ?? document);
  items.forEach((item, at) => {
    for (const [step, name] of [[-1, "before"], [1, "after"]] as const) {
      const button = one<HTMLButtonElement>(`[data-move="${step}"] button`, item);
      const next = items[at + step]?.dataset.id ?? edges[name];
      if (!button) continue;
      button.value = next;
      button.disabled = next === "";
    }
  });
}

const first = one<HTMLButtonElement>('[data-move="-1"] button', list ?? document);
const last = all<HTMLButtonElement>('[data-move="1"] button', list ?? document).pop();
/** What stands beyond this page. */
const edges = { before: first?.value ?? "", after: last?.value ?? "" };

async function store(item: HTMLElement): Promise<void> {
  const before = item.nextElementSibling as HTMLElement | null;
  const after = item.previousElementSibling as HTMLElement | null;
  const body = new URLSearchParams(before ? { before: before.dataset.id ?? "" } : { after: after?.dataset.id ?? "" });
  try {
    await ask(`${list?.dataset.arrange}/${item.dataset.id}/place`, "1", { method: "POST", body });
    relabel();
  } catch (error) {
    complain(error);
    location.reload();
  }
}

list?.addEventListener("submit", (event) => {
  const form = within<HTMLFormElement>(event, "[data-move]");
  const item = form?.closest<HTMLElement>("li");
  const step = Number(form?.dataset.move);
  const beside = (step < 0 ? item?.previousElementSibling : item?.nextElementSibling) as HTMLElement | null;
  if (!form || !item || !beside) return;
  event.preventDefault();
  if (step < 0) beside.before(item);
  else beside.after(item);
  const button = one<HTMLButtonElement>("button", form);
  void store(item).then(() => (button?.disabled ? one<HTMLElement>(`[data-move="${-step}"] button`, item) : button)?.focus());
});

let dragged: HTMLElement | null = null;
list?.addEventListener("pointerdown", (event) => {
  const grip = within(event, ".grip");
  dragged = grip?.closest<HTMLElement>("li") ?? null;
  if (!grip || !dragged) return;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  dragged.classList.add("dragged");
});
list?.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const over = all("li[data-id]", list).find((item) => {
    const box = item.getBoundingClientRect();
    return item !== dragged && event.clientY > box.top && event.clientY < box.bottom;
  });
  if (!over) return;
  const box = over.getBoundingClientRect();
  if (event.clientY > box.top + box.height / 2) over.after(dragged);
  else over.before(dragged);
});
for (const name of ["pointerup", "pointercancel"]) {
  list?.addEventListener(name, () => {
    if (!dragged) return;
    dragged.classList.remove("dragged");
    void store(dragged);
    dragged = null;
  });
}
for (const grip of all(".grip")) grip.hidden = false;
