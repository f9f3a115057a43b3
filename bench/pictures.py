"""Pictures for benches and tests, made from a seed: photographs, carriers of metadata, broken and hostile files."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache

import pillow_heif
from PIL import Image, PngImagePlugin

KINDS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")
CANARY = b"canary-in-the-coal-mine"
TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@cache
def photograph(width: int, height: int, seed: int = 1) -> Image.Image:
    """Soft shapes, gradients and the grain of a sensor."""
    chance = random.Random(seed)
    channels = []
    for _ in range(3):
        coarse = Image.frombytes("L", (16, 12), chance.randbytes(192)).resize(
            (width, height), Image.Resampling.BICUBIC
        )
        middle = Image.frombytes("L", (160, 120), chance.randbytes(19200)).resize((width, height))
        grain = Image.new("L", (width, height))
        tile = Image.frombytes("L", (256, 256), chance.randbytes(65536))
        for left in range(0, width, 256):
            for top in range(0, height, 256):
                grain.paste(tile.rotate(90 * chance.randrange(4)), (left, top))
        channels.append(Image.blend(Image.blend(coarse, middle, 0.15), grain, 0.035))
    return Image.merge("RGB", channels)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    pillow_heif.register_heif_opener()
    if kind == "HEIF":
        options = {"enc_params": {"preset": "ultrafast"}, **options}
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    """EXIF with a camera, a place on earth and a thumbnail of its own, each with the canary."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = CANARY.decode()
    tags[0x0110] = CANARY.decode()
    place = tags.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (31.0, 13.0, 48.0), "E", (121.0, 28.0, 12.0)
    place[27] = CANARY
    return tags.tobytes()


