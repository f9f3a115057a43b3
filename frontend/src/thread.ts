/** The thread of a note: answering, posting in place, originals for all of it. */

import { all, one, shown, whenShown, within, word } from "./dom";
import { complain, send } from "./fragments";
import { forget } from "./keep";
import { clearPictures, isUploading } from "./pictures";
import { toast } from "./toast";

function answer(form: HTMLFormElement, id: string, name: string, lang = ""): void {
  const field = one<HTMLInputElement>("[name=reply_to]", form);
  const line = one(".answering", form);
  if (!field || !line) return;
  field.value = id;
  form.dataset.answers = lang;
  line.hidden = id === "";
  const who = one("bdi", line);
  if (who) who.textContent = name;
  if (id) one("textarea", form)?.focus();
}

function place(nodes: DocumentFragment, article: Element): void {
  const item = nodes.firstElementChild as HTMLElement | null;
  if (!item) return;
  const list = item.dataset.parent ? one(`#r${item.dataset.parent}`, article) : one("#comments", article);
  item.classList.add("fresh");
  if (item.dataset.parent) list?.append(item);
  else list?.prepend(item);
  one(".thread > .hush", article)?.remove();
  shown(item);
  item.scrollIntoView({ block: "nearest" });
}

async function say(form: HTMLFormElement): Promise<void> {
  const article = form.closest("article");
  if (!article) return;
  if (isUploading(form)) {
    toast(word("uploading"));
    return;
  }
  form.setAttribute("aria-busy", "true");
  try {
    const nodes = await send(form);
    place(nodes, article);
    form.reset();
    clearPictures(form);
    answer(form, "", "");
    forget(form);
    const key = one<HTMLInputElement>("[name=form_key]", form);
    if (key) key.value = crypto.randomUUID();
    toast(word("posted"));
  } catch (error) {
    complain(error);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("say" in form.dataset)) return;
  event.preventDefault();
  void say(form);
});

document.addEventListener("click", (event) => {
  const reply = within(event, "[data-reply]");
  const form = one<HTMLFormElement>("form[data-say]", (reply ?? within(event, "[data-unreply]"))?.closest("article") ?? document);
  if (reply && form) {
    event.preventDefault();
    answer(form, reply.dataset.reply ?? "", reply.dataset.name ?? "", reply.dataset.lang);
  } else if (within(event, "[data-unreply]") && form) {
    event.preventDefault();
    answer(form, "", "");
  }
});

// Correcting begins where the words stand, and folds up again without a trace.
document.addEventListener("click", (event) => {
  const section = within(event, "[data-fold]")?.closest<HTMLElement>(".corrections");
  if (!section) return;
  event.preventDefault();
  const link = document.createElement("a");
  link.className = "link correct";
  link.href = link.dataset.fetch = `/correct?at=${section.dataset.at}`;
  link.dataset.fragment = "closest";
  link.textContent = section.dataset.word ?? "";
  section.replaceWith(link);
  link.focus();
});

whenShown((root) => {
  if (root instanceof HTMLElement && root.matches(".corrections[data-at]")) one("textarea", root)?.focus();
});

function isOriginalFirst(item: Element): boolean {
  return item.closest<HTMLElement>(".passage")?.dataset.first === "original";
}

document.addEventListener("click", (event) => {
  const button = within(event, "[data-originals]");
  if (!button) return;
  const on = button.ariaPressed !== "true";
  button.ariaPressed = String(on);
  for (const item of all<HTMLDetailsElement>("details.switch", button.closest("article") ?? document)) {
    item.open = on !== isOriginalFirst(item);
  }
});

document.addEventListener("click", (event) => {
  const link = within<HTMLAnchorElement>(event, "a[data-copy]");
  if (link) {
    event.preventDefault();
    void navigator.clipboard.writeText(link.href).then(() => toast(word("copied")));
  }
  for (const menu of all<HTMLDetailsElement>("details.menu[open]")) {
    if (link || !(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const area = within<HTMLTextAreaElement>(event, "form[data-say] textarea");
  if (area && event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form?.requestSubmit();
  const menu = event.key === "Escape" && one<HTMLDetailsElement>("details.menu[open]");
  if (menu) {
    event.preventDefault(); // what the menu stands in stays open
    menu.open = false;
    one("summary", menu)?.focus();
  }
});

whenShown((root) => {
  for (const button of all("[data-originals]", root)) {
    const first = one("details.switch", button.closest("article") ?? document);
    button.hidden = !first;
    if (first && button.ariaPressed === "false") button.ariaPressed = String(isOriginalFirst(first));
  }
});
