"""One agreement: its lines, what they cost, who sits in them, the results expected, the reports received, its amendments."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from jalons.agreements.models import Agreement, AgreementLine, Report
from jalons.agreements.occupancy import occupancies
from jalons.agreements.permissions import readable_agreements
from jalons.agreements.queries import capacities, totals
from jalons.kernel import clock
from jalons.network.models import User
from jalons.network.permissions import Permission, may
from jalons.pathways.rulebook import Shelf
from jalons.rulebooks.queries import adopted
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.steering import figures as reading
from jalons.sites.steering.costs import cost_of
from jalons.sites.steering.expected import Where, expected_results
from jalons.ui.tables import Column

COST_COLUMNS = (Column("Ce qui est payé"), Column("Calcul"), Column("Résultat", "num"), Column("Source"))
EXPECTED_COLUMNS = (
    Column("Résultat attendu"),
    Column("Objectif"),
    Column("Chiffre", "num"),
    Column("Compté", "num"),
    Column("Constat"),
    Column("Source"),
)


def agreement_of(user: User, agreement_id: int, *, on: date) -> Agreement:
    """Return an agreement the user may read, or « page introuvable »."""
    readable = readable_agreements(user, on=on).select_related("organisation", "authority")
    return get_object_or_404(readable, pk=agreement_id)


def lines_of(agreement: Agreement) -> list[AgreementLine]:
    """Return the lines of an agreement with what the pages show of them, in their order."""
    return list(
        agreement.lines.select_related("agreement__organisation", "territory")
        .prefetch_related("amendments__decided_by")
        .order_by("rank")
    )


@screen(permission=Permission.AGREEMENT_READ)
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Show one agreement. Its expected results are those of the organisation in the actions of the agreement."""
    user, on = user_of(request), clock.today()
    found = agreement_of(user, agreement_id, on=on)
    lines = lines_of(found)
    occupied = occupancies(lines, on=on, year=on.year)
    rulebooks, labels = adopted(), Labels(on=on)
    labels.shelf = Shelf(rulebooks)
    month = reading.month_asked(request.GET.get("mois", ""), on=on)
    where = Where("organisation_action", {"organisation_id": [found.organisation_id]})
    context = {
        "agreement": found,
        "rows": capacities(lines, on=on),
        "occupied": occupied,
        "costs": {line.pk: cost_of(line, occupied[line.pk], rulebooks) for line in lines},
        "cost_columns": COST_COLUMNS,
        "expected": expected_results({line.action_code for line in lines}, where, month=month, rulebooks=rulebooks),
        "expected_columns": EXPECTED_COLUMNS,
        "month": month,
        "totals": totals(AgreementLine.objects.filter(agreement=found)),
        "amendments": [amendment for line in lines for amendment in line.amendments.all()],
        "reports": Report.objects.filter(line__in=lines)
        .select_related("line")
        .order_by("-period_start", "kind", "line"),
        "may_note": may(user, Permission.AGREEMENT_MANAGE, on=on, authority_id=found.authority_id),
        "labels": labels,
    }
    return render(request, "steering/agreement.html", context)
