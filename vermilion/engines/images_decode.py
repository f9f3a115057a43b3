"""Bytes of a picture -> upright, sRGB, three sizes, nothing of its metadata. Runs inside the confined child."""

import contextlib
import io
import warnings
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
import pillow_heif
import thumbhash
from PIL import AvifImagePlugin, Image, ImageCms, ImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from vermilion.engines.images_wire import (
    LEAST_SIDE,
    MAX_PIXELS,
    MAX_SIDE,
    Kind,
    Looked,
    Order,
    Prepared,
    Refused,
    RenditionBytes,
)
from vermilion.engines.looks import look_of

Name = Literal["s", "m", "l"]
WIDTHS: dict[Name, int] = {"l": 1440, "m": 720, "s": 360}
LONG_SIDE = 1920
AVATAR: dict[Name, int] = {"m": 320, "s": 96}
WEBP_QUALITY = 80
AVIF_QUALITY, AVIF_SPEED, AVIF_WORTH = 62, 8, 0.9
HASH_SIDE = 32
STRIP_BYTES = 8 * 1024 * 1024
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
OPENERS: dict[Kind, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
    "GIF": GifImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "HEIF": pillow_heif.HeifImageFile,
}


class Refusal(Exception):
    """A picture that is not taken, with the code that says why."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code)
        self.refused = refused


def preload() -> None:
    """Load every part that decoding and encoding use, so that nothing is opened after confinement."""
    warnings.simplefilter("ignore")
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = False
    pillow_heif.options.DEPTH_IMAGES = False
    pillow_heif.options.AUX_IMAGES = False
    tags = Image.Exif()
    tags[ORIENTATION] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    white = Image.new("RGB", (16, 16), "white")
    ImageCms.profileToProfile(white, profile, profile)
    kinds: tuple[Kind, ...] = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
    for kind in kinds:
        sample = io.BytesIO()
        white.save(sample, kind, exif=tags.tobytes(), icc_profile=profile.tobytes())
        prepare(Order(op="picture", kind=kind, avif=True, data=sample.getvalue()))


def prepare(order: Order) -> Prepared:
    """Decode and re-encode one picture. Raises Refusal, MemoryError or whatever a broken picture provokes."""
    picture = _open(order)
    turns = [turn for turn in (_orientation(picture), _QUARTERS[order.turn]) if turn is not None]
    cut = _cut_in(picture.size, order.crop, turns)
    sides = _upright(_size_of(cut), turns)
    largest = _fit(sides, WIDTHS["l"]) if order.op == "picture" else _cover(sides, AVATAR["m"])
    image = _shrunk(picture, cut, _upright(largest, turns))
    for turn in turns:
        image = image.transpose(turn)
    if order.op == "avatar":
        image = _square(image)
    image.info = {}
    renditions: list[RenditionBytes] = []
    for name, width in (WIDTHS if order.op == "picture" else AVATAR).items():
        size = _fit(sides, width) if order.op == "picture" else (min(width, image.width),) * 2
        if renditions and size == image.size:
            renditions = _under_another_name(renditions, name) + renditions
            continue
        if size != image.size:
            image = image.resize(size, Image.Resampling.LANCZOS)
        renditions = _encode(image, name, avif=order.avif and order.op == "picture") + renditions
    return Prepared(
        width=sides[0],
        height=sides[1],
        thumbhash=_thumbhash(image),
        mean_color="#" + image.resize((1, 1), Image.Resampling.BOX).tobytes().hex(),
        renditions=tuple(renditions),
        look=look_of(image) if order.op == "picture" else b"",
    )


def look(order: Order) -> Looked:
    """What one picture looks like, at the size that `prepare` looks at. Raises as that does."""
    picture = _open(order)
    turn = _orientation(picture)
    sides = picture.size if turn in (None, *_KEEP_SIDES) else (picture.height, picture.width)
    size = _fit(sides, WIDTHS["s"])
    image = _shrink(picture, size if sides == picture.size else (size[1], size[0]))
    return Looked(look=look_of(image if turn is None else image.transpose(turn)))


_KEEP_SIDES = (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM)


_QUARTERS: dict[int, Image.Transpose | None] = {
    0: None,
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Pillow turns the other way round."""
_BACK: dict[Image.Transpose, Callable[[float, float], tuple[float, float]]] = {
    Image.Transpose.FLIP_LEFT_RIGHT: lambda x, y: (1 - x, y),
    Image.Transpose.ROTATE_180: lambda x, y: (1 - x, 1 - y),
    Image.Transpose.FLIP_TOP_BOTTOM: lambda x, y: (x, 1 - y),
    Image.Transpose.TRANSPOSE: lambda x, y: (y, x),
    Image.Transpose.ROTATE_270: lambda x, y: (y, 1 - x),
    Image.Transpose.TRANSVERSE: lambda x, y: (1 - y, 1 - x),
    Image.Transpose.ROTATE_90: lambda x, y: (1 - y, x),
}
"""Where a point of a turned picture was before, in fractions."""
Box = tuple[int, int, int, int]


