"""What every answer says about itself: what may run, who may frame it, how long it may be kept."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import brotli
from flask import Flask, Response, request

from dashboard.static import accepted_encodings, best_encoding

LIBRARY_STYLES: tuple[str, ...] = (
    "sha256-+QoPrsxO0auPnxSulD3bAr9CoDGgzv7YRfYE0vfxeQI=",
    "sha256-0IJGrxhCP5NUIafylLkj5118xkZH1kp5FmNio7NOckI=",
    "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "sha256-Aq43X0SlmB69maWGob4rp/UuSHhwePalkRRExtsxOJ8=",
    "sha256-Do5Z9ZqsPvCQTUBQS9BnDm/2+on7omuzuLYk5sbA+2s=",
    "sha256-ITR5T9OwskhdqdsliUJRmgp9ltOFAHgXe1F7eRvGnmQ=",
    "sha256-MJs2ke1SA6Cy3tTCZu2QH0rj0r//iNqU0idy9bM4leg=",
    "sha256-SkhFDxgIcEjMhRh19uSHWrkdnAlZ9rlskgr9yLsipa8=",
    "sha256-VUA+tqvhK3niMn7AdszqidMFPRh9FLqxB2iINUrsiTw=",
    "sha256-X2TqJwnIiE/ceDVeAdr7v7BOWBU6CEzE6qxlNzBzvBk=",
    "sha256-Z8VokGxeiKThZOEmkdUgfW+jxbvItBwAXC8M1c4wqAM=",
    "sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o=",
    "sha256-uDiOZWps1U7E8/0BTaQrclYMhVhRVE4dT0vb5X6nXOw=",
)
"""Hashes of the style elements that Dash and Plotly insert, the empty one included.

A test in Chromium fails when an upgrade changes one, and its message names the new hash.
"""

FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
"""What a browser can be asked for; no page may use any of it, but for those that say so."""


def permissions(*allowed: str) -> str:
    """Return the Permissions-Policy that lets a page use the ``allowed`` features itself, and no other."""
    return ", ".join(f"{feature}={'(self)' if feature in allowed else '()'}" for feature in FEATURES)


FEWEST_BYTES = 400
"""Answers shorter than this are sent as they are: compressed they would hardly be smaller."""

COMPRESSED_TYPES = (
    "text/",
    "application/json",
    "application/geo+json",
    "application/problem+json",
    "application/ld+json",
    "application/csvm+json",
    "application/manifest+json",
    "application/xml",
    "application/atom+xml",
    "image/svg+xml",
)


@dataclass(frozen=True)
class Policy:
    """Who may show the answers of one part of the site inside their own pages.

    ``frame_ancestors`` are CSP sources, ``'none'`` for all pages but embeds.
    """

    prefix: str
    frame_ancestors: str = "'none'"
    resource: str = "same-origin"
    opener: str = "same-origin"


PAGES = Policy(prefix="/")
FILES = Policy(prefix="/static/", resource="cross-origin")
"""Files of the program: an embed in a sandbox is of another origin than the files that it loads."""


def embeddable(prefix: str, *, ancestors: Iterable[str] = ("*",)) -> Policy:
    """The policy of addresses that other sites may frame, by default all of them."""
    return Policy(
        prefix=prefix, frame_ancestors=" ".join(ancestors), resource="cross-origin", opener="unsafe-none"
    )


def register(server: Flask, *, policies: Iterable[Policy] = (), scripts: Iterable[str] = ()) -> None:
    """Give every answer of ``server`` its headers, an ETag and, where it helps, compression.

    ``policies`` are exceptions by path, the longest matching prefix counts; ``scripts`` are hashes
    of inline scripts (``sha256-...``), of which the pages have none. A header that a route has set
    stays as it is.
    """
    listed = sorted((PAGES, *policies), key=lambda policy: len(policy.prefix), reverse=True)
    headers = {policy: security_headers(policy, scripts=tuple(scripts)) for policy in listed}

    def finish(response: Response) -> Response:
        policy = next(each for each in listed if request.path.startswith(each.prefix))
        for name, value in headers[policy].items():
            response.headers.setdefault(name, value)
        response.headers.pop("Set-Cookie", None)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-cache" if request.method in ("GET", "HEAD") else "no-store"
        return compress(tag(response))

    server.after_request(finish)


def security_headers(policy: Policy, *, scripts: Iterable[str] = ()) -> Mapping[str, str]:
    """The headers that close doors, for addresses under one policy."""
    headers = {
        "Content-Security-Policy": content_policy(policy, scripts=scripts),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": permissions(),
        "Cross-Origin-Opener-Policy": policy.opener,
        "Cross-Origin-Resource-Policy": policy.resource,
    }
    if policy.frame_ancestors == "'none'":
        headers["X-Frame-Options"] = "DENY"
    return headers


def content_policy(policy: Policy, *, scripts: Iterable[str] = ()) -> str:
    """The Content-Security-Policy: everything from this host, and nothing that is written inline.

    Attributes may carry styles, because charts are drawn with them.
    """
    styles = " ".join(("'self'", *(f"'{each}'" for each in LIBRARY_STYLES)))
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(("'self'", *(f"'{each}'" for each in scripts))),
        "script-src-attr": "'none'",
        "style-src": styles,
        "style-src-attr": "'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "frame-src": "'self'",
        "manifest-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": policy.frame_ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def tag(response: Response) -> Response:
    """Give a GET answer an ETag made of its content, and answer 304 where the reader has it.

    The tag is weak, so that it holds for every compression of the same content. Streamed answers
    have no content yet; their routes set a tag where they can.
    """
    if request.method not in ("GET", "HEAD") or response.is_streamed or response.direct_passthrough:
        return response
    if "ETag" not in response.headers:
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:20], weak=True)
    return response.make_conditional(request) if response.status_code == 200 else response


def compress(response: Response) -> Response:
    """Compress text that is not compressed yet, as far as the reader's browser accepts it.

    What nobody may keep, such as the answer of a callback, is compressed quickly: it grows by a tenth.
    """
    if not _compressible(response):
        return response
    response.vary.add("Accept-Encoding")
    coding = best_encoding(accepted_encodings(), available=_CODINGS)
    if coding == "identity" or len(response.get_data()) < FEWEST_BYTES:
        return response
    quickly = response.headers.get("Cache-Control") == "no-store"
    response.set_data(_CODINGS[coding](response.get_data(), quickly))
    response.headers["Content-Encoding"] = coding
    return response


_CODINGS: Mapping[str, Callable[[bytes, bool], bytes]] = {
    "br": lambda data, quickly: brotli.compress(data, quality=3 if quickly else 5),
    "gzip": lambda data, quickly: gzip.compress(data, 3 if quickly else 6, mtime=0),
}


def _compressible(response: Response) -> bool:
    return (
        not response.is_streamed
        and not response.direct_passthrough
        and response.status_code not in (204, 304)
        and "Content-Encoding" not in response.headers
        and (response.content_type or "").startswith(COMPRESSED_TYPES)
    )
