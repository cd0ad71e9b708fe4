"""Publishing in tests: with one secret for all, so that a test decides only what it is about."""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path

from data import publish as publishing

SECRET = Path(tempfile.mkdtemp(prefix="hue-secret-")) / "secret.key"
SECRET.write_text("5ec2e7" * 10 + "5ec2\n", encoding="ascii")
SECRET.chmod(0o600)
os.environ["HUE_SECRET"] = str(SECRET)
"""Commands that tests run find the same secret."""

publish = partial(publishing.publish, secret=SECRET)
