/** The publishing form: waits for its pictures. */

import { all, whenShown, word } from "./dom";
import { isUploading } from "./pictures";
import { toast } from "./toast";

whenShown((root) => {
  for (const form of all<HTMLFormElement>("form[data-publish]", root)) {
    form.addEventListener("submit", (event) => {
      if (isUploading(form)) {
        event.preventDefault();
        toast(word("uploading"));
      }
    });
  }
});
