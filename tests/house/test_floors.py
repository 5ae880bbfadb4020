"""Imports and model relations go down the same floors, without exception."""

from __future__ import annotations

import re
import subprocess
import sys

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey

from tests.house.floors import PROJECT, floors, import_contracts


def test_imports_keep_the_contracts() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    answer = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_no_import_is_waived() -> None:
    for contract in import_contracts():
        assert not [key for key in contract if key.startswith("ignore") or key == "exhaustive_ignores"], contract[
            "name"
        ]


def test_every_room_has_its_floor() -> None:
    rooms = {folder.name for folder in (PROJECT / "jalons").iterdir() if (folder / "__init__.py").exists()}
    assert rooms <= set(floors())


def test_model_relations_go_down_the_floors() -> None:
    """import-linter does not see a relation written as a string: « people.Person » in a lower room would pass."""
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            target = getattr(field, "related_model", None)
            if field.auto_created or target is None or isinstance(target, str):
                continue
            if _room(model.__module__) and _room(target.__module__) and not _down(model.__module__, target.__module__):
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert wrong == []


def test_no_relation_hides_its_target() -> None:
    """A generic foreign key points anywhere: a subject of another room is a kind and an id, with an owner in wiring."""
    generic = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if _room(model.__module__)
        for field in model._meta.private_fields
        if isinstance(field, GenericForeignKey)
    ]
    assert generic == []


def test_models_are_imported_not_looked_up_by_name() -> None:
    """`get_model` and lazy string imports hide a climb; only migrations need them."""
    hidden = [
        str(file.relative_to(PROJECT))
        for file in (PROJECT / "jalons").rglob("*.py")
        if "migrations" not in file.parts and re.search(r"\bget_model\(", file.read_text(encoding="utf-8"))
    ]
    assert hidden == []


def _room(module: str) -> str | None:
    match = re.match(r"jalons\.([a-z_]+)", module)
    return match[1] if match else None


def _down(source: str, target: str) -> bool:
    above, below = _room(source), _room(target)
    return above == below or floors()[str(above)] < floors()[str(below)]
