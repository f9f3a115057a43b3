/** A film with the house's own controls: buttons, a line of time with pictures, captions, keys. */

import { all, one, whenShown, within } from "../dom";
import { swap, ask } from "../fragments";
import { keep, kept, saves } from "./kept";
import { type Size, Stream } from "./stream";
import { show, thumbs } from "./thumbs";
import { follow } from "./watched";

const STEP_S = 5;
const QUIET_MS = 2600;
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
/** Captions as the style sheet writes them, and what the controls below them take. */
const CUE_FONT = "600 18px system-ui, sans-serif";
const CUE_ROW_PX = 25.2;
const BAR_PX = 62;
const pen = document.createElement("canvas").getContext("2d");
const players = new WeakMap<Element, Player>();

function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const rest = `${String(Math.floor(whole / 60) % 60).padStart(whole < 3600 ? 1 : 2, "0")}:${String(whole % 60).padStart(2, "0")}`;
  return whole < 3600 ? rest : `${Math.floor(whole / 3600)}:${rest}`;
}

export class Player {
  readonly video: HTMLVideoElement;
  readonly stream: Stream;
  private readonly seek: HTMLInputElement;
  private found: Promise<Awaited<ReturnType<typeof thumbs>>> | null = null;
  private sizes: Size[] = [];
  private quiet = 0;

  constructor(
    readonly root: HTMLElement,
    private readonly isReel = false,
  ) {
    this.video = one<HTMLVideoElement>("video", root) as HTMLVideoElement;
    this.seek = one<HTMLInputElement>("input[type=range]", root) as HTMLInputElement;
    this.stream = new Stream(this.video, root.dataset.list ?? "", (isBroken) => this.tell(isBroken));
    const { video } = this;
    video.controls = false;
    const { muted, loop, speed, volume } = kept();
    video.muted = muted ?? isReel;
    video.volume = volume ?? 1;
    video.loop = loop ?? isReel;
    video.defaultPlaybackRate = video.playbackRate = speed ?? 1;
    this.listen();
    this.caption(kept().captions);
    this.draw();
    follow(video, root.dataset.film ?? "");
    root.classList.add("film-live");
  }

  async play(): Promise<void> {
    await this.stream.flow();
    if (this.stream.isBroken) this.stream.again();
    try {
      await this.video.play();
    } catch (error) {
      // A browser that lets nothing be heard unasked lets it be seen.
      if (!(error instanceof DOMException && error.name === "NotAllowedError") || this.video.muted) return;
      this.video.muted = true;
      await this.video.play().catch(() => undefined);
    }
  }

  toggle(): void {
    if (this.video.paused) void this.play();
    else this.stream.halt();
  }

  /** A key of the player; whether it was one. */
  key(event: KeyboardEvent): boolean {
    const { video } = this;
    const on = within(event, "button, summary, select, input[type=checkbox], a");
    if ((on && (event.key === " " || event.key === "Enter")) || within(event, "select, .film-menu[open]")) return false;
    const deeds: Record<string, () => void> = {
      " ": () => this.toggle(),
      ArrowRight: () => this.go(video.currentTime + STEP_S),
      ArrowLeft: () => this.go(video.currentTime - STEP_S),
      m: () => this.mute(),
      c: () => this.captions(),
      f: () => this.fill(),
      ">": () => this.faster(1),
      "<": () => this.faster(-1),
      Home: () => this.go(0),
      End: () => this.go(video.duration),
    };
    if (!this.isReel) {
      deeds.ArrowUp = () => this.louder(0.1);
      deeds.ArrowDown = () => this.louder(-0.1);
    }
    const deed = deeds[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!deed) return false;
    event.preventDefault();
    deed();
    this.wake();
    return true;
  }

