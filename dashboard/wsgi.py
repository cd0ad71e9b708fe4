"""What gunicorn serves."""

from __future__ import annotations

from dashboard.app import create_app
from dashboard.settings import read_settings
from data.errors import HueError

try:
    server = create_app(read_settings()).server
except HueError as error:
    raise SystemExit(str(error)) from None
