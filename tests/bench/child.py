"""One thing measured in a process of its own: a publish, a check, or a start. Prints one JSON document."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def measured(what: str, home: Path, folders: list[Path]) -> dict[str, Any]:
    """Do ``what`` and return seconds, seconds of processor time and the peak of memory in megabytes."""
    begun, worked = time.perf_counter(), time.process_time()
    more: dict[str, Any] = {}
    if what == "publish":
        from data.disclosure.secret import make
        from data.publish import publish, secret_file

        if not secret_file(home).exists():
            make(secret_file(home))
        done = publish(home, folders=folders)
        more = {"cells": sum(done.cells.values()), "rows": sum(report.rows_used for report in done.reports)}
    elif what == "check":
        from data.sources.registry import check_folder

        found = check_folder(folders)
        more = {"rows": sum(report.rows_used for report in found), "errors": sum(len(report.errors) for report in found)}
    else:
        from dashboard.app import create_app
        from dashboard.settings import Settings

        more = {"import_seconds": round(time.perf_counter() - begun, 3)}
        create_app(Settings(home=home))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": round(time.perf_counter() - begun, 2), "cpu_seconds": round(time.process_time() - worked, 2),
            "peak_mb": round(peak), **more}


if __name__ == "__main__":
    found = measured(sys.argv[1], Path(sys.argv[2]), [Path(folder) for folder in sys.argv[3:]])
    sys.stdout.write(json.dumps(found))
