from collections.abc import Awaitable, Callable

import pytest

from tests.factories import Person
from tests.statements import statements
from vermilion.accounts import actions, reads
from vermilion.accounts.schema import AccountCard, EditProfile
from vermilion.engines.language import Language
from vermilion.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE
from vermilion.kernel.viewer import GUEST
from vermilion.storage.db import Db

People = Callable[..., Awaitable[Person]]


async def counts(db: Db, person: Person) -> tuple[int, int]:
    """Followers and followed."""
    profile = await reads.get_profile(db, person.viewer, person.viewer.handle or "")
    return profile.follower_count, profile.following_count


async def test_following_counts_on_both_sides_and_twice_is_once(db: Db, ines: Person, mei: Person) -> None:
    for _ in range(2):
        card = await actions.follow(db, ines.viewer, mei.id)
        assert (card.follow, card.follows_viewer) == ("accepted", False)
    assert (await counts(db, mei), await counts(db, ines)) == ((1, 0), (0, 1))
    assert (await reads.get_profile(db, mei.viewer, "ines")).follows_viewer
    for _ in range(2):
        assert (await actions.unfollow(db, ines.viewer, mei.id)).follow == "none"
    assert (await counts(db, mei), await counts(db, ines)) == ((0, 0), (0, 0))


async def test_nobody_follows_blocks_or_mutes_themselves(db: Db, ines: Person, mei: Person) -> None:
    for deed, code in (
        (actions.follow, "cannot_follow_yourself"), (actions.block, "cannot_block_yourself"), (actions.mute, "cannot_mute_yourself"),
    ):  # fmt: skip
        with pytest.raises(Conflict, match=code):
            await deed(db, ines.viewer, ines.id)
        await deed(db, ines.viewer, mei.id)
        await actions.unblock(db, ines.viewer, mei.id)


async def test_a_guest_must_sign_in_first(db: Db, ines: Person) -> None:
    for deed in (
        actions.follow, actions.unfollow, actions.approve, actions.refuse, actions.block, actions.unblock, actions.mute,
        actions.unmute,
    ):  # fmt: skip
        with pytest.raises(Unauthorized, match="sign_in_first"):
            await deed(db, GUEST, ines.id)


async def test_somebody_who_is_not_there_cannot_be_followed_or_blocked(db: Db, ines: Person) -> None:
    for deed in (actions.follow, actions.block, actions.mute, actions.unblock):
        with pytest.raises(NotFound, match="account_gone"):
            await deed(db, ines.viewer, Id(7))


async def test_who_approves_followers_is_asked_first(db: Db, people: People, ines: Person) -> None:
    mei = await people("mei", approves_followers=True)
    for _ in range(2):
        assert (await actions.follow(db, ines.viewer, mei.id)).follow == "requested"
    assert await counts(db, mei) == (0, 0)
    assert [card.handle for card in (await reads.follow_requests(db, mei.viewer)).items] == ["ines"]
    assert (await actions.approve(db, mei.viewer, ines.id)).follows_viewer
    assert (await counts(db, mei), await counts(db, ines)) == ((1, 0), (0, 1))
    assert (await reads.follow_requests(db, mei.viewer)).items == []
    with pytest.raises(NotFound, match="request_gone"):
        await actions.approve(db, mei.viewer, ines.id)
    assert await counts(db, mei) == (1, 0)


async def test_a_refused_request_is_gone_and_can_be_made_again(db: Db, people: People, ines: Person) -> None:
    mei = await people("mei", approves_followers=True)
    await actions.follow(db, ines.viewer, mei.id)
    for _ in range(2):
        await actions.refuse(db, mei.viewer, ines.id)
    assert (await reads.get_profile(db, ines.viewer, "mei")).follow == "none"
    assert await counts(db, mei) == (0, 0)
    assert (await actions.follow(db, ines.viewer, mei.id)).follow == "requested"
    await actions.unfollow(db, ines.viewer, mei.id)
    assert (await reads.follow_requests(db, mei.viewer)).items == []


async def test_nobody_approves_in_somebody_elses_name(db: Db, people: People, ines: Person) -> None:
    mei = await people("mei", approves_followers=True)
    await actions.follow(db, ines.viewer, mei.id)
    with pytest.raises(NotFound, match="request_gone"):
        await actions.approve(db, ines.viewer, mei.id)
    assert await counts(db, mei) == (0, 0)


async def test_opening_an_account_lets_in_everybody_who_asked(
    db: Db, people: People, language: Language
) -> None:
    mei = await people("mei", approves_followers=True)
    askers = [await people(f"asker{at}") for at in range(4)]
    for asker in askers:
        await actions.follow(db, asker.viewer, mei.id)
    await db.run("UPDATE account SET state = 'closed' WHERE id = $1", askers[3].id)
    await actions.edit_profile(db, mei.viewer, language, EditProfile(bio="hello"))
    assert await counts(db, mei) == (0, 0)
    profile = await actions.edit_profile(db, mei.viewer, language, EditProfile(approves_followers=False))
    assert (profile.follower_count, profile.approves_followers) == (4, False)
    assert await counts(db, askers[0]) == (0, 1)


async def test_a_block_ends_follows_both_ways_and_requests(
    db: Db, people: People, ines: Person, mei: Person
) -> None:
    await actions.follow(db, ines.viewer, mei.id)
    await actions.follow(db, mei.viewer, ines.id)
    for _ in range(2):
        assert (await actions.block(db, ines.viewer, mei.id)).is_blocked
    assert (await counts(db, ines), await counts(db, mei)) == ((0, 0), (0, 0))
    shy = await people("shy", approves_followers=True)
    await actions.follow(db, ines.viewer, shy.id)
    await actions.block(db, shy.viewer, ines.id)
    assert (await reads.follow_requests(db, shy.viewer)).items == []