def wide_gamut_profile() -> bytes:
    """An ICC matrix profile with the primaries of Display P3 (D50-adapted) and a gamma of 2.2."""
    text = CANARY + b"\0"
    columns = {
        b"rXYZ": (0.5151, 0.2412, -0.0011),
        b"gXYZ": (0.292, 0.6922, 0.0419),
        b"bXYZ": (0.1571, 0.0666, 0.7841),
    }

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    tags = {name: xyz(values) for name, values in columns.items()}
    tags[b"wtpt"] = xyz((0.9642, 1.0, 0.8249))
    for name in (b"rTRC", b"gTRC", b"bTRC"):
        tags[name] = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    tags[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    tags[b"cprt"] = b"text\0\0\0\0" + text
    at, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, value in tags.items():
        padded = value + bytes(-len(value) % 4)
        table += name + struct.pack(">II", at + len(body), len(value))
        body += padded
    rest = struct.pack(">I", len(tags)) + table + body
    head = struct.pack(">I4sI4s4s4s", 128 + len(rest), b"\0\0\0\0", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    head += b"".join(struct.pack(">i", round(value * 65536)) for value in (0.9642, 1.0, 0.8249))
    return head.ljust(128, b"\0") + rest


def with_metadata(image: Image.Image, kind: str, orientation: int = 1) -> bytes:
    """The picture with everything its format can carry besides pixels."""
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><note>" + CANARY + b"</note></x:xmpmeta>"
    options: dict[str, object] = {"exif": exif(orientation), "icc_profile": wide_gamut_profile()}
    if kind == "GIF":
        return encoded(image, "GIF", comment=CANARY)
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", CANARY.decode())
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        return encoded(image, "PNG", pnginfo=text, **options)
    if kind == "JPEG":
        return encoded(image, "JPEG", comment=CANARY, xmp=xmp, quality=90, **options) + CANARY
    return encoded(image, kind, xmp=xmp, **options)


def leftovers(data: bytes) -> list[str]:
    """What a rendition still carries besides pixels."""
    found = ["canary"] if CANARY in data else []
    if data[:4] == b"RIFF":
        at = 12
        while at + 8 <= len(data):
            name, length = struct.unpack_from("<4sI", data, at)
            if name not in (b"VP8 ", b"VP8L"):
                found.append(name.decode("latin-1"))
            at += 8 + length + length % 2
        if at != len(data):
            found.append("trailer")
    else:
        found += [word.decode() for word in (b"Exif", b"mime", b"prof", b"rICC", b"uuid") if word in data]
    return found


def png(
    width: int, height: int, pixels: bytes, *chunks: tuple[bytes, bytes], depth: int = 8, color: int = 2
) -> bytes:
    """A PNG with the header one asks for, whatever the pixels are; `pixels` is the compressed stream."""
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    whole = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", head), *chunks, (b"IDAT", pixels), (b"IEND", b"")):
        whole += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return whole


def squeezed(size: int) -> bytes:
    """`size` zero bytes, deflated."""
    press = zlib.compressobj(1)
    piece = bytes(1 << 20)
    parts = [press.compress(piece[: min(len(piece), size - done)]) for done in range(0, size, len(piece))]
    return b"".join([*parts, press.flush()])


def many_scans(width: int, height: int, times: int) -> bytes:
    """A progressive JPEG whose last scan is repeated: cheap to send, dear to decode."""
    data = encoded(Image.new("RGB", (width, height), "teal"), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * times + b"\xff\xd9"


def animated() -> Iterator[tuple[str, bytes]]:
    frames = [Image.new("RGB", (40, 30), color) for color in ("red", "lime", "blue")]
    for kind in ("GIF", "WEBP", "PNG", "AVIF"):
        yield kind, encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    yield "HEIF", b"\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc" + bytes(64)


def strangers() -> Iterator[tuple[str, bytes]]:
    """Files that are no pictures, or none of ours."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("picture.jpg", "no")
    yield "text", b"just words, renamed" * 50
    yield "html", b"<!doctype html><script>alert(1)</script>"
    yield "svg", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"
    yield "zip", archive.getvalue()
    yield "film", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(100)
    yield "bmp", encoded(Image.new("RGB", (8, 8)), "BMP")
    yield "tiff", encoded(Image.new("RGB", (8, 8)), "TIFF")
    yield "postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n"


def floods() -> Iterator[tuple[str, bytes]]:
    """Small files that claim far too many pixels."""
    yield "png", png(60_000, 60_000, squeezed(1000))
    yield "png-8-bit-grey", png(60_000, 60_000, squeezed(40_000_000), color=0)
    yield "long", png(20_001, 1, squeezed(60_004))
    yield (
        "gif",
        b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff," + bytes(4) + b"\xff\xff\xff\xff\0\2\2\x44\1\0;",
    )
    yield "webp", b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0" + b"VP8L\0\0\0\0"
    jpeg = encoded(Image.new("L", (16, 16)), "JPEG")
    at = jpeg.index(b"\xff\xc0") + 5
    yield "jpeg", jpeg[:at] + b"\xff\xdc\xff\xdc" + jpeg[at + 4 :]
    small = encoded(Image.new("RGB", (64, 64)), "AVIF")
    at = small.index(b"ispe") + 8
    yield "avif", small[:at] + struct.pack(">II", 60_000, 60_000) + small[at + 8 :]


def bombs() -> Iterator[tuple[str, bytes]]:
    """Files inside the limits of size that cost far more than their bytes; taken or refused, never a harm."""
    yield "png-64-megapixels", png(8000, 8000, squeezed(8000 * 24001))
    yield "png-64-megapixels-rgba-16", png(8000, 8000, squeezed(8000 * 64001), depth=16, color=6)
    yield "png-text", png(8, 8, squeezed(200), (b"zTXt", b"a\0\0" + squeezed(200_000_000)))
    yield "png-profile", png(8, 8, squeezed(200), (b"iCCP", b"a\0\0" + squeezed(200_000_000)))
    yield "png-pixels-behind", png(8, 8, squeezed(500_000_000))
    yield "jpeg-scans", many_scans(8000, 8000, 3000)
    yield "jpeg-65500", encoded(Image.new("L", (20_000, 3_200)), "JPEG", progressive=True)
    yield (
        "webp-36-megapixels",
        encoded(Image.new("RGB", (6000, 6000), "navy"), "WEBP", lossless=True, method=0),
    )
    yield "avif-50-megapixels", encoded(Image.new("RGB", (8000, 6250), "navy"), "AVIF", speed=10)
    yield "gif-64-megapixels", encoded(Image.new("P", (8000, 8000)), "GIF")


def broken(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Every kind truncated, cut to its magic and followed by noise, and with bytes flipped."""
    chance = random.Random(seed)
    image = photograph(200, 150, seed)
    for kind in KINDS:
        whole = with_metadata(image, kind)
        yield f"{kind} half", whole[: len(whole) // 2]
        yield f"{kind} magic", whole[:16] + chance.randbytes(3000)
        for number in range(count):
            bent = bytearray(whole)
            for _ in range(chance.choice((1, 5, 50))):
                bent[chance.randrange(len(bent) if number % 2 else min(len(bent), 600))] = chance.randrange(
                    256
                )
            yield f"{kind} bent {number}", bytes(bent)
