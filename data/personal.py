"""What personal data look like, in headings and in cells: it is refused at the door and never repeated.

Headings are matched as a whole, in lower case with underscores. In cells ``content`` is searched
anywhere; ``alone`` only counts where it is all that stands in a reference. A pattern errs towards
letting ordinary references pass: A-2026-0417, 2026/417 and SP-17-0231 are none of these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d{2}"
_MONTH_NAME = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_TWO_DIGITS_EACH = r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])"
_STREETS = r"(?i:street|road|rd|avenue|ave|lane|crescent|terrace|gardens|grove|mews)"
_STREETS_WRITTEN_LARGE = r"(?:St|Close|Drive|Court|Place|Square|Way|Row|Walk|Hill|Park|View|Rise|Green)"
_SMALL_WORDS = r"(?:in|on|at|of|the|a|for|to|from|by)"
_POST_TOWNS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY "
    "G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR "
    "NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA "
    "WC WD WF WN WR WS WV YO ZE").replace(" ", "|")
_PERSONAL_KEYS = (r"name|mail|phone|mobile|tel|dob|birth|address|postcode|user|person|victim|suspect|witness|token"
                  r"|fbclid|gclid|igsh")


LONGEST = 1000
"""Characters of a cell that are looked at; a longer one is refused for what it is."""


@dataclass(frozen=True)
class Personal:
    """One kind of personal data: how a heading and a cell give it away, and what to write instead."""

    what: str
    """What a column of such headings would hold."""
    one: str
    """What a cell would hold; empty where cells are not looked at."""
    mend: str
    heading: str
    content: str = ""
    alone: str = ""

    @property
    def rule(self) -> str:
        """What is wrong with such a cell."""
        return f"The cell looks as if it held {self.one}."

    @cached_property
    def _anywhere(self) -> re.Pattern[str]:
        return re.compile(self.content)

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        return re.compile(self.alone)

    def in_cell(self, text: str, *, reference: bool = False) -> bool:
        """Return whether a cell holds it; ``reference`` where the cell should hold a reference and nothing else."""
        text = text[:LONGEST]
        if self.content and self._anywhere.search(text):
            return True
        return bool(reference and self.alone and self._whole.fullmatch(text))


PERSONAL: tuple[Personal, ...] = (
    Personal(
        "names of persons", "a person's name", "Remove it: no name of a person may be sent.",
        heading=r"(fore|sur|first_|last_|middle_|full_|given_|family_|nick)?names?|alias|maiden_name"
                r"|(?!(force|area|borough|district|channel|page|account|pfa|lad)_).*_"
                r"(fore|sur|first_|last_|full_)?name"
                r"|(victim|suspect|witness|offender|caller|reporter).*",
        content=r"\b(?i:mr|mrs|dr)\.?\s+[A-Za-z][\w'’-]+"
                r"|\b(?:MS|Ms|MISS|Miss|MX|Mx|Prof|Rev|Sir|Dame|Lord|Lady)\.?\s+[A-Z][\w'’-]+"
                r"|\b(?:PC|PS|DC|DS|DI|DCI|PCSO|Sgt|Insp|Constable|Sergeant|Inspector)\.?\s+[A-Z][a-z'’-]+"
                r"|\b(?:Mr|Mrs|Ms|Miss|Dr)[._-]?[A-Z][a-z]+",
        alone=r"[A-Z][A-Za-z'’-]+,?(?:\s+[A-Z]\.?)?\s+[A-Z][A-Za-z'’-]+",
    ),
    Personal(
        "addresses", "an address", "Remove it: the force or district is all that is published of a place.",
        heading=r".*address.*|street|house_number|town|zip.*|latitude|longitude|lat|lon(g)?|easting|northing|ip",
        content=rf"(?<![\d/])\d{{1,3}}[A-Za-z]?,?[\s_-]+(?:(?!{_SMALL_WORDS}[\s_-])[A-Za-z'’.]+[\s_-]+){{1,3}}"
                rf"{_STREETS}\b"
                rf"|(?<![\d/])\d{{1,3}}[A-Za-z]?,?\s+(?:[A-Z][A-Za-z'’.]*\s+){{1,3}}{_STREETS_WRITTEN_LARGE}\b",
    ),
    Personal(
        "postcodes", "a postcode", "Remove it: the force or district is all that is published of a place.",
        heading=r"post_?code.*|.*_post_?code",
        content=rf"(?<![A-Za-z0-9])(?i:{_POST_TOWNS})[0-9][0-9A-Za-z]?\s?[0-9](?i:[ABD-HJLNP-UW-Z]){{2}}(?![A-Za-z0-9])",
    ),
    Personal(
        "telephone numbers", "a telephone number", "Remove it: no telephone number may be sent.",
        heading=r".*(phone|mobile|tel|telephone|contact)(_?(no|number))?s?",
        content=r"(?<!\d)07\d{9}(?!\d)|(?:\+|(?<!\d)00)\s?44(?:\s?\(0\))?(?:[\s().-]*\d){9,10}(?!\d)"
                r"|(?<!\d)44\s?7(?:\s?\d){9}(?!\d)"
                r"|(?<![\w/.-])(?:07\d{3}[\s.-]?\d{3}[\s.-]?\d{3}|07\d{2}[\s.-]?\d{3}[\s.-]?\d{4}"
                r"|\(?02\d\)?[\s.-]?\d{4}[\s.-]?\d{4}|\(?01[1-9]\d\)?[\s.-]?\d{3}[\s.-]?\d{4}"
                r"|\(?01\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{3}|0[389]\d{2}[\s.-]?\d{3}[\s.-]?\d{3,4})(?!\d)",
        alone=r"0\d{9,10}",
    ),
    Personal(
        "e-mail addresses", "an e-mail address or the name of an account", "Remove it: no e-mail address may be sent.",
        heading=r".*e_?mail.*", content=r"@\w|\w@", alone=r".*@.*",
    ),
    Personal(
        "dates of birth", "a date, as of a birth",
        "Write your own reference of the appeal here; no date of birth may be sent.",
        heading=r".*(dob|birth|born).*|age",
        content=rf"\b(?i:d\.?o\.?b|born|date of birth)\b\W{{0,12}}(?:(?i:on)\s+)?(?:{_DAY}|{_YEAR})\b",
        alone=rf"{_DAY}[-/. ]{_MONTH}[-/. ]{_YEAR}|{_YEAR}[-/. ]{_MONTH}[-/. ]{_DAY}|{_DAY}[/.]{_MONTH}[/.]\d{{2}}"
              rf"|{_DAY}[- ]?{_MONTH_NAME}[- ]?(?:{_YEAR}|\d{{2}})|{_TWO_DIGITS_EACH}19\d{{2}}"
              rf"|19\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
    ),
    Personal(
        "crime references", "a crime or incident reference",
        "Write a reference of the appeal that stands for nothing else; no crime reference may be sent.",
        heading=r".*(crime|incident|custody|case|log|niche|urn)_?(ref|reference|no|number|id)\b.*"
                r"|urn|pnc.*|nino|passport.*",
        content=r"(?<![\w/])\d{2}[A-Z]{0,2}/(?:\d{5,7}|(?!(?:19|20)\d\d/)[1-9]\d{3})/\d{2}(?![\w/])"
                r"|\b(?i:crn|urn|cad|cris|niche|pnc\s?id|pnc)[\s._:/#-]*(?i:no|ref|number)?[\s._:/#-]*\d{3,}"
                r"|\b(?i:crime|incident|custody)[\s._-]*(?i:ref|reference|no|number)\b[\s.:#_-]*\w*\d"
                r"|(?<!\w)[0-9a-f]{64}(?!\w)",
        alone=r"\d{7}/\d{2}|\d{2,4}/\d{5,7}[A-Z]",
    ),
    Personal(
        "web addresses that tell who read them", "a web address that tells who read or wrote something",
        "Write the address up to the question mark, or leave the cell empty.",
        heading=r"(profile|account|user)_?(url|link)",
        content=rf"(?:https?://|www\.)\S*[?&#;][^\s=&?]*(?i:{_PERSONAL_KEYS})[^\s=&]*=",
    ),
    Personal("images", "", "Remove the column: it must not be sent.",
             heading=r".*(image|photo|picture|video_file|cctv).*"),
    Personal("free text", "", "Remove the column: it must not be sent.",
             heading=r".*(notes?|free_?text|description|narrative|details?|message|remarks?|summary|title|text)"),
)


def personal(column: str) -> str | None:
    """Return what personal data a column of this name would hold, else ``None``.

    >>> personal("phone_number")
    'telephone numbers'
    """
    return next((kind.what for kind in PERSONAL if re.fullmatch(kind.heading, column)), None)


def personal_content(text: str, *, reference: bool = False) -> Personal | None:
    """Return which personal data a cell seems to hold, else ``None``; ``reference`` where a reference should stand.

    >>> personal_content("ask Mr Smith").what
    'names of persons'
    """
    return next((kind for kind in PERSONAL if kind.in_cell(text, reference=reference)), None)


def masked(text: str) -> str:
    """Return what may be shown of a value that may be personal: its first character and its length.

    >>> masked("Jane Smith")
    'J… (10 characters)'
    """
    plain = text.strip()
    return f"{plain[:1]}… ({len(plain)} characters)"


def shown(text: str) -> str:
    """Return a text as it may be repeated: masked where it seems to hold personal data, cut to 80 characters."""
    return masked(text) if personal_content(text) else text[:80]


def row_shown(cells: Sequence[str], *, separator: str) -> str:
    """Return a row as it may be repeated, its cells not being where they belong: masked as ``shown``, names too."""
    name = PERSONAL[0]
    row = separator.join(cells)
    private = any(name.in_cell(cell.strip(), reference=True) for cell in cells)
    return masked(row) if private else shown(row)
