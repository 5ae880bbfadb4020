"""docs/data-model.md: the tables of each room, their fields and what the database never lets be false."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.db import models
from pghistory.models import Event

HEAD = """# The data model

<!-- Written by `jalons docs`: do not edit. `jalons docs --check` fails when it is out of date. -->

One section per room, top to bottom of the house. « Held by the database » lists the constraints and triggers with the French
sentence a user reads when one is broken. A table marked « history kept » has an event table filled by triggers, which nobody
can rewrite.
"""


def text() -> str:
    """Return the page."""
    rooms = [config for config in apps.get_app_configs() if config.name.startswith("jalons.")]
    return "\n".join([HEAD, *filter(None, (_room(config) for config in rooms))])


def _is_event(model: type[models.Model]) -> bool:
    return issubclass(model, Event)


def _room(config: AppConfig) -> str:
    tables = [model for model in config.get_models() if not _is_event(model)]
    if not tables:
        return ""
    return "\n".join([f"\n## {config.name.removeprefix('jalons.')}", *(_model(model) for model in tables)])


def _model(model: type[models.Model]) -> str:
    tracked = any(
        _is_event(other) and getattr(other, "pgh_tracked_model", None) is model for other in apps.get_models()
    )
    marks = ["history kept"] if tracked else []
    if getattr(model, "append_only", False):
        marks.append("append only")
    note = f" ({', '.join(marks)})" if marks else ""
    summary = " ".join((model.__doc__ or "").split("\n\n")[0].split())
    lines = [f"\n### {model.__name__}{note}", "", f"`{model._meta.db_table}`. {summary}", ""]
    lines += ["| Field | Type | May be empty | Meaning |", "|---|---|---|---|"]
    for field in model._meta.concrete_fields:
        lines.append(f"| `{field.column}` | {_type(field)} | {'yes' if field.null else ''} | {_meaning(field)} |")
    held = [*(f"- {_sentence(c)}" for c in model._meta.constraints), *_triggers(model)]
    if held:
        lines += ["", "Held by the database:", "", *held]
    return "\n".join(lines)


def _type(field: models.Field[object, object]) -> str:
    if isinstance(field, models.ForeignKey):
        return f"→ {field.related_model.__name__}"
    name = type(field).__name__.removesuffix("Field").lower()
    if field.max_length:
        return f"{name} ({field.max_length})"
    if isinstance(field, models.DecimalField):
        return f"decimal ({field.max_digits}, {field.decimal_places})"
    return name


def _meaning(field: models.Field[object, object]) -> str:
    said = str(field.verbose_name)
    if field.choices:
        said += " : " + ", ".join(f"`{value}` {label}" for value, label in field.flatchoices)
    return said.replace("|", "\\|")


def _sentence(constraint: models.BaseConstraint) -> str:
    said = str(constraint.violation_error_message)
    default = said == str(models.BaseConstraint.default_violation_error_message)
    return f"`{constraint.name}`" + ("" if default else f": « {said} »")


def _triggers(model: type[models.Model]) -> list[str]:
    names = (trigger.name for trigger in getattr(model._meta, "triggers", ()))
    return [f"- trigger `{name}`" for name in names if not name.endswith(("_insert", "_update", "_delete"))]
