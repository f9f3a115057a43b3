/** Blurred placeholders from thumbhashes, drawn only for pictures near the screen that have not arrived. */

import { rgbaToDataURL, thumbHashToRGBA } from "thumbhash";
import { all, one, whenShown } from "./dom";

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      blur(target as HTMLElement);
    }
  },
  { rootMargin: "500px" },
);

function blur(element: HTMLElement): void {
  const image = one<HTMLImageElement>("img", element);
  const isBackdrop = element.classList.contains("slide");
  if (!image || (!isBackdrop && image.complete && image.naturalWidth)) return;
  const hash = Uint8Array.from(atob(element.dataset.hash ?? ""), (char) => char.charCodeAt(0));
  if (hash.length < 5) return;
  const { w, h, rgba } = thumbHashToRGBA(hash);
  element.style.backgroundImage = `url(${rgbaToDataURL(w, h, rgba)})`;
  if (isBackdrop) return;
  image.addEventListener("load", () => (element.style.backgroundImage = ""), { once: true });
}

whenShown((root) => {
  for (const element of all("[data-hash]", root)) near.observe(element);
  if (root instanceof HTMLElement && root.dataset.hash) near.observe(root);
});
