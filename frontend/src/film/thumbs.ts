/** Small pictures of a film above its line of time. */

interface Thumb {
  from: number;
  address: string;
  box: number[];
}

function seconds(text: string): number {
  return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** Read the list of pictures: WebVTT whose cues name parts of one sheet. */
export async function thumbs(address: string): Promise<Thumb[]> {
  const base = new URL(address, location.href);
  const answer = await fetch(base);
  const text = answer.ok ? await answer.text() : "";
  return [...text.matchAll(/([\d:.]+) --> .*\r?\n(.+)#xywh=([\d,]+)/g)].map(([, from, sheet, box]) => ({
    from: seconds(from ?? ""),
    address: new URL(sheet ?? "", base).href,
    box: (box ?? "").split(",").map(Number),
  }));
}

/** Show the picture of a moment in an element. */
export function show(element: HTMLElement, found: Thumb[], at: number): void {
  const thumb = found.findLast(({ from }) => from <= at);
  if (!thumb) return;
  const [x = 0, y = 0, width = 0, height = 0] = thumb.box;
  element.style.inlineSize = `${width}px`;
  element.style.blockSize = `${height}px`;
  element.style.background = `url("${thumb.address}") -${x}px -${y}px`;
}
