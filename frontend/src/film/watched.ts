/** How far each film was watched, told to the server every few seconds and when the page is left. */

interface Viewing {
  note_id: string;
  key: string;
  seconds: number;
  share: number;
}

const EVERY = 10_000;
const LEAST = 1;
const MOST = 20;
const LONGEST = 4 * 3600;
const changed = new Set<Viewing>();

/** Random as a uuid: browsers make one themselves in secure places alone. */
function newKey(): string {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Watch a film being watched. */
export function follow(video: HTMLVideoElement, noteId: string): void {
  const viewing: Viewing = { note_id: noteId, key: newKey(), seconds: 0, share: 0 };
  const seen = new Set<number>();
  let last = 0;
  video.addEventListener("timeupdate", () => {
    const step = video.currentTime - last;
    last = video.currentTime;
    if (video.paused || step <= 0 || step > 2 * Math.max(1, video.playbackRate)) return;
    seen.add(Math.floor(last));
    viewing.seconds = Math.min(LONGEST, viewing.seconds + step);
    viewing.share = Math.min(1, seen.size / Math.max(1, Math.ceil(video.duration)));
    if (viewing.seconds >= LEAST) changed.add(viewing);
  });
}

function tell(): void {
  const watches = [...changed].slice(0, MOST).map((one) => ({ ...one, seconds: round(one.seconds), share: round(one.share) }));
  changed.clear();
  if (watches.length) navigator.sendBeacon("/watched", new Blob([JSON.stringify({ watches })], { type: "application/json" }));
}

const round = (number: number): number => Math.round(number * 1000) / 1000;

setInterval(tell, EVERY);
addEventListener("pagehide", tell);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && tell());
