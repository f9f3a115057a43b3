/** The thin line of a download: it grows, and goes when the translator is there. */

import { one } from "./dom";

/** Pages know as much as the server, which looks every ten seconds. */
const PACE = 10_000;

async function look(line: HTMLProgressElement): Promise<void> {
  const answer = document.hidden ? null : await fetch("/translator").catch(() => null);
  const found: { percent: number | null } | null = answer?.ok ? await answer.json() : null;
  if (found && found.percent === null) {
    line.remove();
    if (one("[data-wait]")) void import("./reading").then(({ again }) => again());
    return;
  }
  if (found?.percent) line.value = found.percent;
  setTimeout(() => void look(line), PACE);
}

const line = one<HTMLProgressElement>("progress.pulling");
if (line) setTimeout(() => void look(line), PACE);
