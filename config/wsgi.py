"""Entry of the web server. Refuses to serve on a database that must not be trusted."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from jalons.kernel.database import ensure_running

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

ensure_running()
application = get_wsgi_application()

from jalons.kernel.database.boot import verify_boot  # noqa: E402 (models must be ready first)

verify_boot()