def _cut_in(
    size: tuple[int, int], crop: tuple[float, float, float, float] | None, turns: Sequence[Image.Transpose]
) -> Box:
    """What is kept, in pixels of the picture as it is stored; raises Refusal where too little is left."""
    if crop is None:
        return (0, 0, *size)
    left, top, width, height = crop
    points = [(left, top), (left + width, top + height)]
    for turn in reversed(turns):
        points = [_BACK[turn](x, y) for x, y in points]
    (x1, x2), (y1, y2) = (sorted(axis) for axis in zip(*points, strict=True))
    box = (
        max(0, round(x1 * size[0])), max(0, round(y1 * size[1])), min(size[0], round(x2 * size[0])),
        min(size[1], round(y2 * size[1])),
    )  # fmt: skip
    if min(_size_of(box)) < min(LEAST_SIDE, *size):
        raise Refusal(Refused(code="crop_too_small"))
    return box


def _size_of(box: Box) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]


def _upright(size: tuple[int, int], turns: Sequence[Image.Transpose]) -> tuple[int, int]:
    """A size after these turns; the same undoes them."""
    odd = sum(turn not in _KEEP_SIDES for turn in turns) % 2
    return (size[1], size[0]) if odd else size


def _shrunk(picture: ImageFile.ImageFile, cut: Box, size: tuple[int, int]) -> Image.Image:
    """What is kept of a picture, at `size`: the whole is made smaller first, then cut."""
    if _size_of(cut) == picture.size:
        return _shrink(picture, size)
    across, down = size[0] / (cut[2] - cut[0]), size[1] / (cut[3] - cut[1])
    whole = (max(1, round(picture.width * across)), max(1, round(picture.height * down)))
    box = (round(cut[0] * across), round(cut[1] * down))
    box = (max(0, min(box[0], whole[0] - size[0])), max(0, min(box[1], whole[1] - size[1])))
    return _shrink(picture, whole).crop((*box, box[0] + size[0], box[1] + size[1]))


def _open(order: Order) -> ImageFile.ImageFile:
    limit = MAX_PIXELS[order.kind]
    Image.MAX_IMAGE_PIXELS = limit // 2  # Pillow refuses at twice this, and for WebP before it takes memory
    try:
        picture = OPENERS[order.kind](io.BytesIO(order.data))
    except Image.DecompressionBombError:
        raise Refusal(Refused(code="picture_too_many_pixels")) from None
    width, height = picture.size
    if width * height > limit or max(width, height) > MAX_SIDE:
        raise Refusal(Refused(code="picture_too_many_pixels"))
    # A HEIF file may hold several still pictures; sequences are told by their brand before they come here.
    if order.kind not in ("JPEG", "HEIF") and getattr(picture, "is_animated", False):
        raise Refusal(Refused(code="picture_animated"))
    return picture


def _orientation(picture: Image.Image) -> Image.Transpose | None:
    """How to turn it upright. A PNG's EXIF may stand behind the pixels, so the picture is loaded for that."""
    if isinstance(picture, PngImageFile):
        picture.load()
    try:
        return TURNS.get(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - EXIF is parsed lazily and raises anything; a picture with bad EXIF is still a picture
        return None


def _fit(sides: tuple[int, int], width: int) -> tuple[int, int]:
    scale = min(1.0, width / sides[0], LONG_SIDE / max(sides))
    return max(1, round(sides[0] * scale)), max(1, round(sides[1] * scale))


def _cover(sides: tuple[int, int], side: int) -> tuple[int, int]:
    scale = min(1.0, side / min(sides))
    return max(1, round(sides[0] * scale)), max(1, round(sides[1] * scale))


def _square(image: Image.Image) -> Image.Image:
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))


