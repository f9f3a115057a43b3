/** What somebody has typed survives an error and a reload, for as long as the tab lives. */

import { all, whenShown } from "./dom";

const FIELDS = "input:not([type=hidden], [type=file], [type=password], [type=checkbox]), textarea, select";

function key(form: HTMLFormElement): string {
  return `keep:${form.dataset.keep ?? ""}`;
}

function store(form: HTMLFormElement): void {
  const values = all<HTMLInputElement>(FIELDS, form)
    .filter((field) => field.name)
    .map((field) => [field.name, field.value]);
  sessionStorage.setItem(key(form), JSON.stringify(Object.fromEntries(values)));
}

function recall(form: HTMLFormElement): void {
  const values: Record<string, string> = JSON.parse(sessionStorage.getItem(key(form)) ?? "{}");
  for (const field of all<HTMLInputElement>(FIELDS, form)) {
    const value = values[field.name];
    if (value === undefined || value === field.value) continue;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const isMore = ([name, value]: [string, string]): boolean => /^(title|body)-/.test(name) && value !== "" && !form.elements.namedItem(name);
  if (Object.entries(values).some(isMore)) void import("./writing").then(({ restore }) => restore(form, values));
}

/** It was sent: nothing to keep any more. */
export function forget(form: HTMLFormElement): void {
  sessionStorage.removeItem(key(form));
}

function count(output: HTMLOutputElement): void {
  const form = output.closest("form");
  const field = form?.elements.namedItem(output.dataset.counts ?? "");
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  const show = (): void => {
    const length = [...field.value].length;
    output.textContent = length > field.maxLength * 0.6 ? `${length}/${field.maxLength}` : "";
    output.toggleAttribute("data-over", length >= field.maxLength);
  };
  field.addEventListener("input", show);
  show();
}

whenShown((root) => {
  for (const output of all<HTMLOutputElement>("[data-counts]", root)) count(output);
  for (const form of all<HTMLFormElement>("form[data-keep]", root)) {
    recall(form);
    form.addEventListener("input", () => store(form));
    form.addEventListener("submit", () => sessionStorage.setItem(`sent:${form.dataset.keep}`, ""));
  }
});

// A form that is refused comes back with the answer; any other answer means that it went through.
for (const name of Object.keys(sessionStorage).filter((key) => key.startsWith("sent:"))) {
  const kept = name.slice(5);
  if (!all("form[data-keep]").some((form) => form.dataset.keep === kept)) sessionStorage.removeItem(`keep:${kept}`);
  sessionStorage.removeItem(name);
}
