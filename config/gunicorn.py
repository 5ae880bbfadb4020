"""gunicorn's settings: one synchronous worker per core, connections to the database reused (measured: the best of six)."""

from __future__ import annotations

import os

from gunicorn.config import Config
from gunicorn.glogging import Logger

from config.env import SettingError, env_bool
from config.logs import DiscreetFormatter

# Debugging pages print the data they were working on: the real server never runs with them (`manage.py runserver` may).
if env_bool("JALONS_DEBUG", default=False):
    raise SettingError("Jalons refuse de démarrer : retirez JALONS_DEBUG, le mode de mise au point montre des données.")

wsgi_app = "config.wsgi:application"
bind = os.environ.get("JALONS_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("JALONS_WORKERS") or os.cpu_count() or 1)
worker_class = "sync"
timeout = 60
graceful_timeout = 20
max_requests = 10_000
max_requests_jitter = 1_000
# The address of a page may hold what was searched: no access log here, reads leave their own trace in the database.
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


class DiscreetLogger(Logger):  # type: ignore[misc]
    """gunicorn's own messages (« Error handling request /… ») go through the formatter of the application."""

    def setup(self, cfg: Config) -> None:
        """Set the handlers as usual, then their formatter."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(DiscreetFormatter(self.error_fmt, self.datefmt))


logger_class = DiscreetLogger
