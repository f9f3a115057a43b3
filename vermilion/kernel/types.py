"""Named field types shared by many Records."""

from typing import Annotated, Literal

from msgspec import Meta

LANGS = (
    "en",
    "zh",
    "es",
    "pt",
    "fr",
    "de",
    "it",
    "ru",
    "ja",
    "ko",
    "ar",
    "id",
    "hi",
    "tr",
    "vi",
    "th",
    "nl",
    "pl",
    "uk",
)
UNDETERMINED = "und"

Lang = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=16, description="BCP 47")]
NoLang = Annotated[
    str, Meta(pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$", max_length=16, description="BCP 47, or empty")
]
Handle = Annotated[str, Meta(min_length=2, max_length=30)]
DisplayName = Annotated[str, Meta(min_length=1, max_length=50)]
Password = Annotated[str, Meta(min_length=8, max_length=200)]
Bio = Annotated[str, Meta(max_length=500)]
Region = Annotated[str, Meta(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]
NoRegion = Annotated[str, Meta(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2, or empty")]
Title = Annotated[str, Meta(max_length=100)]
Body = Annotated[str, Meta(max_length=5000)]
Alt = Annotated[str, Meta(max_length=1000)]
CommentBody = Annotated[str, Meta(max_length=1000)]
PlaceName = Annotated[str, Meta(min_length=1, max_length=100)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Tag = Annotated[str, Meta(min_length=1, max_length=50)]
Count = Annotated[int, Meta(ge=0)]

Audience = Literal["everyone", "followers", "mutual", "me"]
NoteState = Literal["draft", "pending", "public", "held", "hidden"]
Translate = Literal["auto", "tap"]
"""Whether other languages are translated by themselves or on a tap."""
Shown = Literal["translation", "original", "both"]
"""What of a translated text is shown first."""