  private listen(): void {
    const { root, video, seek } = this;
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("change", (event) => this.set(event.target as HTMLInputElement | HTMLSelectElement));
    for (const name of ["pointermove", "focusin", "pointerdown"]) root.addEventListener(name, () => this.wake());
    for (const name of ["play", "pause", "ended", "waiting", "playing", "timeupdate", "durationchange", "volumechange", "seeked"]) {
      video.addEventListener(name, () => this.draw());
    }
    video.addEventListener("pause", () => video.isConnected || this.stream.drop());
    seek.addEventListener("input", () => {
      this.go(Number(seek.value));
      this.peek(Number(seek.value));
    });
    seek.addEventListener("pointermove", (event) => {
      const box = seek.getBoundingClientRect();
      this.peek(((event.clientX - box.left) / box.width) * Number(seek.max));
    });
    for (const name of ["pointerleave", "change", "blur"]) seek.addEventListener(name, () => this.peek(null));
    one(".film-menu", root)?.addEventListener("toggle", () => void this.offerSizes());
    for (const track of all<HTMLTrackElement>("track", root)) {
      track.addEventListener("load", () => this.raise(track.track));
      track.addEventListener("load", () => void complete(track), { once: true });
    }
    document.addEventListener("fullscreenchange", () => press(root, "fill", document.fullscreenElement === root));
    new ResizeObserver(() => this.raiseAll()).observe(root);
    const floats = document.pictureInPictureEnabled;
    const button = one("[data-do=float]", root);
    if (button) button.hidden = !floats;
  }

  private click(event: Event): void {
    const what = within(event, "[data-do]")?.dataset.do;
    if (what === "play") this.toggle();
    else if (what === "mute") this.mute();
    else if (what === "captions") this.captions();
    else if (what === "fill") this.fill();
    else if (what === "again") this.stream.again();
    else if (what === "float") void this.float();
    else if (!this.isReel && event.target === this.video) this.toggle();
  }

  private set(field: HTMLInputElement | HTMLSelectElement): void {
    const what = field.dataset.set;
    const { value } = field;
    if (what === "speed") this.speed(Number(value));
    else if (what === "captions") keep({ captions: this.caption(value) });
    else if (what === "size") this.stream.choose(this.sizes.find(({ name }) => name === value) ?? null);
    else if (field instanceof HTMLInputElement && what === "loop") keep({ loop: (this.video.loop = field.checked) });
    else if (field instanceof HTMLInputElement && what === "saves") {
      keep({ saves: field.checked });
      void this.save();
    }
  }

  /** What was said about saving data holds for this film at once. */
  private async save(): Promise<void> {
    const sizes = await this.stream.sizes();
    this.stream.choose(saves() ? (sizes[0] ?? null) : null);
  }

  private go(seconds: number): void {
    const { video } = this;
    const lasts = Number(this.seek.max);
    void this.stream.flow().then(() => {
      const to = Math.max(0, Math.min(lasts - 0.05, seconds));
      if (video.readyState) video.currentTime = to;
      else video.addEventListener("loadedmetadata", () => (video.currentTime = to), { once: true });
    });
  }

  private mute(): void {
    this.video.muted = !this.video.muted;
    keep({ muted: this.video.muted });
  }

  private louder(by: number): void {
    const volume = Math.round(10 * Math.min(1, Math.max(0, this.video.volume + by))) / 10;
    this.video.volume = volume;
    keep({ volume });
    this.say(new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(volume));
  }

