"""Forms as they arrive: text fields, switches, files."""

from collections.abc import Mapping
from uuid import uuid4

from litestar.datastructures import UploadFile

from vermilion.kernel.errors import Invalid
from vermilion.kernel.ids import Id
from vermilion.web.context import AnyRequest
from vermilion.web.idempotency import check_key
from vermilion.web.received import check_text

MOST_FIELDS = 200


class Form:
    """The fields of one form; texts are checked for what cannot be stored, lines end in line feeds."""

    def __init__(self, texts: Mapping[str, list[str]], files: Mapping[str, list[UploadFile]]) -> None:
        self._texts = texts
        self._files = files

    def text(self, name: str) -> str:
        """The field, or nothing."""
        return (self._texts.get(name) or [""])[0]

    def texts(self, name: str) -> list[str]:
        """Every field of that name."""
        return self._texts.get(name, [])

    def names(self) -> list[str]:
        """What was sent."""
        return list(self._texts)

    def maybe(self, name: str) -> str | None:
        """The field, None when it was left empty."""
        return self.text(name).strip() or None

    def is_on(self, name: str = "on") -> bool:
        """A switch."""
        return self.text(name) in ("1", "on", "true")

    def ids(self, name: str) -> list[Id]:
        """Every field of that name as an id; raises Invalid."""
        try:
            return [Id.parse(value) for value in self.texts(name)]
        except ValueError as error:
            raise Invalid("wrong_form", field=name) from error

    def maybe_id(self, name: str) -> Id | None:
        """The first field of that name as an id, None when it was left empty; raises Invalid."""
        return self.ids(name)[0] if self.maybe(name) else None

    async def files(self, name: str) -> list[bytes]:
        """The files chosen under that name, without empty ones."""
        read = [await file.read() for file in self._files.get(name, [])]
        return [data for data in read if data]

    @property
    def key(self) -> str | None:
        """What makes a form count once, however often it is sent."""
        key = self.text("form_key")
        return check_key(key) if key else None


async def read_form(request: AnyRequest) -> Form:
    """The form of a request; raises Invalid where a field cannot be stored."""
    fields = await request.form()
    texts: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in fields.multi_items():
        if isinstance(value, UploadFile):
            files.setdefault(name, []).append(value)
        else:
            text = str(value).replace("\r\n", "\n")
            check_text(text, name)
            texts.setdefault(name, []).append(text)
    return Form(texts, files)


def new_key() -> str:
    """A key for a form that is about to be shown."""
    return uuid4().hex