async def test_who_is_blocked_finds_nobody_there(db: Db, ines: Person, mei: Person) -> None:
    await reads.get_profile(db, mei.viewer, "ines")
    await actions.block(db, ines.viewer, mei.id)
    with pytest.raises(NotFound, match="account_gone"):
        await reads.get_profile(db, mei.viewer, "ines")
    for read in (reads.followers, reads.following):
        with pytest.raises(NotFound, match="account_gone"):
            await read(db, mei.viewer, ines.id)
    for deed in (actions.follow, actions.mute):
        with pytest.raises(NotFound, match="account_gone"):
            await deed(db, mei.viewer, ines.id)


async def test_who_blocks_still_finds_the_person_to_unblock_but_cannot_follow(
    db: Db, ines: Person, mei: Person
) -> None:
    await actions.block(db, ines.viewer, mei.id)
    assert (await reads.get_profile(db, ines.viewer, "mei")).is_blocked
    assert [card.handle for card in (await reads.blocked(db, ines.viewer)).items] == ["mei"]
    with pytest.raises(Forbidden, match="blocked_here"):
        await actions.follow(db, ines.viewer, mei.id)
    for _ in range(2):
        assert not (await actions.unblock(db, ines.viewer, mei.id)).is_blocked
    assert (await actions.follow(db, ines.viewer, mei.id)).follow == "accepted"


async def test_both_may_block_and_neither_learns_of_the_other(db: Db, ines: Person, mei: Person) -> None:
    await actions.block(db, ines.viewer, mei.id)
    assert (await actions.block(db, mei.viewer, ines.id)).is_blocked
    await actions.unblock(db, ines.viewer, mei.id)
    with pytest.raises(NotFound):
        await reads.get_profile(db, ines.viewer, "mei")


async def test_a_mute_is_known_to_the_one_who_mutes_alone(db: Db, ines: Person, mei: Person) -> None:
    for _ in range(2):
        assert (await actions.mute(db, ines.viewer, mei.id)).is_muted
    assert [card.handle for card in (await reads.muted(db, ines.viewer)).items] == ["mei"]
    assert not (await reads.get_profile(db, mei.viewer, "ines")).is_muted
    for _ in range(2):
        assert not (await actions.unmute(db, ines.viewer, mei.id)).is_muted


async def test_lists_of_people_are_paged_without_loss(db: Db, people: People, mei: Person) -> None:
    fans = [await people(f"fan{at:02}") for at in range(PAGE_SIZE * 2 + 3)]
    for fan in fans:
        await actions.follow(db, fan.viewer, mei.id)
    found: list[AccountCard] = []
    cursor: str | None = None
    while True:
        with statements(db, at_most=3):
            page = await reads.followers(db, GUEST, mei.id, cursor)
        found += page.items
        if (cursor := page.next) is None:
            break
    assert [card.id for card in found] == [fan.id for fan in reversed(fans)]
    await actions.block(db, fans[3].viewer, mei.id)
    assert fans[3].id not in {card.id for card in (await reads.followers(db, mei.viewer, mei.id)).items}


async def test_a_profile_takes_three_statements(db: Db, ines: Person, mei: Person) -> None:
    with statements(db, at_most=3):
        assert (await reads.get_profile(db, ines.viewer, "MEI")).id == mei.id


async def test_an_edit_changes_what_was_sent_and_keeps_the_rest(
    db: Db, ines: Person, language: Language
) -> None:
    first = await actions.edit_profile(
        db,
        ines.viewer,
        language,
        EditProfile(bio="Gosto de faróis e de comboios lentos.", region="PT", reads=("pt", "en", "pt")),
    )
    assert (first.bio, first.bio_lang, first.region) == ("Gosto de faróis e de comboios lentos.", "pt", "PT")
    second = await actions.edit_profile(
        db, ines.viewer, language, EditProfile(display_name="Inês", interests=("Faróis", "faróis"))
    )
    assert (second.bio, second.region, second.display_name) == (first.bio, "PT", "Inês")
    own = await reads.get_own(db, ines.viewer)
    assert (own.reads, own.interests) == (("pt", "en"), ("faróis",))
    assert (await actions.edit_profile(db, ines.viewer, language, EditProfile(region=""))).region is None


@pytest.mark.parametrize(("edit", "code"), [
    (EditProfile(display_name="\u200b"), "empty_name"), (EditProfile(bio="a\0"), "text_nul"), (EditProfile(bio="\ud800"), "text_surrogate"),
])  # fmt: skip
async def test_a_profile_that_cannot_stand_is_refused_whole(
    edit: EditProfile, code: str, db: Db, ines: Person, language: Language
) -> None:
    before = await reads.get_own(db, ines.viewer)
    with pytest.raises(Invalid, match=code):
        await actions.edit_profile(db, ines.viewer, language, edit)
    assert await reads.get_own(db, ines.viewer) == before


async def test_what_a_guest_is_told_of_a_person_holds_no_tie(db: Db, ines: Person, mei: Person) -> None:
    await actions.block(db, ines.viewer, mei.id)
    profile = await reads.get_profile(db, GUEST, "ines")
    assert (profile.follow, profile.is_blocked, profile.is_muted, profile.is_viewer) == (
        "none",
        False,
        False,
        False,
    )
    with pytest.raises(Unauthorized):
        await reads.get_own(db, GUEST)


async def test_handles_that_cannot_be_are_nobody(db: Db, ines: Person) -> None:
    for handle in ("nobody", "", "\0", "a" * 500, "<b>"):
        with pytest.raises(NotFound, match="account_gone"):
            await reads.get_profile(db, ines.viewer, handle)
