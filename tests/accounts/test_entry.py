from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.factories import Person
from vermilion.accounts import entry
from vermilion.accounts.entry import join, sign_in, viewer_of_secret, viewer_of_token
from vermilion.accounts.handles import check_handle, skeleton
from vermilion.accounts.jobs import forget_old_entries
from vermilion.accounts.passwords import WAITING, Passwords
from vermilion.accounts.schema import AWAY, NewAccount, NewToken
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Invalid, NotFound, Unauthorized, Unavailable
from vermilion.kernel.ids import Id
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

People = Callable[..., Awaitable[Person]]
SECRET = "three quiet lighthouses"


def newcomer(handle: str = "ines", password: str = SECRET, name: str = "Inês") -> NewAccount:
    return NewAccount(handle=handle, display_name=name, password=password, reads=("pt", "en"))


async def test_who_joins_is_signed_in_and_can_sign_in_again(db: Db, passwords: Passwords) -> None:
    joined = await join(db, passwords, newcomer("@Ines"), agent="a browser")
    assert (joined.viewer.handle, joined.viewer.reads) == ("ines", ("pt", "en"))
    again = await sign_in(db, passwords, " @INES ", SECRET)
    for signed_in in (joined, again):
        assert await viewer_of_secret(db, signed_in.secret) == signed_in.viewer
    assert joined.secret != again.secret


async def test_no_secret_is_stored_as_it_is(db: Db, passwords: Passwords) -> None:
    joined = await join(db, passwords, newcomer())
    stored = str(await db.rows("SELECT secret FROM credential")) + str(await db.rows("SELECT * FROM session"))
    assert "$argon2id$" in stored
    assert SECRET not in stored
    assert joined.secret not in stored


@pytest.mark.parametrize("other", ["Copp", "ＣＯＰＰ", "сорр", "c0pp", "cópp"])
async def test_a_handle_taken_in_another_case_or_look_alike_is_refused(
    other: str, db: Db, passwords: Passwords
) -> None:
    await join(db, passwords, newcomer("copp"))
    with pytest.raises(Conflict) as caught:
        await join(db, passwords, newcomer(other))
    assert (caught.value.code, caught.value.facts["field"]) == ("handle_taken", "handle")
    await join(db, passwords, newcomer("coppa"))


