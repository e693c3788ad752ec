"""Dispositions and levels of the comparisons in words, for whoever reads a report."""

# In the order of the contract; README says the same.
DISPOSITIONS = {
    "verified": "number found; name, date of birth and sex agree",
    "wrong": "the person is known with certainty, a basic field is wrong",
    "recovered": "no usable number, yet the person is known with certainty",
    "review": "there are candidates, but no certainty: a person decides",
    "unverifiable": "no candidate worth a person's time",
    "foreign": "passport holder, not in the population register by law",
    "duplicate": "the same administered dose as another row",
}

LEVELS = {
    "name": {
        "exact": "the same, every mark too",
        "unmarked": "the same, typed without marks",
        "lost_letters": "the same but for letters lost as “?”",
        "one_mark": "one mark differs",
        "marks": "several marks differ",
        "spelling": "the same name in another region's spelling",
        "middle": "surname and given name agree, middle names partly",
        "rotated": "the same words in another order",
        "typo": "one word with a slip of the keys",
        "abbreviated": "the same, partly as first letters",
        "near_name": "one letter off, and a name of its own",
        "household_name": "the name of a member of the resident's household",
        "surname_given": "surname and given name agree, middle names do not",
        "given_only": "only the given name agrees",
        "surname_only": "only the surname agrees",
        "different": "nothing agrees",
        "missing": "not given",
    },
    "birth": {
        "exact": "the same day",
        "year_only": "the same year, no more is known",
        "year_beside": "one year apart, no more is known",
        "month_only": "the same month, no more is known",
        "next_day": "one day apart",
        "swapped": "day and month swapped",
        "one_digit": "one digit differs",
        "household": "the birth date of a member of the resident's household",
        "two_digits": "two digits differ",
        "day_and_month": "day and month agree, the year does not",
        "same_year": "only the year agrees",
        "near_year": "one year apart",
        "different": "nothing agrees",
        "missing": "not known",
    },
    "sex": {"same": "the same", "different": "differs", "missing": "not given"},
    "number": {
        "equal": "the resident's own number",
        "neighbour": "at most two away from the resident's number",
        "slip": "one slip away from the resident's number",
        "household": "the number of somebody in the resident's household",
        "other": "somebody else's number",
        "another": "nobody's number, of this sex and year, quite unlike the resident's",
        "another_province": "nobody's number, of this sex and year, from another province",
        "unknown": "a well-formed number that belongs to nobody",
        "unknown_old": "an older number that belongs to nobody",
        "near": "malformed, near the resident's number",
        "far": "malformed, far from the resident's number",
        "passport": "a passport's number",
        "absent": "none given",
    },
    "phone": {
        "own": "the resident's own phone",
        "verified": "a phone from the resident's verified doses",
        "household": "a phone of the resident's household",
        "others": "somebody else's phone",
        "unknown": "a phone nobody has registered",
        "missing": "none given, or everybody's",
    },
    "place": {
        "commune": "declared in the resident's commune",
        "district": "declared in the resident's district",
        "province": "declared in the resident's province",
        "facility": "elsewhere, vaccinated in the resident's commune",
        "facility_province": "elsewhere, vaccinated in the resident's province",
        "elsewhere": "declared and vaccinated elsewhere",
        "missing": "not given",
    },
    "history": {
        "free": "the resident holds no dose yet",
        "complement": "the resident holds other doses, these fit between",
        "repeat": "the resident holds these doses, on the same days",
        "conflict": "the resident holds these doses, on other days",
    },
}


def in_words(comparison: str, level: str | None) -> str:
    """What a level says; one that is new here is read out as it is spelt."""
    if level is None:
        return "not compared"
    return LEVELS.get(comparison, {}).get(level, level.replace("_", " "))
