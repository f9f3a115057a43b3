/** The publishing form: waits for its pictures. */

import { all, whenShown, word } from "./dom";
import { isUploading } from "./pictures";
import { toast } from "./toast";

// What is wrong in a part that is folded away could not be shown there.
document.addEventListener("invalid", ({ target }) => target instanceof Element && target.closest("details")?.setAttribute("open", ""), true);

whenShown((root) => {
  for (const form of all<HTMLFormElement>("form[data-publish]", root)) {
    form.addEventListener("submit", (event) => {
      if (isUploading(form) || form.querySelector("[data-film-state] progress")) {
        event.preventDefault();
        toast(word("uploading"));
      }
    });
  }
});