@pytest.mark.parametrize(
    ("handle", "code"),
    [
        ("аdmin", "handle_reserved"), ("micrоsoft", "handle_mixed"), ("мир旅", "handle_mixed"), ("αbc", "handle_mixed"),
        ("admin", "handle_reserved"), ("Vermilion", "handle_reserved"), ("vermi1ion", "handle_reserved"),
        ("verrnilion", "handle_reserved"), ("m0derator", "handle_reserved"), ("ME", "handle_reserved"),
        ("a", "handle_form"), ("", "handle_form"), (".mei", "handle_form"), ("mei.", "handle_form"), ("_mei", "handle_form"),
        ("me..i", "handle_form"), ("mei lin", "handle_form"), ("mei/lin", "handle_form"), ("<b>mei", "handle_form"),
        ("x" * 31, "handle_form"), ("mei\0", "handle_form"), ("mei\ud800", "handle_form"), ("mei\u202e", "handle_form"),
        ("🙂🙂", "handle_form"),
    ],
)  # fmt: skip
def test_a_handle_that_disguises_or_breaks_is_refused(handle: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_handle(handle)
    assert (caught.value.code, caught.value.facts["field"]) == (code, "handle")


@pytest.mark.parametrize(
    "handle",
    ["mei", "mei.lin", "mei_lin2", "小林同学", "さくら桜", "김민수", "نور", "тимофей", "joão", "旅行abc"],
)
def test_handles_of_every_script_are_welcome(handle: str) -> None:
    assert check_handle(handle) == handle
    assert skeleton(handle) == skeleton(handle.upper())


@pytest.mark.parametrize("password", ["aaaaaaaa", "password1", "PassWord1", "lighthou\0se", "x\ud800yzabcd"])
async def test_a_password_everybody_tries_first_is_refused(
    password: str, db: Db, passwords: Passwords
) -> None:
    with pytest.raises(Invalid) as caught:
        await join(db, passwords, newcomer(password=password))
    assert caught.value.facts["field"] == "password"
    assert await db.value("SELECT count(*) FROM account") == 0
    await join(db, passwords, newcomer())


async def test_a_password_that_is_the_handle_is_refused(db: Db, passwords: Passwords) -> None:
    for password in ("lighthouse", "Lighthouse12"):
        with pytest.raises(Invalid, match="password_too_common"):
            await join(db, passwords, newcomer("lighthouse", password))
    await join(db, passwords, newcomer("lighthouse"))


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200d", "\u202e"])
async def test_a_name_nobody_can_see_is_refused(name: str, db: Db, passwords: Passwords) -> None:
    with pytest.raises(Invalid, match="empty_name"):
        await join(db, passwords, newcomer(name=name))


async def test_a_wrong_password_and_an_unknown_handle_are_told_the_same(db: Db, passwords: Passwords) -> None:
    await join(db, passwords, newcomer())
    answers = []
    for handle, password in (
        ("ines", "another lighthouse"), ("nobody", SECRET), ("ines\0", "x" * 8), ("", SECRET), ("\ud800", SECRET),
        ("ines", "\ud800" * 8),
    ):  # fmt: skip
        with pytest.raises(Unauthorized) as caught:
            await sign_in(db, passwords, handle, password)
        answers.append((caught.value.code, caught.value.facts))
    assert answers == [("wrong_password", {})] * len(answers)
    assert (await sign_in(db, passwords, "ines", SECRET)).viewer.handle == "ines"


async def test_who_has_closed_their_account_cannot_come_in(db: Db, passwords: Passwords) -> None:
    joined = await join(db, passwords, newcomer())
    await db.run("UPDATE account SET state = 'closed' WHERE id = $1", joined.viewer.account_id)
    assert await viewer_of_secret(db, joined.secret) is None
    with pytest.raises(Unauthorized, match="wrong_password"):
        await sign_in(db, passwords, "ines", SECRET)


async def test_sessions_are_listed_and_ended_one_by_one(db: Db, passwords: Passwords, people: People) -> None:
    first = await join(db, passwords, newcomer(), agent="a phone")
    second = await sign_in(db, passwords, "ines", SECRET, agent="a library")
    listed = await entry.sessions(db, second.viewer)
    assert {session.agent for session in listed} == {"a phone", "a library"}
    mei = await people("mei")
    await entry.end_session(db, mei.viewer, first.viewer.session_id)
    assert await viewer_of_secret(db, first.secret)
    await entry.end_session(db, second.viewer, first.viewer.session_id)
    await entry.end_session(db, second.viewer, first.viewer.session_id)
    assert await viewer_of_secret(db, first.secret) is None
    await entry.sign_out(db, second.viewer)
    assert await viewer_of_secret(db, second.secret) is None


async def test_a_new_password_ends_every_other_session_and_token(db: Db, passwords: Passwords) -> None:
    here = await join(db, passwords, newcomer())
    there = await sign_in(db, passwords, "ines", SECRET)
    token = await entry.issue_token(
        db, passwords, NewToken(handle="ines", password=SECRET, application="a client")
    )
    with pytest.raises(Unauthorized, match="not_your_password"):
        await entry.change_password(db, here.viewer, passwords, "wrong one here", "four loud foghorns")
    assert await viewer_of_secret(db, there.secret)
    await entry.change_password(db, here.viewer, passwords, SECRET, "four loud foghorns")
    assert await viewer_of_secret(db, here.secret)
    assert await viewer_of_secret(db, there.secret) is None
    assert await viewer_of_token(db, token.access_token) is None
    with pytest.raises(Unauthorized):
        await sign_in(db, passwords, "ines", SECRET)
    await sign_in(db, passwords, "ines", "four loud foghorns")


async def test_who_has_no_password_cannot_be_signed_in_or_changed(
    db: Db, passwords: Passwords, people: People
) -> None:
    mei = await people("mei")
    with pytest.raises(Unauthorized, match="wrong_password"):
        await sign_in(db, passwords, "mei", SECRET)
    with pytest.raises(Unauthorized, match="not_your_password"):
        await entry.change_password(db, mei.viewer, passwords, SECRET, "four loud foghorns")


async def test_a_token_carries_its_scopes_and_is_no_session(db: Db, passwords: Passwords) -> None:
    await join(db, passwords, newcomer())
    token = await entry.issue_token(
        db,
        passwords,
        NewToken(handle="ines", password=SECRET, application="a client", scopes=("write", "read")),
    )
    viewer = await viewer_of_token(db, token.access_token)
    assert viewer is not None
    assert (viewer.handle, viewer.scopes, token.scope) == ("ines", frozenset({"read", "write"}), "read write")
    assert await viewer_of_secret(db, token.access_token) is None
    assert [found.kind for found in await entry.sessions(db, viewer)].count("token") == 1
    with pytest.raises(Unauthorized, match="wrong_password"):
        await entry.issue_token(
            db, passwords, NewToken(handle="ines", password="not the password", application="a client")
        )


async def test_what_has_run_out_lets_nobody_in_and_is_cleared_away(db: Db, job: Job, people: People) -> None:
    old, fresh = await people("ines"), await people("mei")
    assert await viewer_of_secret(db, old.secret)
    for table in ("session", "token"):
        await db.run(
            f"UPDATE {table} SET expires_at = $2 WHERE account_id = $1", old.id, now() - timedelta(seconds=1)
        )
    assert await viewer_of_secret(db, old.secret) is None
    with pytest.raises(Unauthorized, match="token_expired"):
        await viewer_of_token(db, old.token)
    assert await entry.sessions(db, old.viewer) == []
    await db.run(
        "UPDATE token SET expires_at = $2 WHERE account_id = $1", old.id, now() - timedelta(hours=25)
    )
    await forget_old_entries(job)
    rows = await db.rows("SELECT account_id FROM session UNION SELECT account_id FROM token")
    assert [row[0] for row in rows] == [fresh.id]


MADE_UP = [
    "",
    "s",
    "s.1",
    "s.1.",
    "s.0.x",
    "s.-1.x",
    "s.99999999999999999999.x",
    "t.1.x",
    "s.a.b",
    "s.1.\0",
    "s.1.\ud800",
    "..",
    "s." * 400,
]


async def test_a_made_up_secret_is_nobody(db: Db, ines: Person) -> None:
    assert await viewer_of_secret(db, ines.secret)
    for secret in [*MADE_UP, ines.secret + "x", ines.secret[:-1], ines.token]:
        assert await viewer_of_secret(db, secret) is None, secret
    assert await viewer_of_token(db, ines.secret) is None


async def test_coming_back_is_noted_once_an_hour_and_told_after_two_weeks(db: Db, ines: Person) -> None:
    long_ago = now() - AWAY - timedelta(days=1)
    await db.run("UPDATE account SET seen_at = $1", long_ago)
    await viewer_of_secret(db, ines.secret)
    assert await db.value("SELECT seen_at FROM account") == long_ago
    await db.run("UPDATE session SET seen_at = $1", long_ago)
    await viewer_of_secret(db, ines.secret)
    assert await db.value("SELECT seen_at FROM account") > long_ago
    assert await db.value("SELECT count(*) FROM pgqueuer WHERE entrypoint LIKE 'AccountReturned%'") == 1


async def test_only_a_sample_person_can_be_tried_on(db: Db, people: People) -> None:
    mei, ines = await people("mei", origin="sample"), await people("ines")
    assert (await entry.open_session_for(db, mei.id, "x")).viewer.account_id == mei.id
    for account_id in (ines.id, Id(5)):
        with pytest.raises(NotFound, match="account_gone"):
            await entry.open_session_for(db, account_id, "x")


async def test_more_than_a_line_of_passwords_are_asked_to_come_back() -> None:
    pool = Passwords(workers=1)
    pool._waiting = WAITING  # noqa: SLF001 - as if so many were waiting
    with pytest.raises(Unavailable) as caught:
        await pool.hash(SECRET)
    assert (caught.value.code, caught.value.facts) == ("passwords_busy", {"retry_after": 2})
    pool.close()
