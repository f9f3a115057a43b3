"""Twelve-megapixel photographs to three sizes and a thumbhash, against bare Pillow doing the same in one process."""

import argparse
import asyncio
import io
import json
import os
import time
from pathlib import Path

import pillow_heif
import thumbhash
from PIL import Image, ImageOps

from bench import pictures
from vermilion.engines.images import Images
from vermilion.engines.images_decode import HASH_SIDE, WEBP_QUALITY

KINDS = ("JPEG", "HEIF", "PNG", "WEBP")
WIDTHS = (1440, 720, 360)


def bare(data: bytes) -> list[bytes]:
    """What anybody would write with Pillow alone: no confinement, no colour management, no checks."""
    image: Image.Image = Image.open(io.BytesIO(data))
    image.draft("RGB", (WIDTHS[0] * 2, WIDTHS[0] * 2))
    image.thumbnail((WIDTHS[0], 1920), Image.Resampling.LANCZOS)
    image = ImageOps.exif_transpose(image).convert("RGB")
    made = []
    for width in WIDTHS:
        image.thumbnail((width, 1920), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        image.save(out, "WEBP", quality=WEBP_QUALITY, method=4, exif=b"", icc_profile=b"")
        made.append(out.getvalue())
    image.thumbnail((HASH_SIDE, HASH_SIDE))
    made.append(bytes(thumbhash.rgba_to_thumb_hash(*image.size, list(image.convert("RGBA").tobytes()))))
    return made


def cpu_of(process: int) -> float:
    """CPU seconds of a running process and of its ended children."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


async def ours(photographs: list[bytes]) -> tuple[float, float]:
    """CPU seconds of this process, the warm child and its children; the largest child's peak in MB."""
    images = Images(workers=1)
    await images.start()
    assert images.child_pid is not None
    before = time.process_time() + cpu_of(images.child_pid)
    await asyncio.gather(*map(images.prepare, photographs))
    spent = time.process_time() + cpu_of(images.child_pid) - before
    peak = images.cost().peak_mb
    await images.close()
    return spent, peak


def main(args: argparse.Namespace) -> None:
    """Print a table and, as the last line, the figures as JSON."""
    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    count, rounds = (1, 3) if args.quick else (4, 5)
    totals, peak, rows = {"ours": 0.0, "bare": 0.0}, 0.0, []
    for kind in KINDS:
        made = [pictures.encoded(pictures.photograph(4000, 3000, seed), kind) for seed in range(1, count + 1)]
        spent_ours, spent_bare = [], []
        for _ in range(rounds):
            cpu, mb = asyncio.run(ours(made))
            peak = max(peak, mb)
            spent_ours.append(cpu / len(made))
            start = time.process_time()
            for data in made:
                bare(data)
            spent_bare.append((time.process_time() - start) / len(made))
        best = min(spent_ours), min(spent_bare)
        totals["ours"] += best[0]
        totals["bare"] += best[1]
        rows.append((kind, sum(map(len, made)) / len(made) / 1e6, *best, best[0] / best[1], mb))
    print(f"{'kind':6} {'MB':>6} {'ours CPU s':>11} {'Pillow CPU s':>13} {'ratio':>6} {'peak MB':>8}")
    for kind, size, mine, theirs, ratio, mb in rows:
        print(f"{kind:6} {size:6.1f} {mine:11.3f} {theirs:13.3f} {ratio:6.2f} {mb:8.0f}")
    figures = {
        "pillow_ratio": round(totals["ours"] / totals["bare"], 3),
        "worker_mb": round(peak, 1),
        "cpu_s_a_picture": round(totals["ours"] / len(KINDS), 3),
    }
    report = {
        "bench": "media",
        "figures": figures,
        "limits": {"pillow_cpu_s_a_picture": round(totals["bare"] / len(KINDS), 3)},
        "ratios": {kind.lower(): round(ratio, 3) for kind, _, _, _, ratio, _ in rows},
    }
    print(json.dumps(report | ({"quick": True} if args.quick else {})))
