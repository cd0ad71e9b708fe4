"""The README says what there is: settings, commands, addresses, exit codes, filters."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command

from dashboard.cli import app
from dashboard.cli_terms import EXIT_CODES
from dashboard.settings import ROOT, SETTINGS
from data.selection import KEYS
from data.templates import TEMPLATES

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_readme_documents_every_setting_with_its_default(setting) -> None:  # type: ignore[no-untyped-def]
    row = next(line for line in README.splitlines() if line.startswith(f"| `{setting.name}`"))

    assert setting.meaning in row
    assert f"`{setting.default}`" in row or not setting.default


def test_readme_documents_every_command_and_every_option() -> None:
    top = get_command(app)
    for name, command in top.commands.items():  # type: ignore[attr-defined]
        assert f"hue {name}" in README
        for inner in getattr(command, "commands", {}):
            assert re.search(rf"hue releases [^`\n]*{inner}", README)
        for option in (word for each in command.params for word in each.opts if word.startswith("--")):
            assert option in README or option == "--help", option


def test_readme_documents_every_exit_code() -> None:
    for code in EXIT_CODES:
        assert f"**{code}**" in README


def test_readme_documents_every_key_of_the_query_and_every_template() -> None:
    for key in KEYS:
        assert re.search(rf"\b{key}\b", README)
    for template in TEMPLATES:
        assert f"hue template {template.name}" in README


def test_readme_names_no_address_of_a_registry_and_no_path_of_a_machine() -> None:
    assert not re.search(r"pypi\.|npmjs", README) and str(ROOT) not in README
    assert (ROOT / ".docs" / "explore.png").is_file()
