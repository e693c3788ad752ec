"""How common tokens and forms of names are, as plain values for the comparison of names."""

from collections import defaultdict
from collections.abc import Mapping

import polars as pl

from jobs.few import few
from jobs.reference import name_confusions
from jobs.run import Run
from jobs.tables import Tables
from transforms.name_tokens import TokenFrequencies, fold
from transforms.scoring.forms import forms
from transforms.scoring.levels import NameEvidence

COMMON_TOKEN = 1e-7


def name_evidence(run: Run, forms: Mapping[str, float]) -> NameEvidence:
    """What the names of a pair are compared with: `forms` are shares of how they are typed."""
    confusions = name_confusions(run.settings.reference_dir)
    return NameEvidence(token_frequencies(run.tables), confusions, forms)


def form_shares(tables: Tables) -> dict[str, float]:
    """Share of profiles by the form that their names were typed in."""
    counts = few(forms(tables.read("profiles"))).group_by("form").agg(pl.sum("profiles"))
    whole = sum(counts["profiles"])
    return {form: count / whole for form, count in counts.sort("form").iter_rows()}


def token_frequencies(tables: Tables) -> TokenFrequencies:
    """Share of residents by folded token and role, small enough to travel with every task."""
    counts: dict[str, int] = defaultdict(int)
    for row in few(tables.read("name_tokens")).iter_rows(named=True):
        counts[f"{row['role'][0]}:{fold(row['token'])}"] += row["residents"]
    whole = sum(count for token, count in counts.items() if token.startswith("g:"))
    shares = {token: count / whole for token, count in sorted(counts.items())}
    return TokenFrequencies(shares, floor=max(COMMON_TOKEN, 0.5 / max(whole, 1)))
