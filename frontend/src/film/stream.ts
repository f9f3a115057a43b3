/** Where a film comes from: the browser's own streams where it has them, hls.js elsewhere. What breaks is taken up again. */

import type Hls from "hls.js";
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
  private readonly isNative: boolean;
  private size: Size | null = null;
  private peeked = 0;
  private isPeeking = true;
  private tries = 0;
  private timer = 0;
  private isBroken = false;
  private isWanted = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly list: string,
    private readonly told: (isBroken: boolean) => void,
  ) {
    this.isNative = video.canPlayType(STREAM) !== "";
    video.addEventListener("error", () => video.getAttribute("src") && this.begun && !this.hls && this.broken());
    video.addEventListener("waiting", () => this.tell());
    for (const name of ["playing", "timeupdate"]) video.addEventListener(name, () => this.isFlowing() && this.well());
    // What breaks also pauses: what was wanted is kept here.
    video.addEventListener("play", () => (this.isWanted = true));
    video.addEventListener("pause", () => (this.isWanted &&= video.error !== null));
    addEventListener("online", () => this.isBroken && this.again());
  }

  /** Fetch its beginning, and no more than the budget of it. */
  peek(): Promise<void> {
    this.begun ??= this.begin();
    return this.begun;
  }

  /** Fetch on as it plays. */
  async flow(): Promise<void> {
    await this.peek();
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
    if (!this.begun) return;
    this.hls?.destroy();
    this.hls = null;
    this.begun = null;
    this.isPeeking = true;
    this.isBroken = false;
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
    else if (this.begun) this.reload();
  }

  /** Take up again what has broken. */
  again(): void {
    clearTimeout(this.timer);
    if (!this.hls) this.reload();
    else if (this.hls.levels.length && this.tries < 2) this.hls.startLoad(this.video.currentTime || -1);
    else {
      // Addresses for a few run out: the playlist gives new ones.
      this.hls.config.startPosition = this.video.currentTime || -1;
      this.hls.loadSource(this.list);
    }
  }

  private async begin(): Promise<void> {
    if (!this.size && saves()) this.size = (await this.sizes().catch(() => []))[0] ?? null;
    if (this.isNative) {
      this.video.preload = "metadata";
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
      if (this.isBroken) this.well();
    });
    hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
      if (!fatal) return;
      if (type === Hls.ErrorTypes.MEDIA_ERROR && this.tries === 0) hls.recoverMediaError();
      this.broken();
    });
    hls.loadSource(this.list);
    hls.attachMedia(this.video);
  }

  private levelOf(size: Size | null): number {
    return size && this.hls ? this.hls.levels.findIndex(({ url }) => url.some((one) => new URL(one, location.href).href === size.address)) : -1;
  }

  private reload(): void {
    const { video } = this;
    const at = video.currentTime;
    const rate = video.playbackRate;
    video.src = this.size?.address ?? this.list;
    video.addEventListener(
      "loadedmetadata",
      () => {
        video.currentTime = at;
        video.playbackRate = rate;
        this.well();
      },
      { once: true },
    );
    if (this.isWanted) video.play().catch(() => undefined);
  }

  private isFlowing(): boolean {
    return this.isBroken && this.video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && !this.hls;
  }

  private broken(): void {
    this.isBroken = true;
    this.tries += 1;
    this.tell();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.again(), 1000 * Math.min(LONGEST_WAIT_S, 2 ** this.tries));
  }

  private well(): void {
    if (!this.isBroken) return;
    this.isBroken = false;
    this.tries = 0;
    clearTimeout(this.timer);
    this.told(false);
  }

  /** A break is told where it is felt: not while there is enough to go on with. */
  private tell(): void {
    if (this.isBroken && this.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) this.told(true);
  }
}

/** One more try at once; longer breaks are ours to wait for, and to tell of. */
function policy(): { default: Hls["config"]["fragLoadPolicy"]["default"] } {
  const retry = { maxNumRetry: 1, retryDelayMs: 500, maxRetryDelayMs: 1000 };
  return { default: { maxTimeToFirstByteMs: 9000, maxLoadTimeMs: 60_000, timeoutRetry: retry, errorRetry: retry } };
}
