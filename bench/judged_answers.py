"""Questions that notes answer, and such that none does: whether the right sentences are quoted, and nothing where nothing is."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, structs

from vermilion.kernel.record import Record
from vermilion.kernel.types import Lang
from vermilion.kernel.viewer import GUEST
from vermilion.search.schema import Answer
from vermilion.storage.db import Db
from vermilion.web.asked import answers
from vermilion.web.context import State

FILE = Path(__file__).parent / "judged" / "answers.toml"
FIRST = 3


class AnswerQuestion(Record, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What somebody asks, and words of the sentences that answer it, by the slug of their note; none: nothing does."""

    text: Annotated[str, Meta(min_length=2, max_length=200)]
    lang: Lang
    kept_apart: bool = False
    """Not looked at while the thresholds were set."""
    answers: dict[str, Annotated[list[str], Meta(min_length=1)]] = msgspec.field(default_factory=dict)


class Judged(Record, kw_only=True, frozen=True):
    """A question and which of the first three sentences answer it."""

    question: AnswerQuestion
    right: tuple[bool, ...]
    quoted: tuple[str, ...]
    disagrees: bool


def answer_questions() -> list[AnswerQuestion]:
    """The judged questions."""
    return msgspec.convert(tomllib.loads(FILE.read_text("utf-8"))["question"], list[AnswerQuestion])


async def judge_answers(db: Db, parts: State, names: Mapping[int, str]) -> list[Judged]:
    """What a guest who reads the language of the question is answered; nothing is translated, versions of authors apart."""
    judged = []
    for question in answer_questions():
        viewer = structs.replace(GUEST, reads=(question.lang,), shown="original")
        _, answer = await answers(db, viewer, parts, question.text)
        judged.append(_judged(question, answer, names))
    return judged


def _judged(question: AnswerQuestion, answer: Answer, names: Mapping[int, str]) -> Judged:
    first = answer.quotes[:FIRST]
    return Judged(
        question=question,
        right=tuple(
            any(words in one.said.original for words in question.answers.get(names[one.note_id], ()))
            for one in first
        ),
        quoted=tuple(f"{names[one.note_id]}: {one.said.original}" for one in first),
        disagrees=bool(answer.disagreement),
    )


def figures_of(judged: Sequence[Judged]) -> dict[str, float]:
    """Shares: answered among three, precision among three (of what was quoted; what is refused counts 0), refusals."""
    found = {}
    for name, some in (
        ("", [one for one in judged if not one.question.kept_apart]),
        ("_apart", [one for one in judged if one.question.kept_apart]),
    ):
        asked = [one for one in some if one.question.answers]
        empty = [one for one in some if not one.question.answers]
        found[f"answered{name}"] = _share([float(any(one.right)) for one in asked])
        found[f"answer_precision3{name}"] = _share(
            [_share([float(is_right) for is_right in one.right]) for one in asked]
        )
        found[f"refused{name}"] = _share([float(not one.quoted) for one in empty])
    found["said_to_disagree"] = float(sum(one.disagrees for one in judged))
    return found


def _share(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def tell_answers(judged: Sequence[Judged]) -> None:
    """Print which questions fail."""
    wrong = [one for one in judged if (not any(one.right) if one.question.answers else one.quoted)]
    print(f"\nAnswers: {len(judged) - len(wrong)} of {len(judged)} questions as judged. These are not:")
    for one in wrong:
        print(
            f"  {one.question.lang}  {one.question.text}   {one.quoted[0][:90] if one.quoted else 'nothing quoted'}"
        )