  private faster(by: number): void {
    const at = SPEEDS.indexOf(this.video.playbackRate);
    this.speed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + by))] ?? 1);
  }

  private speed(rate: number): void {
    this.video.defaultPlaybackRate = this.video.playbackRate = rate;
    keep({ speed: rate });
    this.say(`${new Intl.NumberFormat(document.documentElement.lang).format(rate)}×`);
    this.draw();
  }

  private captions(): void {
    const isOn = [...this.video.textTracks].some(({ mode }) => mode === "showing");
    keep({ captions: this.caption(isOn ? "" : undefined) });
  }

  /** Show the captions in a language, "" none; not said: the reader's, as the page has them. Gives what is shown. */
  private caption(lang: string | undefined): string {
    const tracks = all<HTMLTrackElement>("track", this.video);
    const wanted =
      lang === "" ? undefined : (tracks.find(({ srclang }) => srclang === lang) ?? tracks.find((track) => track.default) ?? tracks[0]);
    for (const track of tracks) {
      track.track.mode = track === wanted ? "showing" : "disabled";
      this.raise(track.track);
    }
    press(this.root, "captions", wanted !== undefined);
    const field = one<HTMLSelectElement>("[data-set=captions]", this.root);
    if (field) field.value = wanted?.srclang ?? "";
    return wanted?.srclang ?? "";
  }

  /** Captions stand above the controls, and under Watch above the words and beside the buttons that stand there. */
  private raise(track: TextTrack): void {
    const { bottom, left, right, width, height } = this.video.getBoundingClientRect();
    if (!height) return;
    const item = this.isReel && !document.fullscreenElement ? this.root.parentElement : null;
    const words = item && one(".reel-words", item);
    const deeds = item && one(".reel-deeds", item);
    const below = Math.max(BAR_PX, words ? bottom - words.getBoundingClientRect().top : 0);
    // What the buttons leave of the width: they stand over the film on narrow screens, beside it on others.
    const over = deeds?.getBoundingClientRect();
    const onRight = over && over.left > left && over.left < right ? right - over.left : 0;
    const onLeft = over && over.right > left && over.right < right ? over.right - left : 0;
    const space = width - onRight - onLeft;
    // Of lines that are said together those that begin later stand above the others, and of two at once the first.
    const cues = [...(track.cues ?? [])].reverse().sort((one, other) => one.startTime - other.startTime);
    let shown: { until: number; from: number; to: number }[] = [];
    for (const cue of cues) {
      if (!(cue instanceof VTTCue)) continue;
      const takes = rows(cue.text, space);
      shown = shown.filter(({ until }) => until > cue.startTime).sort((one, other) => one.from - other.from);
      const from = shown.reduce((free, other) => (other.from < free + takes && free < other.to ? other.to : free), 0);
      shown.push({ until: cue.endTime, from, to: from + takes });
      // By share of the height: lines counted from below are laid out above first and jump.
      cue.snapToLines = false;
      cue.line = (100 * Math.max(0, height - below - CUE_ROW_PX * (from + takes))) / height;
      cue.size = (100 * space) / width;
      cue.position = (100 * (onLeft + space / 2)) / width;
    }
  }

  private raiseAll(): void {
    for (const track of this.video.textTracks) if (track.mode === "showing") this.raise(track);
  }

  private fill(): void {
    const { root, video } = this;
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (root.requestFullscreen) root.requestFullscreen().catch(() => undefined);
    else (video as { webkitEnterFullscreen?: () => void }).webkitEnterFullscreen?.();
  }

  private async float(): Promise<void> {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else {
      await this.play();
      await this.video.requestPictureInPicture().catch(() => undefined);
    }
  }

  private async offerSizes(): Promise<void> {
    const field = one<HTMLSelectElement>("[data-set=size]", this.root);
    if (!field || this.sizes.length) return;
    this.sizes = await this.stream.sizes().catch(() => []);
    field.append(...this.sizes.map(({ name }) => new Option(name, name)));
  }

  /** The picture of a moment above the line of time, or null: none. */
  private peek(at: number | null): void {
    const place = one(".film-thumb", this.root);
    if (!place) return;
    place.hidden = at === null;
    if (at === null) return;
    const moment = Math.max(0, Math.min(Number(this.seek.max), at));
    place.style.insetInlineStart = `${(100 * moment) / Number(this.seek.max)}%`;
    (one("b", place) as HTMLElement).textContent = clock(moment);
    this.found ??= thumbs(this.root.dataset.thumbs ?? "").catch(() => []);
    void this.found.then((list) => show(one("i", place) as HTMLElement, list, moment));
  }

  private draw(): void {
    const { root, video, seek } = this;
    const lasts = Number.isFinite(video.duration) && video.duration ? video.duration : Number(seek.max);
    seek.max = String(lasts);
    if (!seek.matches(":active")) seek.value = String(video.currentTime);
    seek.style.setProperty("--at", `${(100 * video.currentTime) / lasts}%`);
    seek.ariaValueText = `${clock(video.currentTime)} / ${clock(lasts)}`;
    (one("[data-at]", root) as HTMLElement).textContent = clock(video.currentTime);
    const isWaiting = !video.paused && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    root.dataset.state = video.ended ? "ended" : video.paused ? "paused" : isWaiting ? "waiting" : "playing";
    const button = one<HTMLButtonElement>(".film-bar [data-do=play]", root);
    if (button && (button.dataset.state === "playing") === video.paused) {
      const { ariaLabel } = button;
      button.ariaLabel = button.dataset.other ?? "";
      button.dataset.other = ariaLabel ?? "";
      button.dataset.state = video.paused ? "paused" : "playing";
      use(button, video.paused ? "play" : "pause");
    }
    press(root, "mute", video.muted);
    const sound = one("[data-do=mute]", root);
    if (sound) use(sound, video.muted ? "quiet" : "sound");
    const fields: [string, boolean][] = [["loop", video.loop], ["saves", saves()]];
    for (const [name, on] of fields) (one<HTMLInputElement>(`[data-set=${name}]`, root) as HTMLInputElement).checked = on;
    (one<HTMLSelectElement>("[data-set=speed]", root) as HTMLSelectElement).value = String(video.playbackRate);
  }

  private tell(isBroken: boolean): void {
    const told = one(".film-broken", this.root);
    if (told) told.hidden = !isBroken;
  }

  private say(text: string): void {
    const said = one(".film-said", this.root);
    if (!said) return;
    said.textContent = text;
    setTimeout(() => said.textContent === text && (said.textContent = ""), 1500);
  }

  /** Show the controls for a while. */
  private wake(): void {
    this.root.classList.remove("film-quiet");
    clearTimeout(this.quiet);
    this.quiet = window.setTimeout(() => {
      if (!this.video.paused && !one(".film-menu[open]", this.root)) this.root.classList.add("film-quiet");
    }, QUIET_MS);
  }
}

