"""The dimensions with their members, the counts with their policies, the marks.

Sources: the channel, age and crime vocabularies are the house's own (README, "Words"); crime types
are those of police.uk plus five; offence groups are the Home Office's nine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from data import named

Addition = Literal["additive", "overlapping", "last", "latest", "nearest", "none"]
Policy = Literal["open", "protected"]
Mark = Literal["ok", "c", "x", "z", "p", "r", "u"]
Origin = Literal["published", "uploaded", "illustrative"]
WEAKEST: tuple[Origin, ...] = ("illustrative", "uploaded", "published")
"""Origins from the weakest: what is made of several has the weakest of theirs."""
Grain = Literal["month", "quarter", "year", "rolling_year"]

ALL = "all"

MARKS: Mapping[str, tuple[str, str]] = {
    "c": ("too small to show", "The figure rests on too few to be shown."),
    "x": ("not supplied", "The figure was not supplied, or is late."),
    "z": ("not collected", "The figure does not apply or is not collected."),
    "p": ("provisional", "Part of the period, of the places or of what follows an appeal has not come in yet; the figure will change."),
    "r": ("revised", "The figure, or a part of it, differs from the release before."),
    "u": ("small or unknown base", "The figure rests on a small base, or on one that was not published."),
}


def folded(text: str) -> str:
    """Return ``text`` as names are matched: without case, punctuation and doubled spaces."""
    return re.sub(r"[^a-z0-9+]+", " ", text.lower().replace("&", " and ")).replace(" +", "+").strip()


@dataclass(frozen=True)
class Member:
    """One value of a dimension. A wide member names the narrow ones it is made of."""

    id: str
    label: str
    parts: tuple[str, ...] = ()


class _Open(dict[str, Any]):
    """Members by id, and those that the data bring along (``data.named``)."""

    def __missing__(self, name: str) -> Member:
        words = named.words_of(name)
        if words is None:
            raise KeyError(name)
        return Member(name, words)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and named.words_of(name) is not None)


class _Places(dict[str, tuple[int, float, str]]):
    """The place of each member; those that the data bring along stand after the others."""

    def __missing__(self, name: str) -> tuple[int, float, str]:
        return named.place_of(name)


@dataclass(frozen=True)
class Dimension:
    """A column one can filter on: its narrow members in their order and its wide ones over them."""

    id: str
    label: str
    plural: str
    members: tuple[Member, ...]
    groups: tuple[Member, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    apart: tuple[Member, ...] = ()
    """Members that some sources publish and that overlap others without being their group; after all the others."""
    open: bool = False
    """Whether the data bring further members along."""

    @cached_property
    def by_id(self) -> Mapping[str, Member]:
        """Every member by its id; a group of one is its only member."""
        known = {member.id: member for member in (*self.groups, *self.members, *self.apart)}
        return _Open(known) if self.open else known

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        names = {folded(name): member.id for member in (*self.groups, *self.members) for name in (member.label, member.id)}
        return {**names, **{folded(name): member_id for name, member_id in self.aliases}}

    @cached_property
    def order(self) -> Mapping[str, tuple[int, float, str]]:
        """What members are sorted by: groups stand before their first member, what the data bring along last."""
        ids: list[str] = []
        opened = {group.parts[0]: group.id for group in self.groups}
        for member in self.members:
            if member.id in opened:
                ids.append(opened[member.id])
            ids.append(member.id)
        ids += [member.id for member in self.apart]
        places = {name: (place - len(ids), 0.0, "") for place, name in enumerate(dict.fromkeys(ids))}
        return _Places(places) if self.open else places

    def find(self, text: str) -> str | None:
        """Return the id that ``text`` means, matched without case and punctuation, else ``None``."""
        return self._folded.get(folded(text))

    def narrow(self, member_id: str) -> tuple[str, ...]:
        """Return the narrow members of ``member_id`` (itself where it is narrow)."""
        return self.by_id[member_id].parts or (member_id,)

    def group_of(self, member_id: str) -> str:
        """Return the wide member that holds ``member_id`` (itself where it is wide)."""
        return self._group_of[member_id]

    @cached_property
    def _group_of(self) -> Mapping[str, str]:
        groups = {part: group.id for group in self.groups for part in group.parts}
        return {member_id: member_id if member.parts else groups.get(member_id, member_id)
                for member_id, member in self.by_id.items()}

    def canonical(self, chosen: Iterable[str]) -> tuple[str, ...]:
        """Return a choice in its one form: whole groups by their id, in order, all of them as nothing.

        >>> CHANNEL.canonical(["facebook", "social"])
        ('social',)
        """
        narrow = {part for member_id in chosen for part in self.narrow(member_id)}
        if narrow == {member.id for member in self.members}:
            return ()
        whole = [group for group in self.groups if set(group.parts) <= narrow]
        covered = {part for group in whole for part in group.parts}
        kept = {group.id for group in whole} | (narrow - covered)
        return tuple(sorted(kept, key=lambda member: self.order.get(member) or named.lasting_place(member)))

    def labels(self, chosen: Sequence[str]) -> list[str]:
        """Return the labels of ``chosen`` in its order."""
        return [self.by_id[member_id].label for member_id in chosen]


CHANNEL = Dimension(
    "channel", "Channel", "channels",
    members=(
        Member("x", "X"), Member("facebook", "Facebook"), Member("instagram", "Instagram"),
        Member("nextdoor", "Nextdoor"), Member("youtube", "YouTube"), Member("tiktok", "TikTok"),
        Member("whatsapp", "WhatsApp"), Member("community_email", "Community email"),
        Member("web_form", "Web form"), Member("webchat", "Web chat"), Member("phone_101", "101"),
        Member("phone_999", "999"), Member("hotline", "Hotline"), Member("crimestoppers", "Crimestoppers"),
        Member("tv_radio", "TV and radio"), Member("press", "Press"),
        Member("poster_in_person", "Posters and in person"), Member("other", "Other channel"),
        Member("unknown", "Channel unknown"),
    ),
    groups=(
        Member("social", "Social media", ("x", "facebook", "instagram", "nextdoor", "youtube", "tiktok", "whatsapp")),
        Member("online", "Online", ("community_email", "web_form", "webchat")),
        Member("phone", "Phone", ("phone_101", "phone_999", "hotline", "crimestoppers")),
        Member("broadcast_press", "Broadcast and press", ("tv_radio", "press")),
        Member("in_person", "In person", ("poster_in_person",)),
        Member("remaining", "Remaining channels", ("other", "unknown")),
    ),
)

AGE_GROUP = Dimension(
    "age_group", "Age group", "age groups",
    members=(
        Member("under 16", "Under 16"), Member("16-17", "16 to 17"), Member("18-24", "18 to 24"),
        Member("25-34", "25 to 34"), Member("35-44", "35 to 44"), Member("45-54", "45 to 54"),
        Member("55-64", "55 to 64"), Member("65-74", "65 to 74"), Member("75+", "75 and over"),
        Member("unknown", "Age unknown"),
    ),
    groups=(
        Member("under 25", "Under 25", ("under 16", "16-17", "18-24")),
        Member("25-44", "25 to 44", ("25-34", "35-44")),
        Member("45-64", "45 to 64", ("45-54", "55-64")),
        Member("65+", "65 and over", ("65-74", "75+")),
    ),
    aliases=(("0-15", "under 16"),),
    apart=(Member("55+", "55 and over"), Member("16+", "16 and over"), Member("18+", "18 and over")),
)

CRIME_TYPE = Dimension(
    "crime_type", "Crime type", "crime types",
    members=tuple(
        Member(name, name[0].upper() + name[1:])
        for name in (
            "violence and sexual offences", "homicide", "robbery", "theft from the person", "burglary",
            "vehicle crime", "bicycle theft", "other theft", "shoplifting", "drugs",
            "possession of weapons", "public order", "missing person", "wanted person",
            "anti-social behaviour", "criminal damage and arson", "counter-terrorism", "other crime", "other",
        )
    ),
    groups=(
        Member("violence", "Violence", ("violence and sexual offences", "homicide")),
        Member("robbery and theft from the person", "Robbery and theft from the person",
               ("robbery", "theft from the person")),
        Member("vehicle and bicycle crime", "Vehicle and bicycle crime", ("vehicle crime", "bicycle theft")),
        Member("other theft and shoplifting", "Other theft and shoplifting", ("other theft", "shoplifting")),
        Member("drugs, weapons and public order", "Drugs, weapons and public order",
               ("drugs", "possession of weapons", "public order")),
        Member("missing and wanted persons", "Missing and wanted persons", ("missing person", "wanted person")),
        Member("everything else", "Everything else",
               ("anti-social behaviour", "criminal damage and arson", "counter-terrorism", "other crime", "other")),
    ),
)

OFFENCE_GROUPS = (
    "Criminal damage and arson", "Drug offences", "Miscellaneous crimes", "Possession of weapons offences",
    "Public order offences", "Robbery", "Sexual offences", "Theft offences", "Violence against the person",
)

POST_THEMES = (
    "Arrest / Results", "Contact / Interact", "Crime", "Drugs", "Local", "London", "Missing person",
    "Project Servator", "Traffic",
)

_OF_RESPONSES = (
    ("graded-useful", "Useful"), ("graded-unusable", "Unusable"), ("graded-other", "Neither"), ("ungraded", "Not graded"),
    ("response-7d", "Within 7 days"), ("response-8-28d", "After 8 to 28 days"), ("response-29-90d", "After 29 to 90 days"),
    ("response-28d", "Within 28 days"), ("response-90d", "Within 90 days"),
    ("useful-6h", "Within 6 hours"), ("useful-24h", "After 6 to 24 hours"), ("useful-3d", "After 1 to 3 days"),
    ("useful-7d", "After 3 to 7 days"), ("useful-28d", "After 7 to 28 days"), ("useful-90d", "After 28 to 90 days"),
    ("useful-in-6h", "Within 6 hours"), ("useful-in-24h", "Within 24 hours"), ("useful-in-3d", "Within 3 days"),
    ("useful-in-7d", "Within 7 days"), ("useful-in-28d", "Within 28 days"), ("useful-in-90d", "Within 90 days"),
    ("found-identified", "Identified"), ("found-located", "Located (missing persons)"),
    ("had-identification", "With an identification"), ("had-arrest", "With an arrest"), ("had-charge", "With a charge"),
    ("tip-alone", "The tip alone"), ("contributed", "The appeal contributed"), ("independent", "Independent of the appeal"),
    ("attribution-unknown", "Attribution unknown"), ("tip-alone-or-contributed", "The tip alone, or it contributed"),
    ("ladder-appeal", "Appeals"), ("ladder-response", "With a response"), ("ladder-useful", "With useful information"),
    ("ladder-identification", "With an identification"), ("ladder-arrest", "With an arrest"),
    ("ladder-charge", "With a charge"), ("ladder-tip-alone", "Outcome by the tip alone"),
    ("ladder-contributed", "Outcome to which the appeal contributed"),
    ("ladder-attributed", "Outcome by the tip alone, or it contributed"),
    ("ladder-unknown", "Outcome of unknown attribution"),
    ("delay-1d", "Within 1 day"), ("delay-3d", "After 2 or 3 days"), ("delay-7d", "After 4 to 7 days"),
    ("delay-14d", "After 8 to 14 days"), ("delay-28d", "After 15 to 28 days"), ("delay-90d", "After 29 to 90 days"),
    ("delay-365d", "After 91 to 365 days"), ("delay-more", "After more than a year"),
    ("delay-within-1d", "Within 1 day"), ("delay-within-7d", "Within 7 days"), ("delay-within-28d", "Within 28 days"),
)
_OF_MESSAGES = (
    ("answered-1h", "Within 1 hour"), ("answered-1-4h", "After 1 to 4 hours"), ("answered-4-24h", "After 4 to 24 hours"),
    ("answered-later", "After more than 24 hours"), ("not-answered", "Not answered"),
    ("answered-in-1h", "Within 1 hour"), ("answered-in-4h", "Within 4 hours"), ("answered-in-24h", "Within 24 hours"),
    ("answered-at-all", "At all"), ("digital", "Digital"), ("not-digital", "Not digital"),
)

CATEGORY = Dimension(
    "category", "Category", "categories",
    members=(*(Member(folded(name).replace(" ", "-"), name) for name in (*OFFENCE_GROUPS, *POST_THEMES)),
             *(Member(name, label) for name, label in (*_OF_RESPONSES, *_OF_MESSAGES))),
    open=True,
)
"""What else tells a value from its neighbours; each count names the members that are its own."""

DIMENSIONS: Mapping[str, Dimension] = {
    dimension.id: dimension for dimension in (CHANNEL, AGE_GROUP, CRIME_TYPE, CATEGORY)
}


def month_index(text: str) -> int:
    """Return a month ``YYYY-MM`` as months since year 0."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def month_text(index: int) -> str:
    """Return months since year 0 as ``YYYY-MM``."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"
