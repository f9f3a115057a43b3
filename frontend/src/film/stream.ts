/** Where a film comes from: the browser's own streams where it has them, hls.js elsewhere. What breaks is taken up again. */

import type Hls from "hls.js";
import { all } from "../dom";
import { saves } from "./kept";

export interface Size {
  name: string;
  address: string;
}

const STREAM = "application/vnd.apple.mpegurl";
const AHEAD_S = 30;
const PEEK_S = 3;
/** Bytes of a film that may be fetched before it is wanted. */
const BUDGET = 2_000_000;
const LONGEST_WAIT_S = 20;

export class Stream {
  private hls: Hls | null = null;
  private begun: Promise<void> | null = null;
  /** Ends what is fetched ahead of the browser's own streams. */
  private ahead: AbortController | null = null;
  private readonly isNative: boolean;
  private size: Size | null = null;
  private peeked = 0;
  private isPeeking = true;
  private tries = 0;
  private timer = 0;
  /** Where it stood when the line broke, and until when there was film to go on with. */
  private broken: { at: number; until: number } | null = null;
  private isSpent = false;
  private isWanted = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly list: string,
    private readonly told: (isBroken: boolean) => void,
  ) {
    this.isNative = video.canPlayType(STREAM) !== "";
    video.addEventListener("error", () => video.getAttribute("src") && this.begun && !this.hls && this.break());
    video.addEventListener("waiting", () => this.tell());
    video.addEventListener("playing", () => this.hls && this.told(false));
    for (const name of ["progress", "canplay", "playing", "timeupdate"]) video.addEventListener(name, () => this.heal());
    video.addEventListener("seeking", () => {
      if (this.broken && Math.abs(video.currentTime - this.broken.at) > 1) this.broken = this.place();
    });
    // What breaks also pauses: what was wanted is kept here.
    video.addEventListener("play", () => (this.isWanted = true));
    video.addEventListener("pause", () => (this.isWanted &&= video.error !== null));
    addEventListener("online", () => this.broken && this.again());
  }

  get isBroken(): boolean {
    return this.broken !== null;
  }

  /** Fetch its beginning, and no more than the budget of it. */
  async peek(): Promise<void> {
    if (!this.isNative) await this.start();
    else if (!this.begun && !this.ahead) await this.fetchAhead((this.ahead = new AbortController()));
  }

  /** Fetch on as it plays. */
  async flow(): Promise<void> {
    await this.start();
    if (!this.isPeeking) return;
    this.isPeeking = false;
    this.video.preload = "auto";
    if (!this.hls) return;
    this.hls.config.maxBufferLength = AHEAD_S;
    this.hls.startLoad();
  }

  /** Put away what was fetched. */
  drop(): void {
    clearTimeout(this.timer);
    this.isWanted = false;
    this.ahead?.abort();
    this.ahead = null;
    if (!this.begun) return;
    this.hls?.destroy();
    this.hls = null;
    this.begun = null;
    this.isPeeking = true;
    this.broken = null;
    this.tries = 0;
    this.peeked = 0;
    this.video.preload = "none";
    this.video.removeAttribute("src");
    this.video.load();
    this.told(false);
  }

  /** The sizes there are, the smallest first. */
  async sizes(): Promise<Size[]> {
    const answer = await fetch(this.list);
    const text = answer.ok ? await answer.text() : "";
    const found = new Map<number, Size>();
    for (const [, width, height, address] of text.matchAll(/#EXT-X-STREAM-INF:.*RESOLUTION=(\d+)x(\d+).*\n(.+)/g)) {
      const lines = Math.min(Number(width), Number(height));
      const size = { name: `${lines}p`, address: new URL(address ?? "", new URL(this.list, location.href)).href };
      if (!found.has(lines)) found.set(lines, size);
    }
    return [...found].sort(([one], [other]) => one - other).map(([, size]) => size);
  }

  /** Play in this size, or null: in whichever the connection carries. */
  choose(size: Size | null): void {
    this.size = size;
    if (this.hls) this.hls.nextLevel = this.levelOf(size);
    else if (this.begun) this.again();
  }

  /** Play no more, also when the line is back. */
  halt(): void {
    this.isWanted = false;
    this.video.pause();
  }

  /** Take up again what has broken. */
  again(): void {
    const { video, hls } = this;
    const at = video.currentTime;
    clearTimeout(this.timer);
    if (!video.isConnected) {
      this.drop();
      return;
    }
    if (this.broken) this.broken.at = at;
    if (hls?.levels.length && !this.isSpent) hls.startLoad(at || -1);
    else {
      if (hls) {
        hls.config.startPosition = at || -1;
        hls.loadSource(this.list);
      } else video.src = this.size?.address ?? this.list;
      video.currentTime = at; // also what the next try begins at
    }
    if (this.isWanted) video.play().catch(() => undefined);
  }

  private start(): Promise<void> {
    this.begun ??= this.begin();
    return this.begun;
  }

  /** The browser's own streams fetch on as they please once they begin: only what they ask for first is laid into its cache. */
  private async fetchAhead(ahead: AbortController): Promise<void> {
    const { signal } = ahead;
    try {
      const list = (this.size ?? (await this.sizes())[0])?.address ?? "";
      const text = await (await fetch(list, { signal })).text();
      let left = BUDGET;
      for (const [, first, other] of text.matchAll(/#EXT-X-MAP:URI="([^"]+)"|#EXTINF:.*\n(.+)/g)) {
        const answer = await fetch(new URL(first ?? other ?? "", list), { signal });
        left -= Number(answer.headers.get("Content-Length"));
        if (left < 0) ahead.abort();
        await answer.arrayBuffer();
        if (other) return;
      }
    } catch {
      // what could not be fetched ahead is fetched when it is played
    }
  }

  private async begin(): Promise<void> {
    if (!this.size && saves()) this.size = (await this.sizes().catch(() => []))[0] ?? null;
    if (this.isNative) {
      for (const source of all("source", this.video)) source.remove(); // what is dropped is not to load them
      this.video.src = this.size?.address ?? this.list;
      return;
    }
    const { default: Hls } = await import("hls.js/light");
    if (!Hls.isSupported()) {
      this.video.load(); // its last source is a plain file
      return;
    }
    const hls = new Hls({
      enableWorker: false,
      capLevelToPlayerSize: true,
      maxBufferSize: 0, // seconds count, not bytes
      maxBufferLength: PEEK_S,
      backBufferLength: AHEAD_S,
      fragLoadPolicy: policy(),
      playlistLoadPolicy: policy(),
      manifestLoadPolicy: policy(),
    });
    this.hls = hls;
    hls.on(Hls.Events.MANIFEST_PARSED, () => this.size && (hls.startLevel = hls.loadLevel = this.levelOf(this.size)));
    hls.on(Hls.Events.FRAG_LOADED, (_, { frag }) => {
      this.peeked += frag.stats.loaded;
      if (this.isPeeking && this.peeked > BUDGET) hls.stopLoad();
    });
    hls.on(Hls.Events.ERROR, (_, { fatal, type, response }) => {
      if (!fatal) return;
      const isMedia = type === Hls.ErrorTypes.MEDIA_ERROR;
      if (isMedia && this.tries === 0) hls.recoverMediaError();
      // Addresses for a few run out: the playlist gives new ones.
      this.isSpent = isMedia ? this.tries > 0 : response?.code === 403;
      this.break();
    });
    hls.loadSource(this.list);
    hls.attachMedia(this.video);
  }

  private levelOf(size: Size | null): number {
    return size && this.hls ? this.hls.levels.findIndex(({ url }) => url.some((one) => new URL(one, location.href).href === size.address)) : -1;
  }

  private place(): { at: number; until: number } {
    const { buffered, currentTime: at } = this.video;
    for (let part = 0; part < buffered.length; part++) {
      if (buffered.start(part) <= at && at <= buffered.end(part)) return { at, until: buffered.end(part) };
    }
    return { at, until: 0 };
  }

  private break(): void {
    this.broken ??= this.place();
    this.tries += 1;
    this.tell();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.again(), 1000 * Math.min(LONGEST_WAIT_S, 2 ** this.tries));
  }

  /** It is mended once there is more than there was. */
  private heal(): void {
    if (!this.broken || this.video.error || this.place().until < this.broken.until + 0.1) return;
    this.broken = null;
    this.tries = 0;
    clearTimeout(this.timer);
    this.told(false);
  }

  /** A break is told where it is felt: not while there is enough to go on with. */
  private tell(): void {
    const { error, readyState } = this.video;
    if (this.broken && (error || readyState < HTMLMediaElement.HAVE_FUTURE_DATA)) this.told(true);
  }
}

/** One more try at once; longer breaks are ours to wait for, and to tell of. */
function policy(): { default: Hls["config"]["fragLoadPolicy"]["default"] } {
  const retry = { maxNumRetry: 1, retryDelayMs: 500, maxRetryDelayMs: 1000 };
  return { default: { maxTimeToFirstByteMs: 9000, maxLoadTimeMs: 60_000, timeoutRetry: retry, errorRetry: retry } };
}
