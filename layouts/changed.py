"""What a release changed of the one before it, in words: the same on pages, in feeds and on the first page."""

from __future__ import annotations

from collections.abc import Sequence

from data.changes import Changed, Changes, Supply, against, label_of, of_release
from data.frame import area_label
from data.model import month_index
from data.periods import day_words, window_label
from data.release import Release
from layouts.describing import plural
from layouts.words import initial, joined

PATH = "/data/revisions"
FIRST = "This is the first release: there is none before it."
UNKNOWN = "What this release changed of the one before it was not kept: it was made by an earlier version of the program."
PROTECTED = ("Cells are compared as they are published. Counts of persons carry a random change that stays the same where the truth "
             "stays the same, and those too small to show are left out: nothing is told here of anybody that charts do not tell.")


def told_at(release: str) -> str:
    """Return the address that tells what one release changed, whichever is the newest."""
    return f"{PATH}?release={release}"


def none(release: Release) -> str:
    """Return why there is nothing to tell of what a release changed."""
    return UNKNOWN if against(release) else FIRST


def pair(release: Release, changes: Changes) -> str:
    """Return which two releases are compared."""
    return (f"Release {release.id}, published {day_words(release.published[:10])}, against release {changes.older}, "
            f"published {day_words(changes.older_created)}")


def numbers(changed: Sequence[Changed]) -> str:
    """Return how many figures were revised, are new and are gone: ``3 figures revised, 12 new``; or that none was."""
    revised, added, gone = (sum(getattr(each, name) for each in changed) for name in ("revised", "added", "gone"))
    parts = [f"{plural(revised, 'figure')} revised"] if revised else []
    parts += [f"{added:,} new"] if added else []
    parts += [f"{gone:,} gone"] if gone else []
    return ", ".join(parts) or "no figure revised, new or gone"


def totals(changes: Changes) -> list[str]:
    """Return in short what changed: figures, sources, corrections."""
    parts = [initial(numbers(changes.changed))]
    parts += [f"new: {joined(changes.sources_added)}"] if changes.sources_added else []
    parts += [f"no longer there: {joined(changes.sources_gone)}"] if changes.sources_gone else []
    parts += [f"in another state: {joined([label for label, _, _ in changes.vintages])}"] if changes.vintages else []
    parts += [f"{plural(len(changes.corrections), 'correction')} published"] if changes.corrections else []
    return [f"{initial(part)}." for part in parts]


def months(changed: Sequence[Changed]) -> str:
    """Return the months with revised figures, from the first to the last, or nothing."""
    firsts = [each.first_month for each in changed if each.first_month]
    lasts = [each.last_month for each in changed if each.last_month]
    return initial(window_label((month_index(min(firsts)), month_index(max(lasts))))) if firsts else ""


def of_field(each: Changed) -> str:
    """Return what changed of one field in one place, in a line."""
    span = months([each])
    return f"{label_of(each.field)}{_word(each)}: {numbers([each])}{f' ({span})' if span else ''}."


def of_supply(each: Supply, *, named: bool = False) -> str:
    """Return that a field came in or fell late, in a line; ``named``: with its place."""
    who = f"{area_label(each.area_code)}: {label_of(each.field)}" if named else label_of(each.field)
    return f"{who}{_word(each)}: {'newly supplied' if each.state == 'supplied' else 'late: the last month did not come in'}."


def _word(each: Changed | Supply) -> str:
    return " (illustrative)" if each.origin == "illustrative" else ""


def of_place(changes: Changes, code: str) -> list[str]:
    """Return all that changed in one place, a line each."""
    changed, supply = changes.of(code)
    corrected = [f"Corrected: {each.what} {each.why}" for each in changes.corrections if each.area_code == code]
    return [*(of_field(each) for each in changed), *(of_supply(each) for each in supply), *corrected]


def in_short(release: Release) -> str:
    """Return what changed in two lines, of figures that are published or uploaded; or why there is nothing to tell."""
    changes = of_release(release)
    if changes is None:
        return none(release)
    told = changes.without_illustrative()
    sources = [f"{len(found)} {word}" for found, word in (
        (told.sources_added, "new"), (told.sources_gone, "gone"), (told.vintages, "in another state")) if found]
    parts = [f"{numbers(told.changed)}.", *([f"Sources: {', '.join(sources)}."] if sources else []),
             *([f"{plural(len(told.corrections), 'correction')}."] if told.corrections else [])]
    return f"Against the release of {day_words(changes.older_created)}: {' '.join(parts)}"
