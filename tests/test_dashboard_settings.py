"""Settings: what an operator may set, and what is said when it cannot be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.settings import ROOT, SETTINGS, SettingsError, read_settings


def test_settings_defaults_hold_without_an_environment() -> None:
    settings = read_settings({})

    assert settings.home == ROOT / ".hue"
    assert (settings.port, settings.cache, settings.base_url) == (8050, "simple", "")


def test_settings_are_read_from_the_environment(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "HUE_HOME": str(tmp_path),
            "PORT": "9000",
            "HUE_CACHE": "redis://localhost:6379/0",
            "HUE_BASE_URL": "https://appeals.example/",
        }
    )

    assert settings.home == tmp_path
    assert settings.port == 9000
    assert settings.cache == "redis://localhost:6379/0"
    assert settings.base_url == "https://appeals.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "²"),
        ("HUE_CACHE", "memcached"),
        ("HUE_BASE_URL", "appeals.example"),
        ("HUE_BASE_URL", "ftp://appeals.example"),
        ("HUE_BASE_URL", "https://appeals.example/?a=1"),
        ("HUE_BASE_URL", "https://force.example/appeals"),
        ("HUE_BASE_URL", "https://me:secret@appeals.example"),
        ("HUE_EMBED_ANCESTORS", "news.example"),
        ("HUE_EMBED_ANCESTORS", "https://news.example; script-src *"),
        ("HUE_EMBED_ANCESTORS", "https://news.example *"),
        ("HUE_EMBED_ANCESTORS", "https://news.example/path"),
        ("HUE_EMBED_ANCESTORS", "'self'"),
    ],
)
def test_settings_that_cannot_work_are_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


@pytest.mark.parametrize(("text", "sources"), [
    ("", ("*",)), ("*", ("*",)), ("none", ("'self'",)),
    ("https://news.example  https://*.paper.example:8443", ("'self'", "https://news.example", "https://*.paper.example:8443")),
])
def test_settings_name_the_sites_that_may_show_embeds(text: str, sources: tuple[str, ...]) -> None:
    assert read_settings({"HUE_EMBED_ANCESTORS": text}).embed_ancestors == sources


def test_settings_that_are_empty_count_as_not_set() -> None:
    assert read_settings({setting.name: " " for setting in SETTINGS}) == read_settings({})


def test_settings_table_names_each_setting_once_with_its_meaning() -> None:
    names = [setting.name for setting in SETTINGS]

    assert len(set(names)) == len(names)
    assert all(setting.meaning.endswith(".") for setting in SETTINGS)


def test_no_other_module_reads_the_environment() -> None:
    modules = [
        path
        for layer in ("dashboard", "callbacks", "layouts", "data")
        for path in (ROOT / layer).rglob("*.py")
        if path != ROOT / "dashboard" / "settings.py"
    ]

    readers = [path.name for path in modules if re.search(r"\bos\.(environ|getenv)\b", path.read_text("utf-8"))]

    assert readers == []
