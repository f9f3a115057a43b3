import re

from vermilion.kernel.text import clean
from vermilion.sample.world import Comment, notes, people, photographs

LANGS = {"en", "zh", "es", "pt", "fr", "de", "it", "ru", "ja", "ko", "ar", "id"}


def test_every_title_stands_in_twelve_languages() -> None:
    missing = {note.slug: LANGS - {note.lang, *note.titles} for note in notes()}
    assert {slug: langs for slug, langs in missing.items() if langs} == {}
    assert all(
        text.strip() and len(text) <= 100 for note in notes() for text in [note.title, *note.titles.values()]
    )


def test_every_film_is_captioned_in_twelve_languages_while_it_lasts() -> None:
    films = [note.film for note in notes() if note.film is not None]
    assert 3 <= len(films) <= 5
    for film in films:
        assert 6 <= film.seconds <= 12
        assert film.width % 2 == film.height % 2 == 0
        assert all(line.text.keys() == LANGS for line in film.lines)
        times = [at for line in film.lines for at in (line.start, line.end)]
        assert times == sorted(times)
        assert times[-1] <= film.seconds


def test_six_whole_threads_stand_in_six_languages() -> None:
    def spoken(comment: Comment) -> set[str]:
        return set.intersection({comment.lang, *comment.versions}, *map(spoken, comment.reply))

    whole = [
        note.slug
        for note in notes()
        if note.comment and len(set.intersection({note.lang, *note.bodies}, *map(spoken, note.comment))) >= 6
    ]
    assert len(whole) == 6


def test_everybody_named_is_there_and_every_slug_is_its_own() -> None:
    def speakers(comment: Comment) -> set[str]:
        return {comment.by}.union(*map(speakers, comment.reply))

    handles = {person.handle for person in people()}
    assert 35 <= len(handles) == len(people())
    named = {note.author for note in notes()}.union(
        *(speakers(comment) for note in notes() for comment in note.comment)
    )
    assert named <= handles
    assert 140 <= len({note.slug for note in notes()}) == len(notes())


def test_replies_go_one_level_deep() -> None:
    deep = [
        note.slug for note in notes() for comment in note.comment for reply in comment.reply if reply.reply
    ]
    assert deep == []


def test_the_texts_are_stored_as_they_are_written() -> None:
    for note in notes():
        for text in (note.title, *note.titles.values()):
            assert clean(text, "title", lines=False) == text, (note.slug, text)
        for text in (note.body, *note.bodies.values()):
            assert clean(text, "body") == text.strip(), (note.slug, text[:60])


def test_every_photograph_shown_is_credited_and_free() -> None:
    credited = photographs()
    filmed = {shot.photo for note in notes() if note.film is not None for shot in note.film.shots}
    assert filmed | {name for note in notes() for name in note.photos} <= credited.keys()
    for name, photograph in credited.items():
        assert photograph.credit, name
        assert re.search("public domain|cc0|cc-by", photograph.licence, re.IGNORECASE), name
