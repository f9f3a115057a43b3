/** A folder becomes drafts: it is looked through by the server, and its pictures are sent one after the other. */

import { all, one, shown } from "./dom";
import { Refused, ask, complain } from "./fragments";

const TEXT = /\.(csv|tsv|md|markdown)$/i;
const form = one<HTMLFormElement>("form[data-import]");
const words: Record<string, string> = JSON.parse(form?.dataset.words ?? "{}");
const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** The files chosen, by their names as seen from the folder. */
function chosen(): Map<string, File> {
  const files = all<HTMLInputElement>("input[type=file]", form ?? document).flatMap((input) => [...(input.files ?? [])]);
  const paths = files.map((file) => file.webkitRelativePath || file.name);
  const root = paths[0]?.split("/")[0] ?? "";
  const isOne = paths.every((path) => path.startsWith(`${root}/`));
  return new Map(files.map((file, at) => [(isOne ? paths[at]?.slice(root.length + 1) : paths[at]) ?? "", file]));
}

function say(sentence: string): void {
  const place = one("[data-progress]");
  if (place) place.textContent = sentence;
}

async function look(files: Map<string, File>): Promise<void> {
  const body = new FormData();
  body.set("names", [...files.keys()].filter((name) => !name.includes("\n")).join("\n"));
  for (const [name, file] of files) if (TEXT.test(name)) body.append("file", file, name);
  const nodes = await ask("/drafts/import", "1", { method: "POST", body });
  const place = one("[data-plan]");
  if (!place) return;
  place.replaceChildren(nodes);
  shown(place);
  place.scrollIntoView({ block: "nearest" });
}

/** Send, and where it was a lot at once, again when there is room. */
async function send(address: string, body: BodyInit, headers: Record<string, string>): Promise<Record<string, string>> {
  for (;;) {
    const answer = await fetch(address, { method: "POST", body, headers: { "X-Fragment": "import", ...headers } });
    const found: Record<string, string> = await answer.json();
    if (answer.ok) return found;
    if (answer.status !== 429) throw new Refused(found.detail ?? words.failed ?? "", answer.status);
    const seconds = Number(answer.headers.get("Retry-After") ?? 5);
    say((words.waiting ?? "").replace("{n}", String(seconds)));
    await pause(seconds);
  }
}

async function make(item: HTMLElement, files: Map<string, File>): Promise<void> {
  const fields = new URLSearchParams(JSON.parse(item.dataset.note ?? "{}") as Record<string, string>);
  const alts: string[] = JSON.parse(item.dataset.alts ?? "[]");
  const pictures: string[] = JSON.parse(item.dataset.pictures ?? "[]");
  for (const [at, name] of pictures.entries()) {
    const file = files.get(name);
    if (!file) throw new Refused(words.failed ?? "", 0);
    const { id } = await send("/uploads", file, { "Content-Type": file.type || "application/octet-stream" });
    if (!id) throw new Refused(words.failed ?? "", 0);
    fields.append("picture", id);
    fields.append(`alt-${id}`, alts[at] ?? "");
  }
  await send("/publish/keep", fields, {});
}

async function makeAll(files: Map<string, File>): Promise<void> {
  const items = all("li[data-note]").filter((item) => !("made" in item.dataset));
  let count = 0;
  for (const [at, item] of items.entries()) {
    say((words.making ?? "").replace("{n}", String(at + 1)).replace("{count}", String(items.length)));
    const outcome = one("[data-outcome]", item);
    try {
      await make(item, files);
      item.dataset.made = "";
      count += 1;
      if (outcome) outcome.textContent = `✓ ${words.made ?? ""}`;
    } catch (error) {
      if (outcome) outcome.textContent = error instanceof Refused && error.message ? error.message : (words.failed ?? "");
    }
  }
  say((words.done ?? "").replace("{n}", String(count)));
}

let isBusy = false;
form?.addEventListener("submit", (event) => {
  const files = chosen();
  // A ZIP is opened by the server.
  if (!files.size || [...files.keys()].some((name) => /\.zip$/i.test(name))) return;
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  const deed = (event.submitter as HTMLButtonElement | null)?.value;
  const run = async (): Promise<void> => {
    if (deed !== "make" || !one("[data-plan] li[data-note]")) await look(files);
    if (deed === "make") await makeAll(files);
  };
  void run()
    .catch(complain)
    .finally(() => (isBusy = false));
});
for (const input of all("input[type=file]", form ?? document)) input.addEventListener("change", () => one("[data-plan]")?.replaceChildren());
