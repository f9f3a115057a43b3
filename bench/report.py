"""How a bench reports: a readable table, and as its last line one JSON object."""

import json
from collections.abc import Mapping


def report(
    bench: str,
    figures: Mapping[str, float],
    limits: Mapping[str, float],
    *,
    quick: bool,
    goals: Mapping[str, str],
) -> None:
    """Print figures beside their goals and the limits measured in the same run; ratios are figure over limit."""
    ratios = {key: round(figures[key] / limits[key], 4) for key in figures if limits.get(key)}
    width = max(map(len, [*figures, *limits]))
    print(f"\n{bench}{' (quick: a small world)' if quick else ''}")
    for key, figure in figures.items():
        parts = [f"  {key:<{width}}  {figure:>12,.3f}"]
        parts += [f"goal {goals[key]}"] if key in goals else []
        parts += [f"limit {limits[key]:,.3f}, ratio {ratios[key]:.3f}"] if key in ratios else []
        print("   ".join(parts))
    for key, limit in limits.items():
        if key not in figures:
            print(f"  {key:<{width}}  {limit:>12,.3f}   (limit)")
    print(
        json.dumps(
            {
                "bench": bench,
                **({"quick": True} if quick else {}),
                "figures": {key: round(figure, 4) for key, figure in figures.items()},
                "limits": {key: round(limit, 4) for key, limit in limits.items()},
                "ratios": ratios,
            }
        )
    )
