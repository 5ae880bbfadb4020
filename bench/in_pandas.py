"""The same measures as one would write them in pandas, over the same Parquet files; and the bare columns for numpy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.dataset as ds

# What the measures read of each table.
COLUMNS = {
    "appointment": ["appointment_id", "person_id", "organisation_id", "kind", "mode", "outcome", "on_date", "month"],
    "enrolment": ["enrolment_id", "person_id", "organisation_id", "start_on", "end_on", "oriented_on"],
    "contract": ["enrolment_id", "rank", "state", "validated_on"],
    "step": ["enrolment_id", "person_id", "family", "state", "started_on"],
    "job": ["enrolment_id", "person_id", "contract_kind", "start_on", "end_on"],
}
FOREVER = pd.Timestamp("9999-12-30")
Frames = dict[str, Any]
Row = tuple[str, int, date, int]


def read(folder: Path) -> Frames:
    """Read the columns needed, dates as dates."""
    return {name: _table(folder, name).to_pandas(date_as_object=False) for name in COLUMNS}


def columns(folder: Path) -> list[Any]:
    """Return the same columns as bare numpy arrays, texts as small numbers."""
    arrays = []
    for name in COLUMNS:
        table = _table(folder, name).combine_chunks()
        for column in table.columns:
            if str(column.type) == "string":
                arrays.append(
                    column.dictionary_encode().combine_chunks().indices.to_numpy(zero_copy_only=False).astype("int8")
                )
            else:
                values = column.to_numpy()
                arrays.append(values.view("int64") if values.dtype.kind == "M" else values)
    return [np.ascontiguousarray(array) for array in arrays]


def _table(folder: Path, name: str) -> Any:
    files = [str(file) for file in sorted((folder / name).glob("*.parquet"))]
    return ds.dataset(files).to_table(columns=COLUMNS[name]) if files else ds.dataset([]).to_table()


def counted(frames: Frames, first: date, last: date) -> list[Row]:
    """Return (measure, organisation, month, value) for every month of the year ``first``–``last``, without zeros."""
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    return [
        *_contacts(frames, start, end),
        *_steps(frames, start, end),
        *_validations(frames, start, end),
        *_jobs(frames, start, end),
    ]


def _contacts(frames: Frames, start: Any, end: Any) -> Iterator[Row]:
    stays = frames["enrolment"].sort_values(["person_id", "organisation_id", "start_on", "enrolment_id"])
    stays = stays.assign(seen_to=stays["end_on"].fillna(FOREVER))
    keys = [stays["person_id"], stays["organisation_id"]]
    before = stays["seen_to"].groupby(keys).cummax().groupby(keys).shift() + pd.Timedelta(days=1)
    stays = stays.assign(seen_from=stays["start_on"].where(~(before > stays["start_on"]), before))
    a = frames["appointment"]
    a = a[(a["on_date"] >= start) & (a["on_date"] <= end)]
    a = a.merge(stays[["person_id", "organisation_id", "seen_from", "seen_to"]], on=["person_id", "organisation_id"])
    a = a[(a["on_date"] >= a["seen_from"]) & (a["on_date"] <= a["seen_to"])]
    held, alone, group = a["outcome"] == "held", a["kind"].isin(["individual", "tripartite"]), a["kind"] == "group"
    absent = a["outcome"].isin(["justified_absence", "unjustified_absence"])
    by_mail = a["mode"] == "mail"
    yield from _flow("individual_interviews", a[alone & a["mode"].isin(["face_to_face", "video"]) & held])
    yield from _flow("individual_held", a[alone & ~by_mail & held])
    yield from _flow("individual_absences", a[alone & ~by_mail & absent])
    yield from _flow("group_held", a[group & held])
    yield from _flow("group_absences", a[group & absent])
    distant = alone & a["mode"].isin(["phone", "mail"])
    yield from _flow("other_contacts", a[held & ((a["kind"] == "employer_visit") | distant)])
    yield from _reach("reached_by_group", a[group & held])


def _steps(frames: Frames, start: Any, end: Any) -> Iterator[Row]:
    e = frames["enrolment"][["enrolment_id", "organisation_id", "start_on", "end_on"]]
    s = frames["step"].merge(e, on="enrolment_id")
    inside = (s["started_on"] >= s["start_on"]) & (s["end_on"].isna() | (s["started_on"] <= s["end_on"]))
    s = s[(s["started_on"] >= start) & (s["started_on"] <= end) & (s["state"] != "cancelled") & inside]
    s = s.assign(month=_month(s["started_on"]))
    for family in ("employment_training", "employment_access", "mobilisation"):
        yield from _reach(f"with_{family}_step", s[s["family"] == family])
    yield from _flow("steps_started", s)


def _validations(frames: Frames, start: Any, end: Any) -> Iterator[Row]:
    e = frames["enrolment"][["enrolment_id", "organisation_id", "oriented_on"]]
    c = frames["contract"].merge(e, on="enrolment_id")
    c = c[(c["rank"] == 1) & c["state"].isin(["validated", "handed_over"]) & (c["oriented_on"] <= c["validated_on"])]
    c = c[(c["validated_on"] >= start) & (c["validated_on"] <= end)]
    c = c.assign(month=_month(c["validated_on"]), days=(c["validated_on"] - c["oriented_on"]).dt.days)
    sums = c.groupby(["organisation_id", "month"])["days"].sum()
    yield from _told("contract_days", sums)
    yield from _flow("first_contracts", c)


def _jobs(frames: Frames, start: Any, end: Any) -> Iterator[Row]:
    e = frames["enrolment"][["enrolment_id", "organisation_id", "start_on", "end_on"]]
    j = frames["job"].merge(e, on="enrolment_id", suffixes=("", "_stay"))
    accessed = j["end_on_stay"].where(j["end_on_stay"] < j["start_on"], j["start_on"])
    months = j["start_on"] + pd.DateOffset(months=6)
    long_enough = j["end_on"].isna() | (j["end_on"] + pd.Timedelta(days=1) >= months)
    dated = j["contract_kind"].isin(["cdd", "aided", "interim"]) & long_enough
    durable = j["contract_kind"].isin(["cdi", "business"]) | dated
    kept = (j["start_on"] >= j["start_on_stay"]) & (accessed >= start) & (accessed <= end) & durable
    yield from _reach("with_durable_job", j.assign(month=_month(accessed))[kept])


def _month(days: Any) -> Any:
    return days.dt.to_period("M").dt.to_timestamp()


def _flow(measure: str, rows: Any) -> Iterator[Row]:
    return _told(measure, rows.groupby(["organisation_id", "month"]).size())


def _reach(measure: str, rows: Any) -> Iterator[Row]:
    """Distinct persons of the organisation since January, month after month."""
    seen = rows.groupby(["organisation_id", "person_id"])["month"].min().reset_index()
    wide = seen.groupby(["organisation_id", "month"]).size().unstack(fill_value=0)
    if wide.empty:
        return iter(())
    year = wide.columns[0].year
    months = [pd.Timestamp(year, month, 1) for month in range(1, 13)]
    return _told(measure, wide.reindex(columns=months, fill_value=0).cumsum(axis=1).stack())


def _told(measure: str, counts: Any) -> Iterator[Row]:
    return (
        (measure, int(organisation), month.date(), int(value))
        for (organisation, month), value in counts.items()
        if value
    )
