"""How common tokens and forms of names are, as plain values for the comparison of names."""

from collections import defaultdict

from jobs.reference import name_confusions
from jobs.run import Run
from jobs.tables import Tables
from transforms.name_comparison import TokenFrequencies, fold
from transforms.scoring.forms import forms
from transforms.scoring.levels import NameEvidence

COMMON_TOKEN = 1e-7


def name_evidence(run: Run) -> NameEvidence:
    """What the names of a pair are compared with, from the run's own tables."""
    confusions = name_confusions(run.settings.reference_dir)
    return NameEvidence(token_frequencies(run.tables), confusions, form_shares(run.tables))


def form_shares(tables: Tables) -> dict[str, float]:
    """Share of profiles by the form that their names were typed in."""
    counts = {row["form"]: row["profiles"] for row in forms(tables.read("profiles")).collect()}
    return {form: count / sum(counts.values()) for form, count in counts.items()}


def token_frequencies(tables: Tables) -> TokenFrequencies:
    """Share of residents by folded token and role, small enough to travel with every task."""
    rows = tables.read("name_tokens").collect()
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[f"{row['role'][0]}:{fold(row['token'])}"] += row["residents"]
    whole = sum(count for token, count in counts.items() if token.startswith("g:"))
    shares = {token: count / whole for token, count in sorted(counts.items())}
    return TokenFrequencies(shares, floor=max(COMMON_TOKEN, 0.5 / max(whole, 1)))
