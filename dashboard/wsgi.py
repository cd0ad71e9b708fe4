"""What gunicorn serves."""

from __future__ import annotations

from dashboard.app import create_app
from dashboard.settings import read_settings

server = create_app(read_settings()).server
