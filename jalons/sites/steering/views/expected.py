"""« Résultats attendus »: what the rulebooks expect of each action, beside what is counted (R-124, R-139)."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from jalons.agreements.permissions import readable_lines
from jalons.indicators.masking import MASKED_SIGN, mask
from jalons.indicators.queries import is_stale
from jalons.kernel import clock
from jalons.kernel.periods import last_of_month
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, user_of
from jalons.sites.steering import figures as reading
from jalons.sites.steering.expected import Expected, OfAction, Reading, Where, expected_results
from jalons.sites.steering.views.agreement import EXPECTED_COLUMNS
from jalons.sites.steering.views.figures import months_choice
from jalons.ui.exports import Cell, Export, csv_response, xlsx_response
from jalons.ui.french import month_long

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
COLUMNS = (
    "Action", "Résultat attendu", "Lecture", "Objectif", "Chiffre", "Numérateur", "Dénominateur", "Constat", "Réserve",
    "Orientations reçues", "Source",
)  # fmt: skip
VERDICTS = {True: "atteint", False: "non atteint", None: "repère"}


def _results(request: HttpRequest, user: User) -> tuple[list[OfAction], reading.Scope]:
    on = clock.today()
    scope = reading.scope_of(user, on=on)
    month = reading.month_asked(request.GET.get("mois", ""), on=on)
    year = last_of_month(month)
    lines = readable_lines(user, on=on, permission=Permission.FIGURE_READ)
    codes = lines.filter(start_on__year__lte=year.year, end_on__year__gte=year.year).order_by()
    where = Where("action" if scope.of_authority else "organisation_action", scope.keys)
    return expected_results(codes.values_list("action_code", flat=True).distinct(), where, month=month), scope


@screen(permission=Permission.FIGURE_READ)
def expected(request: HttpRequest) -> HttpResponse:
    """Show every action with its expected results."""
    user, on = user_of(request), clock.today()
    month = reading.month_asked(request.GET.get("mois", ""), on=on)
    results, scope = _results(request, user)
    context = {
        "results": results,
        "scope": scope,
        "month": month,
        "months": months_choice(month, on),
        "columns": EXPECTED_COLUMNS,
        "stale": is_stale(last=month),
    }
    return render(request, "steering/expected.html", context)


@screen(permission=Permission.FIGURE_READ)
def expected_export(request: HttpRequest, layout: str) -> HttpResponseBase:
    """Send the same table, small counts masked: the file leaves the house (R-166)."""
    if layout not in FORMATS:
        raise Http404(layout)
    user = user_of(request)
    results, scope = _results(request, user)
    threshold = reading.authority_of(scope).masking_threshold
    month = reading.month_asked(request.GET.get("mois", ""), on=clock.today())
    rows = (line for of in results for one in of.results for line in _lines(of, one, threshold))
    filters = [("Périmètre", scope.label), ("Mois", month_long(month))]
    return FORMATS[layout](Export(f"Résultats attendus {month:%Y-%m}", COLUMNS, rows, filters))


def _lines(of: OfAction, one: Expected, threshold: int) -> Iterator[list[Cell]]:
    readings: list[tuple[str, Reading]] = [("retenue", one.reading)]
    if one.other:
        readings.append(("autre lecture", one.other))
    for name, read in readings:
        head: list[Cell] = [of.action.label, one.target.label, name, one.threshold]
        tail: list[Cell] = [one.target.reserve or "", of.received, " ; ".join(one.target.citation)]
        yield [*head, *_counted(read, threshold), *tail]


def _counted(read: Reading, threshold: int) -> list[Cell]:
    if read.result is None:
        return [reading.NOT_COMPUTABLE, None, None, reading.NOT_COMPUTABLE]
    [row] = mask([read.result], threshold)
    if row.masked:
        return [MASKED_SIGN, MASKED_SIGN, MASKED_SIGN, MASKED_SIGN]
    verdict = reading.NOT_COMPUTABLE if row.value is None else VERDICTS[read.reached]
    return [row.value if row.value is not None else reading.NOT_COMPUTABLE, row.numerator, row.denominator, verdict]
