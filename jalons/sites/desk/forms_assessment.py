"""The forms of an assessment: the grid of the rulebook question by question, the domains, the plan of actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, BoundField, formset_factory

from jalons.pathways.diagnosing import Given
from jalons.pathways.models import AssessmentKind, Recommendation, Standing, StepDoer
from jalons.pathways.operations import Finding, Findings, PlanLine
from jalons.pathways.reference import DomainRule
from jalons.pathways.rulebook import ActionRules
from jalons.rulebooks.schema.diagnosis import Question
from jalons.sites.desk.forms_situation import NOT_MEDICAL
from jalons.ui.forms import FrenchDateField, KitForm

PLAN_LINES = 3
STANDINGS = [("", "–"), *Standing.choices]
YES_NO = [("yes", "Oui"), ("no", "Non")]


class TypedNumberField(forms.DecimalField):
    """A positive number as people type it: « 1 100 », « 12,5 »."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 8})
        super().__init__(min_value=0, max_digits=10, decimal_places=2, localize=True, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the number, blanks between its figures forgiven."""
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


class AssessmentForm(KitForm):
    """An assessment of the situation: when, which, what the grid asks, how each domain stands, what it concludes."""

    kind = forms.ChoiceField(label="Bilan", choices=AssessmentKind.choices)
    made_on = FrenchDateField(label="Fait le")
    recommendations = forms.CharField(
        label="Conclusions", required=False, help_text=NOT_MEDICAL, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, rules: ActionRules, before: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules, self.grid = rules, rules.diagnosis
        for question in self.grid.questions if self.grid else ():
            self.fields[f"q_{question.code}"] = question_field(question)
        for code, domain in rules.obstacles.items():
            self.fields[f"d_{code}"] = forms.ChoiceField(label=domain.label, choices=STANDINGS, required=False)
            if not domain.sensitive:
                self.fields[f"n_{code}"] = forms.CharField(
                    label=f"Précision : {domain.label.lower()}", max_length=200, required=False
                )
        if self.grid and self.grid.needs_confirmation:
            self.fields["confirmed_on"] = FrenchDateField(
                label="La personne confirme son engagement, le", required=False, help_text="Vide si ce n’est pas fait."
            )
        self.before = before

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Yield each part of the grid with its fields."""
        for section in self.grid.sections if self.grid else ():
            yield section.label, [self[f"q_{one.code}"] for one in section.questions]

    def domain_rows(self) -> Iterator[tuple[DomainRule, BoundField, BoundField | None, str]]:
        """Yield each domain: its rule, its standing, its note (none on a sensitive one), how it stood the last time."""
        for code, domain in self.rules.obstacles.items():
            note = None if domain.sensitive else self[f"n_{code}"]
            last = self.before.get(code, "")
            yield domain, self[f"d_{code}"], note, str(Standing(last).label) if last else ""

    def findings(self, plan: Sequence[PlanLine]) -> Findings:
        """Return what was found, with the plan written beside."""
        data = self.cleaned_data
        return Findings(
            domains={
                code: Finding(Standing(data[f"d_{code}"]), data.get(f"n_{code}", ""))
                for code in self.rules.obstacles
                if data.get(f"d_{code}")
            },
            answers={
                one.code: given
                for one in (self.grid.questions if self.grid else ())
                if (given := given_to(one, data.get(f"q_{one.code}")))
            },
            plan=plan,
            confirmed_on=data.get("confirmed_on"),
        )

    def clean(self) -> dict[str, Any]:
        """A word about a domain says how the domain stands."""
        data = super().clean() or self.cleaned_data
        for code in self.rules.obstacles:
            if data.get(f"n_{code}") and not data.get(f"d_{code}"):
                self.add_error(f"d_{code}", "Dites si c’est un atout ou un frein.")
        return data


class PlanLineForm(KitForm):
    """One line of the plan of actions."""

    text = forms.CharField(label="Préconisation", max_length=300, required=False)
    domain = forms.ChoiceField(label="Domaine", required=False)
    doer = forms.ChoiceField(label="Qui", required=False, choices=[("", "–"), *StepDoer.choices])
    by_when = FrenchDateField(label="Pour le", required=False)
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, domains: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].choices = [("", "–"), *domains]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A line with anything written says what it recommends."""
        data = super().clean() or self.cleaned_data
        if not data.get("text") and any(data.get(name) for name in ("domain", "doer", "by_when")):
            self.add_error("text", "Écrivez la préconisation de cette ligne.")
        return data


PlanLines = BaseFormSet[PlanLineForm]


def plan_lines(data: Any, rules: ActionRules, written: Sequence[Recommendation] = ()) -> PlanLines:
    """Return the lines of the plan: those written, then empty ones."""
    factory = formset_factory(PlanLineForm, extra=max(1, PLAN_LINES - len(written)))
    initial = [{name: getattr(one, name) for name in ("text", "domain", "doer", "by_when", "pk")} for one in written]
    domains = [(code, domain.label) for code, domain in rules.obstacles.items() if not domain.sensitive]
    kwargs: dict[str, Any] = {"initial": initial, "prefix": "plan", "form_kwargs": {"domains": domains}}
    lines: PlanLines = factory(data, **kwargs) if data is not None else factory(**kwargs)
    return lines


def plan_written(lines: PlanLines) -> list[PlanLine]:
    """Return the lines that say something."""
    return [
        PlanLine(data["text"], data["domain"], data["doer"], data["by_when"], data["pk"])
        for data in (line.cleaned_data for line in lines)
        if data.get("text")
    ]


def values_of(answers: Mapping[str, Given], questions: Iterable[Question]) -> dict[str, Any]:
    """Return the answers as the form shows them."""
    found: dict[str, Any] = {}
    for one in questions:
        given = answers.get(one.code)
        if given:
            several = list(given.codes) if one.kind == "choices" else "".join(given.codes)
            found[f"q_{one.code}"] = several if one.codes else given.number if one.kind == "number" else given.words
    return found


class TakeUpForm(KitForm):
    """What a recommendation becomes: an objective of a contract, a step of the pathway, or nothing, and why."""

    target = forms.ChoiceField(label="Reprise dans", required=False)
    reason = forms.CharField(
        label="Motif d’abandon", max_length=200, required=False, help_text="Seulement si elle est abandonnée."
    )

    def __init__(self, *args: Any, targets: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Rien pour l’instant"), *targets, ("dropped", "Abandonnée")]
        self.fields["target"].choices = choices  # type: ignore[attr-defined]


class ApplicationForm(KitForm):
    """The day an application was presented to the body that admits."""

    presented_on = FrenchDateField(label="Présentée le")


def question_field(question: Question) -> forms.Field:
    """Return the field of a question of a rulebook, by its kind; never required: what is left empty is completed later."""
    common: dict[str, Any] = {"label": question.label, "required": False, "help_text": question.help or ""}
    options = YES_NO if question.kind == "yes_no" else [(one.code, one.label) for one in question.options]
    match question.kind:
        case "choice":
            return forms.ChoiceField(**common, choices=[("", "–"), *options])
        case "yes_no":
            return forms.ChoiceField(**common, choices=[("", "–"), *options])
        case "choices":
            return forms.MultipleChoiceField(**common, choices=options, widget=forms.CheckboxSelectMultiple)
        case "number":
            common["label"] = f"{question.label} ({question.unit})" if question.unit else question.label
            return TypedNumberField(**common)
        case _:
            return forms.CharField(**common, widget=forms.Textarea(attrs={"rows": 2}))


def given_to(question: Question, value: Any) -> Given:
    """Return the answer typed in the field of a question; empty when nothing was."""
    if value in (None, "", []):
        return Given()
    if question.kind == "choices":
        return Given(codes=tuple(value))
    if question.codes:
        return Given(codes=(value,))
    return Given(number=value) if question.kind == "number" else Given(str(value))
