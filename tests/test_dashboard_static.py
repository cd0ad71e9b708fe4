"""Static files: named by content, compressed once, kept for ever, and never more than needed."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import bundle, static
from dashboard.settings import ROOT


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> static.StaticFiles:
    """Every static file with a stand-in for the bundle, which takes a network to build."""
    home = tmp_path_factory.mktemp("home")
    slim = home / "plotly.js"
    slim.write_text("window.Plotly = {};" * 100)
    return static.build_static(home=home, assets=ROOT / "assets", bundle=slim)


@pytest.fixture
def client(files: static.StaticFiles) -> FlaskClient:
    server = Flask("static-test", static_folder=None)
    static.register(server, static=files)
    return server.test_client()


def test_static_addresses_hold_a_fingerprint_and_no_version(files: static.StaticFiles) -> None:
    for name, url in files.addresses.items():
        assert re.fullmatch(r"/static/(.+\.)?[0-9a-f]{12}[./].+|/static/.+\.[0-9a-f]{12}/.+", url), name
        assert not re.search(r"\d+[._]\d+[._]\d+|@", url), name


def test_static_fingerprint_changes_with_the_content(tmp_path: Path) -> None:
    empty = static.StaticFiles(folder=tmp_path)

    one = static.add_text(empty, name="a.js", text="1").url("a.js")
    two = static.add_text(empty, name="a.js", text="2").url("a.js")

    assert one != two
    assert static.add_text(empty, name="a.js", text="1").url("a.js") == one


def test_static_group_changes_its_folder_with_any_of_its_files(tmp_path: Path) -> None:
    empty = static.StaticFiles(folder=tmp_path)
    first = static.StaticFile("first.js", b"1", "pair")

    old = static.add_files(empty, files=(first, static.StaticFile("second.js", b"2", "pair")))
    new = static.add_files(empty, files=(first, static.StaticFile("second.js", b"3", "pair")))

    assert old.folder_url("first.js") == old.folder_url("second.js") != new.folder_url("first.js")


def test_static_components_find_their_later_parts_beside_them(files: static.StaticFiles) -> None:
    folder = files.folder_url("dash_core_components.js")

    assert files.url("async-graph.js") == f"{folder}async-graph.js"


def test_static_scripts_load_no_table_polyfill_or_second_plotly(files: static.StaticFiles) -> None:
    scripts = " ".join(files.scripts())

    assert "react." in scripts and "renderer." in scripts
    assert not re.search(r"table|polyfill|plotly|boot\.|async-", scripts)


def test_static_scripts_run_in_the_order_that_dash_needs(files: static.StaticFiles) -> None:
    order = [files.scripts().index(files.url(name)) for name in ("react.js", "react-dom.js", "renderer.js", "html.js")]

    assert order == sorted(order)


def test_static_files_stay_below_the_first_visit_budget(files: static.StaticFiles) -> None:
    """900 kB for a first visit, of which the slim bundle takes at most 440 kB."""
    paths = [*files.scripts(), *files.styles(), files.url("boot.js"), files.url("async-graph.js")]

    total = sum((files.folder / (path.removeprefix(static.PREFIX) + ".br")).stat().st_size for path in paths)

    assert total < 330_000


@pytest.mark.parametrize(("accept", "coding"), [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0", None), ("", None)])
def test_static_answer_is_compressed_as_accepted(
    client: FlaskClient, files: static.StaticFiles, accept: str, coding: str | None
) -> None:
    url = files.url("boot.js")

    answer = client.get(url, headers={"Accept-Encoding": accept})

    plain = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding](answer.data)
    assert plain == (ROOT / "assets" / "boot.js").read_bytes()
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_static_answer_is_304_for_a_reader_who_has_it(client: FlaskClient, files: static.StaticFiles) -> None:
    url = files.url("boot.js")
    etag = client.get(url, headers={"Accept-Encoding": "br"}).headers["ETag"]

    again = client.get(url, headers={"Accept-Encoding": "br", "If-None-Match": etag})
    other = client.get(url, headers={"Accept-Encoding": "gzip", "If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")
    assert other.status_code == 200


@pytest.mark.parametrize("path", ["nothing.js", "", "../plotly.js", "%2e%2e/plotly.js", "etc/passwd", "dcc", "a/b"])
def test_static_unknown_path_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_static_compressed_copy_has_no_address_of_its_own(client: FlaskClient, files: static.StaticFiles) -> None:
    assert client.get(files.url("boot.js") + ".br").status_code == 404


def test_static_second_start_writes_nothing(files: static.StaticFiles) -> None:
    before = {path: path.stat().st_mtime_ns for path in files.folder.rglob("*")}

    static.build_static(home=files.folder.parent, assets=ROOT / "assets", bundle=files.folder.parent / "plotly.js")

    assert {path: path.stat().st_mtime_ns for path in files.folder.rglob("*")} == before


def test_bundle_that_cannot_be_built_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(bundle.BundleError, match="is missing"):
        bundle.build_bundle(home=tmp_path, root=tmp_path / "elsewhere")

    assert bundle.find_bundle(home=tmp_path) is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_bundle_is_built_anew_when_the_lock_changes(tmp_path: Path) -> None:
    for name in (*bundle.MANIFESTS, bundle.ENTRY):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    before = bundle.bundle_path(home=tmp_path, root=tmp_path)

    (tmp_path / "package-lock.json").write_text("{}")

    assert bundle.bundle_path(home=tmp_path, root=tmp_path) != before


@pytest.mark.parametrize("name", ["requirements.lock", "package-lock.json"])
def test_lock_files_hold_hashes_and_no_registry_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")

    assert "sha256:" in text or "sha512-" in text
    assert not re.search(r"--index-url|\"resolved\"|registry\.|pypi|files\.pythonhosted", text)
