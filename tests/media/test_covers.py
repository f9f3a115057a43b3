import re
from xml.etree import ElementTree as ET

import pytest

from vermilion.media import covers
from vermilion.media.covers.palettes import DAY, DUSK, lightness, mix, rgb

SEEDS = (0, 1, 7, 42, 2**63 - 1)
ALLOWED = {
    "svg",
    "defs",
    "g",
    "use",
    "path",
    "rect",
    "circle",
    "ellipse",
    "stop",
    "linearGradient",
    "radialGradient",
    "clipPath",
}


def elements(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter())  # noqa: S314 - our own drawing


@pytest.mark.parametrize("motif", covers.MOTIFS)
def test_a_cover_is_small_plain_svg(motif: str) -> None:
    for seed in (*SEEDS, *range(100, 140)):
        svg = covers.draw(motif, seed)
        assert len(svg.encode()) <= 6_000
        names = {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in elements(svg)}
        assert names <= ALLOWED
        assert "nan" not in svg
        assert "inf" not in svg


@pytest.mark.parametrize("motif", covers.MOTIFS)
def test_a_cover_refers_to_nothing_outside_itself(motif: str) -> None:
    svg = covers.draw(motif, 3)
    for element in elements(svg):
        assert not (element.text or "").strip()
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "://" not in value
            for target in re.findall(r"url\(([^)]*)\)", value) + ([value] if name == "href" else []):
                assert f'id="{target.lstrip("#")}"' in svg


@pytest.mark.parametrize("motif", covers.MOTIFS)
def test_the_same_seed_draws_the_same_cover_and_another_seed_another(motif: str) -> None:
    assert covers.draw(motif, 5) == covers.draw(motif, 5)
    assert len({covers.draw(motif, seed) for seed in range(40)}) == 40


@pytest.mark.parametrize("motif", covers.MOTIFS)
def test_size_and_ratio_agree_with_the_drawing(motif: str) -> None:
    for seed in SEEDS:
        width, height = covers.size(motif, seed)
        assert width == 720
        assert f'viewBox="0 0 720 {height}"' in covers.draw(motif, seed)
        assert 0.75 <= covers.ratio(motif, seed) <= 1.3334
        assert covers.ratio(motif, seed) == pytest.approx(height / width, abs=1e-4)
    assert len({covers.ratio(motif, seed) for seed in range(60)}) >= 5


def test_the_mean_colour_is_a_colour_and_night_is_dark() -> None:
    for motif in covers.MOTIFS:
        assert re.fullmatch(r"#[0-9a-f]{6}", covers.mean_color(motif, 9))
    assert all(
        covers.is_dark("night", seed)
        for seed in range(20)
        if lightness(covers.mean_color("night", seed)) < 0.5
    )
    assert sum(covers.is_dark("night", seed) for seed in range(20)) > 14
    assert sum(covers.is_dark("map", seed) for seed in range(20)) == 0


@pytest.mark.parametrize("motif", covers.MOTIFS)
def test_the_tone_is_near_the_mean_colour(motif: str) -> None:
    apart = [
        abs(one - other)
        for seed in range(12)
        for one, other in zip(rgb(covers.tone(motif, seed)), rgb(covers.mean_color(motif, seed)), strict=True)
    ]
    assert sum(apart) / len(apart) < 30


def test_an_unknown_motif_is_refused() -> None:
    with pytest.raises(KeyError):
        covers.draw("dragon", 1)


def test_palettes_are_whole_and_ordered_by_light() -> None:
    assert len(DAY) + len(DUSK) >= 12
    for palette in (*DAY, *DUSK):
        assert lightness(palette.ink) < lightness(palette.far) < lightness(palette.light)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert rgb("#ff0080") == (255, 0, 128)


@pytest.mark.parametrize(
    ("tags", "motif"),
    [
        (["#Food"], "bowl"),
        (["美食"], "bowl"),
        (["comida"], "bowl"),
        (["cuisine"], "bowl"),
        (["Kochen"], "bowl"),
        (["ricette"], "bowl"),
        (["рецепт"], "bowl"),
        (["料理"], "bowl"),
        (["음식"], "bowl"),
        (["طبخ"], "bowl"),
        (["kuliner"], "bowl"),
        (["receitas"], "bowl"),
        (["猫税"], "cat"),
        (["我家猫的一天"], "cat"),
        (["上海探店"], "bowl"),
        (["night_market", "nothing"], "night"),
        (["nothing", "viagem"], "map"),
        (["collegeessay"], "letter"),
        (["OOTD"], "shirt"),
    ],
)
def test_tags_choose_the_motif(tags: list[str], motif: str) -> None:
    assert covers.motif_for(tags, 1) == motif


def test_without_a_fitting_tag_the_seed_chooses_a_calm_motif() -> None:
    chosen = {covers.motif_for(["xyzzy"], seed) for seed in range(60)}
    assert len(chosen) > 4
    assert chosen <= set(covers.MOTIFS)
    assert covers.motif_for([], 8) == covers.motif_for([], 8)