/** Captions that are still being translated are fetched again when there are more of them. */
async function complete(track: HTMLTrackElement, last = Infinity, tries = 20): Promise<void> {
  const { waits } = track.dataset;
  if (!waits || !track.isConnected || !tries) return;
  const answer = await fetch(waits).catch(() => null);
  const left: number = answer?.ok ? ((await answer.json()) as { waits: number }).waits : last;
  if (left < last && last !== Infinity) track.src = `${track.src.split("?")[0]}?left=${left}`;
  if (left) setTimeout(() => void complete(track, left, tries - 1), 5000);
}

/** How many rows captions take where they are so wide. */
function rows(text: string, width: number): number {
  if (!pen || !width) return 1;
  pen.font = CUE_FONT;
  return text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil((pen.measureText(line).width * 1.06) / width)), 0);
}

function press(root: HTMLElement, what: string, on: boolean): void {
  const button = one(`[data-do=${what}]`, root);
  if (button) button.ariaPressed = String(on);
}

function use(button: Element, name: string): void {
  const shape = button.querySelector("use");
  if (shape?.getAttribute("href") !== `#f-${name}`) shape?.setAttribute("href", `#f-${name}`);
}

/** The player of a film; made when it is first asked for. */
export function playerOf(root: HTMLElement, isReel = false): Player {
  let player = players.get(root);
  if (!player) {
    player = new Player(root, isReel);
    players.set(root, player);
  }
  return player;
}

/** Ask for a film that is being prepared until it can be played. */
function wait(element: HTMLElement): void {
  setTimeout(async () => {
    if (!element.isConnected) return;
    const nodes = document.hidden ? null : await ask(element.dataset.again ?? "").catch(() => null);
    const again = nodes && one("[data-again]", nodes);
    const bar = one<HTMLProgressElement>("progress", element);
    const value = again && one<HTMLProgressElement>("progress", again)?.value;
    if (nodes && !again) swap(element, nodes);
    else {
      if (bar && value) bar.value = value;
      wait(element);
    }
  }, 3000);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
  if (within(event, "textarea, select, input:not([type=range], [type=checkbox])")) return;
  const film = within(event, "[data-film]") ?? (within(event, "a, button, summary, input") ? null : current());
  if (film && playerOf(film).key(event)) event.stopPropagation();
});

/** The film that keys mean when nothing else has the focus. */
function current(): HTMLElement | null {
  return one("dialog[open] [data-film]") ?? one(".reel .now [data-film]") ?? one(".note-page .media-film [data-film]");
}

whenShown((root) => {
  for (const film of all("[data-film]", root)) playerOf(film, film.closest(".reel") !== null);
  if (root instanceof HTMLElement && root.dataset.film) playerOf(root, root.closest(".reel") !== null);
  for (const element of all("[data-again]", root)) wait(element);
  // In the overlay keys are for the film at once.
  if (document.activeElement?.matches("#overlay .close")) one("#overlay [data-film]")?.focus({ preventScroll: true });
});
