"""Real photographs and real short texts made into notes over the API: what comes out, and what of it is wrong."""

import argparse
import asyncio
import io
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pillow_heif
from PIL import Image

from bench.harness import Request, drive_answers, served, working
from bench.report import report
from bench.world import SMALL, account_id, token_of, world
from vermilion.sample.world import photograph_file, photographs

GOALS = {"failed": "= 0", "metadata_left": "= 0", "not_upright": "= 0", "not_public": "= 0"}
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF")
TEXTS = ("zh_es_fun_posts", "zh_ja_fun_posts", "zh_es_social_snippets", "zh_ja_social_snippets")


def main(args: argparse.Namespace) -> None:
    """300 photographs and 1,000 texts of `--data` (`csm`), a tenth with `--quick`."""
    pictures, count = (30, 100) if args.quick else (300, 1000)
    if args.data is None:
        print("real: give the folder of the evaluation sets with --data; nothing was measured")
        return
    texts = _texts(args.data, count)
    with world(SMALL) as (dsn, folder), working(dsn, folder), served(dsn, folder) as (port, _):
        figures = asyncio.run(_publish(port, texts, pictures))
    report("real", figures, {}, quick=args.quick, goals=GOALS)


async def _publish(port: int, texts: Sequence[str], pictures: int) -> dict[str, float]:
    chance = random.Random(3)
    files = [_photograph(number, chance) for number in range(pictures)]
    me = [token_of(account_id(SMALL, 900 + number)) for number in range(40)]
    started = time.monotonic()
    uploads = await drive_answers(
        port,
        [
            Request(path="/api/v1/uploads", headers=(me[at % 40],), method="POST", body=file)
            for at, (file, _) in enumerate(files)
        ],
        2,
    )
    uploaded_s = time.monotonic() - started
    cards = [json.loads(body) for status, body in uploads if status == 201]
    failed = len(files) - len(cards)
    requests = []
    for at, text in enumerate(texts):
        new = {"title": text[:40] if at % 3 else "", "body": text}
        if at < len(cards) and uploads[at][0] == 201:
            new["pictures"] = [{"id": json.loads(uploads[at][1])["id"], "alt": "A photograph"}]  # type: ignore[assignment]
        body = msgspec.json.encode(new)
        headers = (me[at % 40], ("Content-Type", "application/json"))
        requests.append(Request(path="/api/v1/notes", headers=headers, method="POST", body=body))
    published = await drive_answers(port, requests, 8)
    failed += sum(status != 201 for status, _ in published)
    notes = [json.loads(body) for status, body in published if status == 201]
    await asyncio.sleep(3)
    seen = await drive_answers(port, [Request(path=f"/api/v1/notes/{note['id']}") for note in notes], 8)
    shown = [json.loads(body) for status, body in seen if status == 200]
    checks = await _check(port, shown, files)
    return {
        "photographs": len(cards), "notes": len(notes), "failed": failed, "not_public": len(notes) - len(shown),
        "uploads_per_s": len(cards) / uploaded_s, **checks,
    }  # fmt: skip


async def _check(
    port: int, notes: Sequence[dict[str, object]], files: Sequence[tuple[bytes, bool]]
) -> dict[str, float]:
    """Fetch every size of every picture: nothing but pixels may be left, and they stand upright."""
    metadata = wrong = sizes = 0
    for number, note in enumerate(notes):
        for picture in note["pictures"]:  # type: ignore[attr-defined]
            wrong += (picture["height"] > picture["width"]) != files[number][1]
            paths = [source["url"] for source in picture["sources"]]
            for status, body in await drive_answers(port, [Request(path=path) for path in paths], 2):
                sizes += 1
                image = Image.open(io.BytesIO(body)) if status == 200 else None
                metadata += (
                    image is None
                    or bool(image.getexif())
                    or any(
                        key in image.info for key in ("exif", "xmp", "icc_profile", "comment", "photoshop")
                    )
                    or b"GPS" in body
                )
    return {"sizes": sizes, "metadata_left": metadata, "not_upright": wrong}


def _photograph(number: int, chance: random.Random) -> tuple[bytes, bool]:
    """A cut of a real photograph with a camera's data in it, and whether it is taller than wide when upright."""
    names = sorted(photographs())
    file = photograph_file(names[number % len(names)])
    if file is None:
        raise RuntimeError("the photographs were not fetched: install the package first")
    image = Image.open(file).convert("RGB")
    width, height = (chance.uniform(0.4, 1.0) * side for side in image.size)
    left, top = chance.uniform(0, image.width - width), chance.uniform(0, image.height - height)
    scale = chance.choice((0.3, 1, 1, 2, 4))
    cut = image.crop((int(left), int(top), int(left + width), int(top + height)))
    cut = cut.resize((max(40, int(cut.width * scale)), max(40, int(cut.height * scale))))
    form, turned = (
        FORMATS[number % len(FORMATS)],
        chance.choice((1, 3, 6, 8)) if number % len(FORMATS) == 0 else 1,
    )
    tall = cut.height > cut.width
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turned, "A camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.0), 3: "E", 4: (2.0, 17.0, 40.0)})
    out = io.BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(cut).save(out, exif=exif.tobytes(), quality=80)
    elif form == "GIF":
        cut.quantize(128).save(out, form, comment=b"GPS 48.85, 2.29")
    else:
        cut.save(out, form, exif=exif.tobytes(), quality=85)
    return out.getvalue(), tall != (turned in {6, 8}) if cut.height != cut.width else False


def _texts(data: Path, count: int) -> list[str]:
    found: list[str] = []
    for name in TEXTS:
        for line in (data / "csm" / f"{name}.jsonl").read_text("utf-8").splitlines():
            text = json.loads(line)["source"].strip()
            if text and text not in found:
                found.append(text)
    return found[:count]
