"""Fetching street-level records of one force from the API of data.police.uk, month by month.

The API knows no force's records as a whole. So each neighbourhood of the force is asked for its boundary, each boundary
for its records, and the force for its records without a place (methods ``neighbourhoods``, ``boundary``,
``crimes-street`` and ``crimes-no-location`` of https://data.police.uk/docs/). A month becomes one file, written beside and
renamed; what was fetched before a run ended early is kept in a hidden folder and not fetched again. The API allows 15
requests a second with bursts of 30; refusals (429), faults of the server and broken answers are tried again, later and later.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from data.areas import AREAS, find_area
from data.errors import HueError
from data.model import month_index, month_text

ADDRESS = "https://data.police.uk/api"
RATE, BURST = 15.0, 30
"""Requests a second, and how many may come at once after a rest."""
WORKERS = 6
"""Requests under way at the same time: an answer takes about a second."""
LONGEST_WAIT = 60.0
_UNFINISHED = ".hue-fetch"

Progress = Callable[[int, int], None]
"""Called with the number of requests that are done and how many there will be."""


class FetchError(HueError):
    """The service could not be asked, or did not give what it should."""


@dataclass(frozen=True)
class Service:
    """Where to ask and how patiently: address, requests a second, burst, tries, first pause and time limit in seconds."""

    address: str = ADDRESS
    rate: float = RATE
    burst: int = BURST
    tries: int = 7
    pause: float = 1.0
    limit: float = 90.0


@dataclass(frozen=True)
class Fetched:
    """What became of one month: its file, how many records, whether it was there before, what had no boundary."""

    month: str
    file: Path
    records: int
    kept: bool = False
    without_boundary: tuple[str, ...] = ()


def fetch_police_uk(
    force: str, *, first: str, last: str, folder: Path, service: Service = Service(), on_progress: Progress = lambda *_: None
) -> tuple[Fetched, ...]:
    """Fetch the records of ``force`` (its name on police.uk) from month ``first`` to ``last`` (YYYY-MM) into ``folder``.

    A month that has no records is given without a file being written. Raises ``FetchError`` where the force or a month
    does not exist, or the service does not answer; what was fetched by then is kept.
    """
    slug = _slug(force)
    months = [month_text(month) for month in range(month_index(first), month_index(last) + 1)]
    if not months:
        raise FetchError(f"{first} is after {last}.")
    files = {month: folder / f"{month}-{slug}-street.json" for month in months}
    wanted = [month for month in months if not files[month].exists()]
    kept = [Fetched(month, files[month], _records_in(files[month]), kept=True) for month in months if month not in wanted]
    if not wanted:
        return tuple(kept)
    parts = folder / _UNFINISHED / slug
    parts.mkdir(parents=True, exist_ok=True)
    done = _fetch(_Asking(service), slug=slug, months=wanted, files=files, parts=parts, on_progress=on_progress)
    shutil.rmtree(parts)
    with suppress(OSError):  # another force is being fetched into the same folder
        (folder / _UNFINISHED).rmdir()
    return tuple(sorted((*kept, *done), key=lambda each: each.month))


def _slug(force: str) -> str:
    code = find_area(force, type="police_force")
    slug = AREAS[code].slug if code else ""
    if not slug or slug == "btp":
        known = ", ".join(sorted(area.slug for area in AREAS.values() if area.slug and area.slug != "btp"))
        raise FetchError(f"'{force}' is no force that can be fetched. Write one of: {known}.")
    return slug


def _records_in(file: Path) -> int:
    """Return how many records a fetched file holds; a file that cannot be read is refused, never fetched over."""
    try:
        return len(json.loads(file.read_text(encoding="utf-8"))["crimes"])
    except (ValueError, KeyError, TypeError):
        raise FetchError(f"{file} is not a file that was fetched whole. Move it away, then fetch again.") from None


def _fetch(
    asking: _Asking, *, slug: str, months: Sequence[str], files: Mapping[str, Path], parts: Path, on_progress: Progress
) -> list[Fetched]:
    _published(asking, months=months)
    places = [str(each["id"]) for each in asking.get_list(f"{slug}/neighbourhoods", path=parts / "neighbourhoods.json")]
    if not places:
        raise FetchError(f"data.police.uk names no neighbourhoods of {slug}.")
    total, done = len(places) * (1 + len(months)) + len(months), 0
    with ThreadPoolExecutor(max_workers=WORKERS) as workers:
        def each(tasks: Mapping[str, Callable[[], list[Any]]]) -> Iterator[tuple[str, list[Any]]]:
            nonlocal done
            asked = {workers.submit(task): name for name, task in tasks.items()}
            try:
                for answer in as_completed(asked):
                    done += 1
                    on_progress(done, total)
                    yield asked[answer], answer.result()
            except BaseException:
                workers.shutdown(wait=False, cancel_futures=True)
                raise

        boundaries = dict(each({place: _boundary(asking, slug, place, parts=parts) for place in places}))
        drawn = {place: points for place, points in boundaries.items() if len(points) >= 3}
        total -= (len(places) - len(drawn)) * len(months)
        without = tuple(sorted(set(places) - set(drawn)))
        out = []
        for month in months:
            tasks = {place: _crimes(asking, place, points, month=month, parts=parts) for place, points in drawn.items()}
            tasks[""] = _unplaced(asking, slug, month=month, parts=parts)
            crimes = _once(dict(each(tasks)))
            if crimes:
                _write(files[month], {"service": "data.police.uk", "force": slug, "date": month, "crimes": crimes})
            out.append(Fetched(month, files[month], len(crimes), without_boundary=without))
    return out


def _published(asking: _Asking, *, months: Sequence[str]) -> None:
    """Refuse months that data.police.uk does not have: an answer without records would look like a quiet month."""
    there = {str(each["date"]) for each in asking.get_list("crimes-street-dates")}
    missing = [month for month in months if month not in there]
    if missing:
        raise FetchError(f"data.police.uk has no {', '.join(missing)}; it has {min(there, default='nothing')} to "
                         f"{max(there, default='nothing')}.")


def _boundary(asking: _Asking, slug: str, place: str, *, parts: Path) -> Callable[[], list[Any]]:
    path = f"{slug}/{quote(place, safe='')}/boundary"
    return lambda: asking.get_list(path, path=parts / f"boundary-{quote(place, safe='')}.json", absent=True)


def _crimes(
    asking: _Asking, place: str, points: Sequence[Mapping[str, str]], *, month: str, parts: Path
) -> Callable[[], list[Any]]:
    drawn = ":".join(f"{point['latitude']},{point['longitude']}" for point in points)
    return lambda: asking.get_list("crimes-street/all-crime", path=parts / f"{month}-{quote(place, safe='')}.json",
                                   post={"date": month, "poly": drawn})


def _unplaced(asking: _Asking, slug: str, *, month: str, parts: Path) -> Callable[[], list[Any]]:
    return lambda: asking.get_list("crimes-no-location", path=parts / f"{month}-no-location.json",
                                   query={"category": "all-crime", "force": slug, "date": month})


def _once(answers: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Mapping[str, Any]]:
    """Return the records of all answers in one order; one on the border of two neighbourhoods comes in both."""
    found = {crime["id"]: crime for place in sorted(answers) for crime in answers[place]}
    return [found[number] for number in sorted(found)]


def _write(path: Path, content: Any) -> None:
    """Write JSON beside its place and rename it, so that a file is there whole or not at all."""
    beside = path.with_name(f".{path.name}.{threading.get_ident()}.part")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(content, file, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


# Asking


@dataclass
class _Bucket:
    """Lets requests through as the service allows: a leaky bucket."""

    rate: float
    burst: int
    _tokens: float = 0.0
    _since: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._tokens, self._since = float(self.burst), time.monotonic()

    def wait(self) -> None:
        """Return when one more request may be sent."""
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self.burst, self._tokens + (now - self._since) * self.rate) - 1
            self._since = now
            pause = max(0.0, -self._tokens / self.rate)
        time.sleep(pause)


class _Asking:
    """Asks one service, from several threads, as often as it allows."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._bucket = _Bucket(service.rate, service.burst)
        self._own = threading.local()

    def get_list(
        self, method: str, *, path: Path | None = None, query: Mapping[str, str] | None = None,
        post: Mapping[str, str] | None = None, absent: bool = False,
    ) -> list[Any]:
        """Return the list that a method answers; one that lies at ``path`` is not asked for again.

        ``absent`` says that the service may not know the thing (404): an empty list then.
        """
        if path is not None and path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
        answer = self._ask(method, query=query, post=post, absent=absent)
        if path is not None:
            _write(path, answer)
        return answer

    def _ask(
        self, method: str, *, query: Mapping[str, str] | None, post: Mapping[str, str] | None, absent: bool
    ) -> list[Any]:
        said = ""
        for attempt in range(self._service.tries):
            self._bucket.wait()
            try:
                response = self._session().request(
                    "POST" if post else "GET", f"{self._service.address}/{method}", params=query, data=post,
                    timeout=(10, self._service.limit))
                if response.status_code == 200:
                    answer = response.json()
                    if isinstance(answer, list):
                        return answer
                    said = "its answer is no list"
                elif response.status_code == 404 and absent:
                    return []
                elif response.status_code != 429 and response.status_code < 500:
                    raise FetchError(f"data.police.uk does not answer {method}: {response.status_code} {response.reason}.")
                else:
                    said = f"{response.status_code} {response.reason}"
            except (requests.RequestException, ValueError) as fault:  # dropped, too slow, or half an answer
                response, said = None, f"the connection failed ({type(fault).__name__})"
            if attempt + 1 < self._service.tries:
                time.sleep(self._pause(attempt, response=response))
        raise FetchError(f"data.police.uk did not answer {method} in {self._service.tries} tries: {said}. What was fetched "
                         "is kept; run the same command again later.")

    def _pause(self, attempt: int, *, response: requests.Response | None) -> float:
        """Return the seconds to wait: as the service asks, else twice as long each time, and not all at once."""
        asked = response.headers.get("Retry-After", "") if response is not None else ""
        if asked.isdigit():
            return min(float(asked), LONGEST_WAIT)
        return min(self._service.pause * 2**attempt, LONGEST_WAIT) * random.uniform(0.5, 1.0)

    def _session(self) -> requests.Session:
        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
            self._own.session.headers["User-Agent"] = "hue-and-cry"
        return self._own.session
