"""« Pilotage »: the main figures of the month, one indicator in depth, the list behind a figure, frozen figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from jalons.agreements.permissions import readable_lines
from jalons.indicators.definitions import Indicator, Interval, Level, catalogue
from jalons.indicators.drilldown import Row
from jalons.indicators.engine import Result
from jalons.indicators.masking import MASKED_SIGN, Masked, mask
from jalons.indicators.models import FrozenFigure
from jalons.indicators.operations import freeze
from jalons.indicators.queries import correction_of, figures, is_stale, rows_behind
from jalons.kernel import clock
from jalons.kernel.periods import add_months, first_of_month, last_of_month, months_between
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.models import Person
from jalons.people.permissions import reachable_persons
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.steering import figures as reading
from jalons.ui.charts import Chart, chart, columns_by_month
from jalons.ui.exports import Cell, Export, csv_response, xlsx_response
from jalons.ui.filters import Choice, Option
from jalons.ui.forms import KitForm, refusals_on
from jalons.ui.french import date_short, month_long
from jalons.ui.tables import Column, page_of

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
CUTS: dict[Level, str] = {"organisation": "Par organisme", "territory": "Par territoire", "action": "Par action"}
CUT_COLUMNS = (Column("Valeur"), Column("Numérateur", "num"), Column("Dénominateur", "num"), Column("Chiffre", "num"))
PARTS = {"numerator": "Compté au numérateur", "denominator": "Compté au dénominateur"}
LONGEST_SOURCE = 200


@dataclass(frozen=True, slots=True)
class Card:
    """A main figure as the first page shows it."""

    indicator: Indicator
    value: str
    trend: str
    goals: list[reading.Goal]
    result: Result | None


class FreezeForm(KitForm):
    """What is said of a published figure."""

    published_as = forms.CharField(
        label="Valeur publiée",
        max_length=60,
        required=False,
        help_text="Telle qu’imprimée, par exemple « environ 66 % ».",
    )
    source = forms.CharField(
        label="Publiée dans", max_length=LONGEST_SOURCE, help_text="Le rapport ou la page, avec sa date."
    )


def _indicator(code: str) -> Indicator:
    try:
        return reading.definition(code)
    except KeyError:
        raise Http404(code) from None


def months_choice(month: date, on: date) -> Choice:
    """Return the months of the last two years, newest first."""
    days = sorted(months_between(add_months(first_of_month(on), -23), on), reverse=True)
    return Choice("mois", "Ce mois-ci", [Option(f"{day:%Y-%m}", month_long(day)) for day in days], f"{month:%Y-%m}")


@screen(permission=Permission.FIGURE_READ)
def figures_page(request: HttpRequest) -> HttpResponse:
    """Show eight figures with their trend and target, then one of them month by month."""
    user, on = user_of(request), clock.today()
    scope = reading.scope_of(user, on=on)
    month = reading.month_asked(request.GET.get("mois", ""), on=on)
    shown = [reading.definition(code) for code in reading.MAIN]
    shown = [one for one in shown if reading.at_level(one, scope.level)]
    authority = reading.authority_of(scope)
    found = {(row.indicator, row.month): row for row in _two_months(shown, scope, month)}
    goals = reading.goals(authority.code, on=last_of_month(month))
    cards = [
        Card(
            one,
            reading.in_words(one, row.value if (row := found.get((one.code, month))) else None),
            reading.trend(one, row, found.get((one.code, add_months(month, -1)))),
            goals.get(one.code, []),
            row,
        )
        for one in shown
    ]
    context = {
        "scope": scope,
        "month": month,
        "cards": cards,
        "months": months_choice(month, on),
        "others": [one for one in _all(scope) if one.code not in reading.MAIN],
        "stale": is_stale(last=month),
        "chart": _chart(reading.definition("supported_beneficiaries_count"), scope, month),
    }
    return render(request, "steering/figures.html", context)


def _two_months(shown: list[Indicator], scope: reading.Scope, month: date) -> Iterator[Result]:
    """Read both months of all figures, one query per interval."""
    for interval in sorted({reading.interval_of(one) for one in shown}):
        codes = [one.code for one in shown if reading.interval_of(one) == interval]
        yield from figures(
            codes, first=add_months(month, -1), last=month, level=scope.level, interval=interval, keys=scope.keys
        )


def _all(scope: reading.Scope) -> list[Indicator]:
    return sorted(
        (
            one
            for one in catalogue().indicators.values()
            if reading.at_level(one, scope.level) or reading.at_level(one, "action")
        ),
        key=lambda one: one.label,
    )


def _defined(code: str, scope: reading.Scope) -> tuple[Indicator, bool]:
    """Return an indicator and whether the scope has one figure of it; some are counted action by action only."""
    indicator = _indicator(code)
    whole = reading.at_level(indicator, scope.level)
    if not whole and not reading.at_level(indicator, "action"):
        raise Http404(code)
    return indicator, whole


def _cuts(
    indicator: Indicator, scope: reading.Scope, month: date, interval: Interval, on: date
) -> Iterator[tuple[str, Level, list[Result], dict[object, str]]]:
    """Yield each cut the reader may see: its title, level, figures and the names of their groups."""
    own: dict[Level, str] = {"organisation_action": CUTS["action"]}
    cuts = CUTS if scope.of_authority else own
    for level, title in cuts.items():
        if reading.at_level(indicator, level):
            rows = figures([indicator.code], first=month, last=month, level=level, interval=interval, keys=scope.keys)
            yield title, level, rows, reading.names_of(level, rows, on=on)


def _chart(indicator: Indicator, scope: reading.Scope, month: date) -> Chart:
    points = reading.series(indicator, scope, month, reading.interval_of(indicator))
    values = [float(row.value) if row is not None and row.value is not None else None for _, row in points]
    last = reading.in_words(indicator, points[-1][1].value if points[-1][1] else None)
    title = f"{indicator.label}\u202f: {last} en {month_long(month)}"
    return chart(
        columns_by_month([f"{day:%m/%y}" for day, _ in points], values, unit=indicator.unit),
        title=title,
        description=f"{indicator.label}, douze mois jusqu’à {month_long(month)}. {scope.label}.",
        columns=("Mois", indicator.label),
        rows=[(month_long(day), reading.in_words(indicator, row.value if row else None)) for day, row in points],
    )


@screen(permission=Permission.FIGURE_READ)
@acts_once
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """Show one indicator: its definition, its months, its cuts."""
    user, on = user_of(request), clock.today()
    scope = reading.scope_of(user, on=on)
    indicator, whole = _defined(code, scope)
    month = reading.month_asked(request.GET.get("mois", ""), on=on)
    interval = reading.interval_of(indicator, request.GET.get("periode", ""))
    cuts = []
    for title, level, rows, names in _cuts(indicator, scope, month, interval, on):
        field = reading.GROUP_FIELD[level]
        named = ((names.get(row.keys[field], "—"), row) for row in rows)
        cuts.append((title, sorted(named, key=lambda pair: pair[0].casefold())))
    context = {
        "indicator": indicator,
        "scope": scope,
        "month": month,
        "interval": interval,
        "months": months_choice(month, on),
        "whole": whole,
        "result": next(
            iter(figures([code], first=month, last=month, level=scope.level, interval=interval, keys=scope.keys)), None
        )
        if whole
        else None,
        "goals": reading.goals(reading.authority_of(scope).code, on=last_of_month(month)).get(code, []),
        "cuts": cuts,
        "cut_columns": CUT_COLUMNS,
        "chart": _chart(indicator, scope, month) if whole else None,
        "words": reading.in_words,
        "frozen": FrozenFigure.objects.filter(indicator=code, authority_id=scope.authority_id).order_by(
            "-month", "-pk"
        ),
        "freeze_form": FreezeForm(),
        "stale": is_stale(last=month),
    }
    return render(request, "steering/figure.html", context)


@screen(permission=Permission.FIGURE_READ)
def export(request: HttpRequest, code: str, layout: str) -> HttpResponseBase:
    """Send the months and the cuts of an indicator, small counts masked: the file leaves the house (R-166)."""
    if layout not in FORMATS:
        raise Http404(layout)
    user, on = user_of(request), clock.today()
    scope = reading.scope_of(user, on=on)
    indicator, whole = _defined(code, scope)
    month = reading.month_asked(request.GET.get("mois", ""), on=on)
    interval = reading.interval_of(indicator, request.GET.get("periode", ""))
    threshold = reading.authority_of(scope).masking_threshold
    rows = []
    for day, row in reading.series(indicator, scope, month, interval) if whole else ():
        rows.append(_cells("Mois", month_long(day), mask([row], threshold)[0] if row else None))
    for title, level, found, names in _cuts(indicator, scope, month, interval, on):
        field = reading.GROUP_FIELD[level]
        rows += [_cells(title, names.get(one.result.keys[field], "—"), one) for one in mask(found, threshold)]
    filters = [
        ("Périmètre", scope.label),
        ("Mois", month_long(month)),
        ("Définition", f"version {indicator.version}"),
        ("Source", " ; ".join(indicator.citation)),
    ]
    columns = ("Découpage", "Valeur", "Numérateur", "Dénominateur", f"{indicator.label} ({indicator.unit})")
    return FORMATS[layout](Export(indicator.label, columns, rows, filters))


def _cells(cut: str, name: str, row: Masked | None) -> list[Cell]:
    if row is None:
        return [cut, name, None, None, reading.NOT_COMPUTABLE]
    if row.masked:
        return [cut, name, MASKED_SIGN, MASKED_SIGN, MASKED_SIGN]
    return [cut, name, row.numerator, row.denominator, row.value if row.value is not None else reading.NOT_COMPUTABLE]


@screen(permission=Permission.FIGURE_DRILL, trace="drilldown")
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """Show the rows behind a figure: persons within reach by name, the others counted.

    ``action`` and ``ligne`` keep one action, or one line of an agreement the user reads.
    """
    user, on = user_of(request), clock.today()
    scope = reading.scope_of(user, on=on)
    indicator, _ = _defined(code, scope)
    month = reading.month_asked(request.GET.get("mois", ""), on=on)
    interval = reading.interval_of(indicator, request.GET.get("periode", ""))
    part = request.GET.get("partie", "numerator")
    if part not in PARTS:
        part = "numerator"
    found = rows_behind(code, month=month, interval=interval, filters=_kept(request, user, scope, indicator, on=on))
    counts: Counter[str] = Counter(row.part for row in found)
    wanted = [row for row in found if row.part == part]
    named = _named(user, wanted, on)
    known = [row for row in wanted if row.person_id in named]
    known.sort(key=lambda row: (named[row.person_id or 0].folded, row.day or date.min))
    page = page_of(request, known)
    showed(request, len({row.person_id for row in page.object_list}))
    context = {
        "indicator": indicator,
        "month": month,
        "part": part,
        "parts": Choice(
            "partie", "Partie", [Option(name, label, counts.get(name, 0)) for name, label in PARTS.items()], part
        ),
        "page": page,
        "persons": named,
        "hidden": sum(1 for row in wanted if row.person_id is not None and row.person_id not in named),
        "impersonal": Counter(row.rows for row in wanted if row.person_id is None),
        "total": sum(row.value for row in wanted),
        "columns": (Column("Personne"), Column("Ce qui compte"), Column("Le"), Column("Part", "num")),
        "nouns": NOUNS,
    }
    return render(request, "steering/figure_rows.html", context)


def _kept(
    request: HttpRequest, user: User, scope: reading.Scope, indicator: Indicator, *, on: date
) -> dict[str, Sequence[int | str]]:
    filters = dict(scope.keys)
    if action := request.GET.get("action", "")[:60]:
        filters["action_code"] = [action]
    if line := request.GET.get("ligne", ""):
        counted_by_line = all("line_id" in catalogue().family_of(term.measure).columns for term in indicator.terms())
        if not counted_by_line or not line.isdigit() or not readable_lines(user, on=on).filter(pk=int(line)).exists():
            raise Http404(line)
        filters["line_id"] = [int(line)]
    return filters


def _named(user: User, found: list[Row], on: date) -> dict[int, Person]:
    ids = {row.person_id for row in found if row.person_id is not None}
    reached = reachable_persons(user, on=on, permission=Permission.FIGURE_DRILL)
    return {person.pk: person for person in reached.filter(pk__in=ids)}


NOUNS = {
    "enrolment": "inscription",
    "appointment": "rendez-vous",
    "step": "étape",
    "exit": "sortie",
    "contract": "contrat",
    "orientation": "orientation",
    "person": "personne",
    "agreement_line": "ligne de convention",
    "job": "emploi",
    "obstacle": "frein",
    "piece": "pièce",
}


@screen(permission=Permission.FIGURE_FREEZE, methods=("POST",))
@acts_once
def freeze_figure(request: HttpRequest, code: str) -> HttpResponse:
    """Freeze the figure of a month as published (R-218)."""
    user, on = user_of(request), clock.today()
    indicator, scope = _indicator(code), reading.scope_of(user, on=on)
    month = reading.month_asked(request.POST.get("mois", ""), on=on)
    form = FreezeForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            frozen = freeze(
                actor=user,
                on=on,
                indicator=code,
                month=month,
                authority_id=scope.authority_id,
                interval=reading.interval_of(indicator, request.POST.get("periode", "")),
                published_as=form.cleaned_data["published_as"],
                source=form.cleaned_data["source"],
            )
            messages.success(
                request, f"Chiffre gelé\u202f: {reading.in_words(indicator, frozen.value)}. Il ne changera plus."
            )
            return redirect("steering:frozen", frozen.pk)
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return redirect("steering:figure", code)


@screen(permission=Permission.FIGURE_READ)
def frozen_figure(request: HttpRequest, frozen_id: int) -> HttpResponse:
    """Show a frozen figure beside the same figure counted today: the published value stays."""
    user, on = user_of(request), clock.today()
    scope = reading.scope_of(user, on=on)
    found = get_object_or_404(FrozenFigure, pk=frozen_id, authority_id=scope.authority_id)
    if not scope.of_authority:
        raise Http404(str(frozen_id))
    indicator = _indicator(found.indicator)
    context = {
        "frozen": found,
        "indicator": indicator,
        "correction": correction_of(found),
        "words": reading.in_words,
        "date_short": date_short,
    }
    return render(request, "steering/frozen.html", context)
