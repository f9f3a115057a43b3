/** Sharing: with what the system offers where it offers something, else in a small dialog. */

import { open } from "./sheet";

export async function share(link: HTMLAnchorElement): Promise<void> {
  const { url = "", title = "" } = link.dataset;
  if (navigator.share) {
    try {
      await navigator.share({ url: new URL(url, location.href).href, title });
      return;
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
    }
  }
  await open(link);
}
