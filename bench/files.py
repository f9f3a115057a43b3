"""Broken, hostile and huge pictures and films through the confined children; the confinement is tried from inside beside it."""

import argparse
import asyncio
import collections
import json
from collections.abc import Iterator
from itertools import chain

from bench import hostile_films, pictures
from vermilion.engines.film import FilmWorks
from vermilion.engines.images import Images
from vermilion.kernel.errors import Invalid

EXPECTED = {"animated": {"picture_animated"}, "strangers": {"picture_type"}}
MISDEEDS = ("abort", "segfault", "exit", "interrupt")


def huge() -> Iterator[tuple[str, bytes]]:
    """The largest of each kind that is taken, full of detail."""
    photograph = pictures.photograph(8000, 8000)
    yield (
        "jpeg, progressive, 4:4:4",
        pictures.encoded(photograph, "JPEG", progressive=True, subsampling=0, quality=70),
    )
    yield "jpeg, cmyk", pictures.encoded(photograph.convert("CMYK"), "JPEG", quality=50)
    part = photograph.crop((0, 0, 6000, 6000))
    yield "webp", pictures.encoded(part, "WEBP", method=0, quality=60)
    part = photograph.crop((0, 0, 8000, 6000))
    yield "avif", pictures.encoded(part, "AVIF", speed=10, quality=50)
    yield "heif, 4:4:4", pictures.encoded(part, "HEIF", quality=30, chroma="444")


def carriers(turns: tuple[int, ...]) -> Iterator[tuple[str, bytes]]:
    for kind in pictures.KINDS:
        for turn in turns:
            yield (
                f"{kind} turned {turn}",
                pictures.with_metadata(pictures.photograph(600, 400, turn), kind, turn),
            )


async def through(
    images: Images, cases: Iterator[tuple[str, bytes]], wanted: set[str] | None
) -> collections.Counter[str]:
    """Send every case; count what came of it: prepared, refused, crashes, metadata, surprises."""
    seen: collections.Counter[str] = collections.Counter()
    for name, data in cases:
        warm = images.child_pid
        try:
            prepared = await images.prepare(data, avif=True)
        except Invalid as error:
            seen["refused"] += 1
            seen["surprises"] += bool(wanted) and error.code not in (wanted or ())
        except Exception as error:  # noqa: BLE001 - whatever else comes out is what this bench looks for
            print(f"  {name}: {error!r}")
            seen["crashes"] += 1
        else:
            seen["prepared"] += 1
            seen["surprises"] += wanted is not None
            seen["metadata"] += sum(bool(pictures.leftovers(one.data)) for one in prepared.renditions)
        seen["crashes"] += images.child_pid != warm
        seen["cases"] += 1
    return seen


async def misbehaved(images: Images) -> int:
    """How many children that fall or are killed take the warm child or the next picture with them."""
    fallen = 0
    for misdeed in MISDEEDS:
        warm = images.child_pid
        await asyncio.gather(images.probe(misdeed), return_exceptions=True)
        after = await asyncio.gather(
            images.prepare(pictures.png(1, 1, pictures.squeezed(4))), return_exceptions=True
        )
        fallen += images.child_pid != warm or isinstance(after[0], BaseException)
    return fallen


async def run(quick: bool) -> dict[str, object]:
    images = Images(probes=True)
    await images.start()
    groups: dict[str, Iterator[tuple[str, bytes]]] = {
        "animated": pictures.animated(),
        "strangers": pictures.strangers(),
        "floods": pictures.floods(),
        "bombs": pictures.bombs(),
        "carriers": carriers((1, 6) if quick else tuple(range(1, 9))),
        "broken": chain.from_iterable(
            pictures.broken(seed, 10 if quick else 20) for seed in range(1 if quick else 12)
        ),
    }
    if not quick:
        groups["huge"] = huge()
    total: collections.Counter[str] = collections.Counter()
    print("group       cases  prepared  refused  crashes  metadata  peak MB  CPU s")
    for name, cases in groups.items():
        seen = await through(images, cases, EXPECTED.get(name))
        total += seen
        cost = images.cost()
        print(
            f"{name:10} {seen['cases']:6} {seen['prepared']:9} {seen['refused']:8} {seen['crashes']:8} "
            f"{seen['metadata']:9} {cost.peak_mb:8.0f} {cost.max_cpu_s:6.2f}"
        )
    total["crashes"] += await misbehaved(images)
    confined = (await images.probe("deeds")).deeds
    free = (await images.probe("deeds", confined=False)).deeds
    for deed, outcome in confined.items():
        print(f"{deed:10} confined: {outcome:18} free: {free[deed]}")
    planted = [pictures.with_metadata(pictures.photograph(600, 400), kind) for kind in ("WEBP", "AVIF")]
    cost = images.cost()
    await images.close()
    films = await hostile_films.through(FilmWorks(), quick=quick)
    free_films = await hostile_films.through(FilmWorks(confined=False), quick=quick)
    for name, value in films.items():
        print(f"films, {name:14} confined: {value:8} free: {free_films[name]:8}")
    return {
        "crashes": total["crashes"] + films["crashes"],
        "metadata_left": total["metadata"] + films["metadata_left"],
        "peak_mb": max(round(cost.peak_mb, 1), films["peak_mb"]),
        "max_cpu_s": max(round(cost.max_cpu_s, 2), films["max_cpu_s"]),
        "films": films["films"],
        "film_surprises": films["surprises"],
        "free_film_crashes": free_films["crashes"],
        "free_film_peak_mb": free_films["peak_mb"],
        "cases": total["cases"],
        "surprises": total["surprises"],
        "escapes": sum(outcome == "done" for outcome in confined.values()),
        "control_escapes": sum(outcome == "done" for outcome in free.values()),
        "planted": len(planted),
        "planted_found": sum(bool(pictures.leftovers(data)) for data in planted),
    }


def main(args: argparse.Namespace) -> None:
    """Print a table and, as the last line, the figures as JSON."""
    figures = asyncio.run(run(args.quick))
    report = {"bench": "files", "figures": figures, "limits": {"peak_mb": 600, "max_cpu_s": 8}, "ratios": {}}
    print(json.dumps(report | ({"quick": True} if args.quick else {})))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--data", default="")
    main(parser.parse_args())