def _shrink(picture: ImageFile.ImageFile, size: tuple[int, int]) -> Image.Image:
    """The picture at `size` in sRGB, opaque, eight bits a channel."""
    icc = picture.info.get("icc_profile")
    if isinstance(picture, JpegImageFile):
        picture.draft(None, (size[0] * 2, size[1] * 2))
    image = _loaded(picture)
    factor = (max(1, image.width // (size[0] * 2)), max(1, image.height // (size[1] * 2)))
    if not _is_plain(image):
        image = _plain_in_strips(image, factor)
    elif factor != (1, 1):
        image = image.reduce(factor)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    if image is picture:
        image = image.copy()  # no longer a file, with all that comes with one
    return _to_srgb(image, icc or picture.info.get("icc_profile"))


def _loaded(picture: ImageFile.ImageFile) -> Image.Image:
    """The decoded picture. Of a WebP the decoder's own buffer is used, and its two canvases are freed first."""
    if not isinstance(picture, WebPImageFile):
        picture.load()
        return picture
    data, _, _ = picture._get_next()  # noqa: SLF001 - load() keeps four copies of the picture at once, this keeps one
    mode = picture.rawmode
    del picture._decoder  # noqa: SLF001 - likewise
    return Image.frombuffer(mode, picture.size, data, "raw", mode, 0, 1)


def _is_plain(image: Image.Image) -> bool:
    return image.mode in ("L", "RGB", "RGBX", "CMYK") and "transparency" not in image.info


def _plain_in_strips(image: Image.Image, factor: tuple[int, int]) -> Image.Image:
    """Flatten, convert and reduce strip by strip, so that no second copy of a large picture is ever made."""
    rows = max(1, STRIP_BYTES // (image.width * 4 * factor[1])) * factor[1]
    size = (-(-image.width // factor[0]), -(-image.height // factor[1]))
    whole: Image.Image | None = None
    for top in range(0, image.height, rows):
        strip = _plain(image.crop((0, top, image.width, min(top + rows, image.height))))
        if factor != (1, 1):
            strip = strip.reduce(factor)
        if whole is None:
            whole = Image.new(strip.mode, size)
        whole.paste(strip, (0, top // factor[1]))
    assert whole is not None
    return whole


def _plain(strip: Image.Image) -> Image.Image:
    """Opaque on white, eight bits a channel, grey, RGB or CMYK."""
    if strip.mode.startswith("I"):
        deep = strip if strip.mode == "I" else strip.convert("I")
        return deep.point(lambda value: value / 257).convert("L")
    if strip.has_transparency_data:
        layer = strip.convert("RGBA")
        ground = Image.new("RGB", strip.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return strip if strip.mode in ("L", "RGB", "CMYK") else strip.convert("L" if strip.mode == "1" else "RGB")


def _to_srgb(image: Image.Image, icc: object) -> Image.Image:
    if image.mode == "RGBX":
        image = image.convert("RGB")
    if isinstance(icc, bytes) and icc:
        # with a broken profile the colours are taken as sRGB
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError, KeyError):
            image = _converted(image, icc)
    return image if image.mode == "RGB" else image.convert("RGB")


def _converted(image: Image.Image, icc: bytes) -> Image.Image:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    mode = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}[profile.profile.xcolor_space.strip()]
    if image.mode == "CMYK" and mode != "CMYK":
        return image
    if image.mode != mode:
        image = image.convert(mode)
    if mode == "RGB" and "sRGB" in (profile.profile.profile_description or ""):
        return image
    changed = ImageCms.profileToProfile(
        image,
        profile,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return changed or image


def _encode(image: Image.Image, name: Name, *, avif: bool) -> list[RenditionBytes]:
    webp, other = io.BytesIO(), io.BytesIO()
    image.save(webp, "WEBP", quality=WEBP_QUALITY, method=4)
    width, height = image.size
    found = [RenditionBytes(name=name, format="webp", width=width, height=height, data=webp.getvalue())]
    if avif:
        image.save(other, "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED, max_threads=1)
        if other.tell() <= AVIF_WORTH * webp.tell():
            found += [
                RenditionBytes(name=name, format="avif", width=width, height=height, data=other.getvalue())
            ]
    return found


def _under_another_name(renditions: list[RenditionBytes], name: Name) -> list[RenditionBytes]:
    """A picture too small for the larger size: the same bytes stand for both."""
    last = renditions[0].name
    return [msgspec.structs.replace(one, name=name) for one in renditions if one.name == last]


def _thumbhash(image: Image.Image) -> bytes:
    scale = HASH_SIDE / max(image.size)
    small = image.resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.BOX
    )
    return bytes(
        thumbhash.rgba_to_thumb_hash(small.width, small.height, list(small.convert("RGBA").tobytes()))
    )
