/** Files are sent piece by piece by the tus protocol, so that sending goes on where the line broke. */

const LEAST_PIECE = 512 * 1024;
const MOST_PIECE = 8 * 1024 * 1024;
const QUICK_MS = 1000;
const SLOW_MS = 4000;
const WAITS = [1, 2, 4, 8, 15, 30];
const MOST_TRIES = 200;

export const TUS = { "Tus-Resumable": "1.0.0" };

/** The server will not have it, and says why. */
export class Refused extends Error {}
/** Who sends has been signed out meanwhile; once they are signed in again it can go on. */
export class SignedOut extends Refused {}

export const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** What an answer says is the matter; an Error where trying again may help, Refused where it does not. */
export async function problemOf(answer: Response): Promise<Error> {
  if (answer.status === 408 || answer.status >= 429) return new Error(String(answer.status));
  const told: { detail?: string; code?: string } = await answer.json().catch(() => ({}));
  if (answer.status === 401) return new SignedOut(told.detail);
  return answer.status === 409 && told.code?.endsWith("_offset") ? new Error(told.code) : new Refused(told.detail);
}

export interface Sending {
  address: string;
  file: File;
  signal: AbortSignal;
  /** How much is there, of what is being sent; `isLast`: what is sent now is the end of it. */
  progress: (at: number, isLast: boolean) => void;
  /** The line broke, and it is tried again by itself. */
  broken: () => void;
  headers?: Record<string, string>;
}

/** Try again what fails because the line is broken, longer and longer. */
export async function persist<T>(deed: () => Promise<T>, signal: AbortSignal, broken: () => void): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await deed();
    } catch (error) {
      if (error instanceof Refused || signal.aborted || tries >= MOST_TRIES) throw error;
      broken();
      await pause(WAITS[Math.min(tries, WAITS.length - 1)] ?? 30);
    }
  }
}

/** Send a file to where it was begun, from where it stopped. */
export async function sendFile(sending: Sending): Promise<void> {
  await persist(() => send(sending), sending.signal, sending.broken);
}

async function send({ address, file, signal, progress, headers = {} }: Sending): Promise<void> {
  const head = await fetch(address, { method: "HEAD", signal });
  if (!head.ok) throw await problemOf(head);
  let at = Number(head.headers.get("Upload-Offset"));
  let piece = LEAST_PIECE; // as much as goes in a second or a few: the bar moves, and little is lost when the line breaks
  do {
    progress(at, at + piece >= file.size);
    const began = performance.now();
    const sent = { ...TUS, ...headers, "Upload-Offset": String(at), "Content-Type": "application/offset+octet-stream" };
    const answer = await fetch(address, { method: "PATCH", headers: sent, body: file.slice(at, at + piece), signal });
    if (!answer.ok) throw await problemOf(answer);
    at = Number(answer.headers.get("Upload-Offset"));
    const took = performance.now() - began;
    if (took < QUICK_MS) piece = Math.min(MOST_PIECE, piece * 2);
    else if (took > SLOW_MS) piece = Math.max(LEAST_PIECE, piece / 2);
  } while (at < file.size);
  progress(at, true);
}
