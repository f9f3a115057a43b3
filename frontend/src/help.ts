/** Help with writing in other languages comes when somebody begins to write. */

import { within } from "./dom";
import { complain } from "./fragments";

document.addEventListener("focusin", (event) => {
  const form = within<HTMLFormElement>(event, "form[data-say], form[data-publish]");
  if (form) import("./writing").then(({ begin }) => begin(form)).catch(() => undefined);
});

document.addEventListener("click", (event) => {
  const button = within<HTMLButtonElement>(event, "button[data-help]");
  if (!button) return;
  event.preventDefault();
  import("./writing").then(({ act }) => act(button)).catch(complain);
});
