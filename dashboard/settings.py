"""What an operator may set: read once from the environment, by this module alone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from data.disclosure.secret import NAME
from data.embargo import now_utc
from data.errors import HueError

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds the code, its assets and the lock files."""

_MAIL = re.compile(r"[^@\s/]+@[^@\s/]+\.[^@\s/]+")
_SITE = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5}|:\*)?", re.IGNORECASE)
"""A site as a Content-Security-Policy names it: scheme, host (``*.`` for all below it), port."""


class SettingsError(HueError):
    """A setting has a value that the program cannot work with."""


@dataclass(frozen=True)
class Setting:
    """One row of the table of settings: what it is called, what holds without it, what it does."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HUE_HOME",
        ".hue",
        "Folder for everything the program writes: releases, the bundle, static files.",
    ),
    Setting(
        "HUE_SECRET",
        "",
        "File of the publisher's secret, which `hue secret` makes. Empty: `private/secret.key` in HUE_HOME.",
    ),
    Setting("PORT", "8050", "Port on 127.0.0.1 that the dashboard is served on."),
    Setting(
        "HUE_CACHE",
        "simple",
        "Where finished answers are kept: `simple` (in each worker), "
        "`redis://host:port/db` (shared) or `none`.",
    ),
    Setting(
        "HUE_CONTACT",
        "",
        "Whom readers write to: an e-mail address or a web address, shown on `/about`, `/accessibility` and `/privacy`.",
    ),
    Setting(
        "HUE_BASE_URL",
        "",
        "Public address, such as `https://appeals.example`; it stands in canonical links, embed codes and card images. "
        "Empty: pages name no canonical link, and codes hold the address that was asked.",
    ),
    Setting(
        "HUE_EMBED_ANCESTORS",
        "*",
        "Sites that may show embeds: `*` for all, `none`, or addresses such as `https://news.example https://*.paper.example`, "
        "with spaces between them.",
    ),
)


@dataclass(frozen=True)
class Settings:
    """The settings of one running dashboard."""

    home: Path = ROOT / ".hue"
    port: int = 8050
    cache: str = "simple"
    base_url: str = ""
    contact: str = ""
    embed_ancestors: tuple[str, ...] = ("*",)
    """Who may frame embeds, as sources of a Content-Security-Policy."""
    secret: Path = ROOT / ".hue" / "private" / NAME
    now: Callable[[], datetime] = field(default=now_utc, compare=False)
    """The clock that embargoes end by: that of this machine."""

    @property
    def assets(self) -> Path:
        """Folder of the style sheets, scripts and stubs that a browser fetches."""
        return ROOT / "assets"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment, or from any mapping with the same names.

    An empty value counts as not set. Raises ``SettingsError`` with the name of the setting.
    """
    given = os.environ if environment is None else environment
    values = {setting.name: given.get(setting.name, "").strip() or setting.default for setting in SETTINGS}
    home = (ROOT / Path(values["HUE_HOME"]).expanduser()).resolve()
    own = values["HUE_SECRET"]
    return Settings(
        home=home,
        secret=(ROOT / Path(own).expanduser()).resolve() if own else home / "private" / NAME,
        port=_port(values["PORT"]),
        cache=_cache(values["HUE_CACHE"]),
        base_url=_base_url(values["HUE_BASE_URL"]),
        contact=_contact(values["HUE_CONTACT"]),
        embed_ancestors=_ancestors(values["HUE_EMBED_ANCESTORS"]),
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 65535:
        raise SettingsError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _cache(text: str) -> str:
    known = text in ("simple", "none") or text.startswith(("redis://", "rediss://"))
    if not known:
        raise SettingsError(f"HUE_CACHE must be simple, none or redis://..., not {text!r}.")
    return text


def _base_url(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    whole = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and not parts.query and not parts.fragment
    if not whole or parts.path not in ("", "/"):
        raise SettingsError(f"HUE_BASE_URL must look like https://appeals.example, not {text!r}: the dashboard stands at the root of its site.")
    return text.rstrip("/")


def _contact(text: str) -> str:
    if text and not (_MAIL.fullmatch(text) or urlsplit(text).scheme == "https" and urlsplit(text).netloc):
        raise SettingsError(f"HUE_CONTACT must be an e-mail address or look like https://force.example/contact, not {text!r}.")
    return text


def _ancestors(text: str) -> tuple[str, ...]:
    """Return who may frame embeds. Our own pages always may: they show a preview, and every site above a frame counts."""
    if text == "*":
        return ("*",)
    sites = () if text == "none" else tuple(text.split())
    wrong = next((site for site in sites if not _SITE.fullmatch(site)), None)
    if wrong is not None:
        raise SettingsError("HUE_EMBED_ANCESTORS must be *, none, or addresses such as https://news.example with spaces between "
                            f"them; {wrong!r} is none of these.")
    return ("'self'", *sites)
