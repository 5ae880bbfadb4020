"""The missions of a référent, ticked one by one for a person: the checklist of the framework (R-057)."""

from __future__ import annotations

from django.db import models

from jalons.kernel.history import tracked
from jalons.pathways.models.common import by
from jalons.pathways.models.enrolments import Enrolment


@tracked()
class MissionDone(models.Model):
    """A mission done on a day. ``code`` is one of the rulebook's ``missions``; a mission may be done several times."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="missions")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="missions")
    code = models.CharField("mission", max_length=60)
    done_on = models.DateField("faite le")
    recorded_by = by("notée par")

    class Meta:
        verbose_name = "mission faite"
        verbose_name_plural = "missions faites"
        constraints = [
            models.UniqueConstraint(
                fields=("enrolment", "code", "done_on"),
                name="mission_once_a_day",
                violation_error_message="Cette mission est déjà notée ce jour-là.",
            )
        ]
