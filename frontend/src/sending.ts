/** A picture on its way: in one request where it is small, piece by piece where it is not. */

import { persist, problemOf, sendFile, TUS } from "./tus";

export { Refused, SignedOut } from "./tus";

/** So much goes at one go; whoever has a line on which that breaks sends it again. */
const SMALL = 1024 * 1024;
const PICTURES = "/api/v1/pictures";

export interface Card {
  id: string;
  preview: string;
}

export interface Way {
  signal: AbortSignal;
  progress: (share: number) => void;
  broken: () => void;
}

const nameOf = (file: File): string => `picture:${file.name}:${file.size}:${file.lastModified}`;

export async function sendPicture(file: File, way: Way): Promise<Card> {
  return file.size < SMALL ? atOnce(file, way) : inPieces(file, way);
}

/** Throw away what was begun of a file. */
export function forget(file: File): void {
  const id = localStorage.getItem(nameOf(file));
  localStorage.removeItem(nameOf(file));
  if (id) void fetch(`${PICTURES}/${id}`, { method: "DELETE", headers: TUS, keepalive: true }).catch(() => undefined);
}

async function atOnce(file: File, { signal, broken }: Way): Promise<Card> {
  const headers = { "Content-Type": "application/octet-stream", "Idempotency-Key": name() };
  return persist(
    async () => {
      const answer = await fetch("/api/v1/uploads", { method: "POST", headers, body: file, signal });
      if (!answer.ok) throw await problemOf(answer);
      return answer.json();
    },
    signal,
    broken,
  );
}

function name(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join("-");
}

async function inPieces(file: File, { signal, progress, broken }: Way): Promise<Card> {
  const print = await printOf(file);
  const begun = (): Promise<string> => persist(() => begin(file, print, signal), signal, broken);
  for (let address = await begun(); ; address = await begun()) {
    await sendFile({ address, file, signal, broken, headers: print, progress: (at) => progress(at / file.size) });
    localStorage.removeItem(nameOf(file));
    const { card }: { card: Card | null } = await (await fetch(address)).json();
    if (card) return card; // else it was sent before, and has been used: once more
  }
}

/** Where a file is sent: the place where it was begun, if that is still there. */
async function begin(file: File, print: Record<string, string>, signal: AbortSignal): Promise<string> {
  const known = localStorage.getItem(nameOf(file));
  if (known && (await fetch(`${PICTURES}/${known}`, { method: "HEAD", signal })).ok) return `${PICTURES}/${known}`;
  const headers = { ...TUS, ...print, "Upload-Length": String(file.size) };
  const answer = await fetch(PICTURES, { method: "POST", headers, signal });
  if (!answer.ok) throw await problemOf(answer);
  const id = answer.headers.get("Location")?.split("/").pop() ?? "";
  localStorage.setItem(nameOf(file), id);
  return `${PICTURES}/${id}`;
}

/** The hash of the file, so that nobody goes on with another one of its name; browsers give it on safe addresses alone. */
async function printOf(file: File): Promise<Record<string, string>> {
  if (!("subtle" in crypto)) return {};
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return { "Upload-Metadata": `sha256 ${btoa(String.fromCharCode(...hash))}` };
}
