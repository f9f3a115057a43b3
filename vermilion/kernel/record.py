"""Records: one declaration for the row, the JSON, the OpenAPI schema and the form."""

from functools import cache

import msgspec


class Record(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """A frozen value. Each subclass repeats `kw_only=True, frozen=True`: msgspec does not inherit them.

    What is frozen holds only what was there before it, never itself, so the garbage collector need not look at it.
    """


@cache
def columns(kind: type[Record], alias: str = "") -> str:
    """The column list of a stored Record, for composing a SELECT: `"n.id, n.title"` with alias `n`."""
    dot = f"{alias}." if alias else ""
    return ", ".join(f"{dot}{name}" for name in kind.__struct_fields__)
