/** Many comments are chosen at once: all by one click, a stretch of them with Shift. */

import { all, one } from "./dom";

const form = one<HTMLFormElement>("form[data-tend]");
const boxes = all<HTMLInputElement>('[type="checkbox"]', form ?? document);
let last = -1;

one("[data-all]", form ?? document)?.addEventListener("click", (event) => {
  event.preventDefault();
  const on = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = on;
});
boxes.forEach((box, at) =>
  box.addEventListener("click", (event) => {
    if (event.shiftKey && last >= 0) {
      for (const other of boxes.slice(Math.min(at, last), Math.max(at, last) + 1)) other.checked = box.checked;
    }
    last = at;
  }),
);
