"""What countries are called, in every language of the room."""

from functools import cache

from babel import Locale

from vermilion.kernel.types import LANGS
from vermilion.places.names import key_of

_ALSO = {"uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "usa": "US", "uae": "AE"}


@cache
def _by_key() -> dict[str, str]:
    found = {
        key_of(name): code
        for lang in LANGS
        for code, name in Locale.parse(lang).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    return found | _ALSO


def countries_called(name: str) -> set[str]:
    """The countries that are called so in some language; two letters may be their code."""
    key = key_of(name)
    codes = {code for code in (_by_key().get(key),) if code}
    return codes | ({name.strip().upper()} if len(name.strip()) == 2 and name.strip().isascii() else set())
