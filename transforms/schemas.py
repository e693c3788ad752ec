"""Every table that crosses a stage boundary, spelled once.

`docs/tables.md` tells what each column means; a test compares the two.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

STRING, LONG, INT = T.StringType(), T.LongType(), T.IntegerType()
DOUBLE, DATE, BOOL = T.DoubleType(), T.DateType(), T.BooleanType()
TIMESTAMP = T.TimestampType()
STRINGS, LONGS = T.ArrayType(STRING), T.ArrayType(LONG)


def table(required: str, **columns: T.DataType) -> T.StructType:
    """A schema in the order written; the columns named in `required` are never null."""
    never_null = set(required.split())
    return T.StructType(
        [T.StructField(name, kind, name not in never_null) for name, kind in columns.items()]
    )


def part(schema: T.StructType, *names: str) -> T.StructType:
    """Some columns of a table."""
    return T.StructType([schema[name] for name in names])


# Input contract: every column is text as received (design, section 4).
RESIDENT_INPUT = [
    "resident_id",
    "id_number",
    "old_id_number",
    "full_name",
    "date_of_birth",
    "sex",
    "phone",
    "province_code",
    "district_code",
    "commune_code",
    "household_id",
    "life_status",
    "died_on",
]
DOSE_INPUT = [
    "dose_id",
    "full_name",
    "date_of_birth",
    "sex",
    "id_number",
    "phone",
    "province_code",
    "district_code",
    "commune_code",
    "dose_number",
    "vaccine",
    "lot_number",
    "injected_on",
    "facility_code",
]
TRUTH = table(
    "dose_id",
    dose_id=STRING,
    resident_id=STRING,
    duplicate_of=STRING,
    truth_class=STRING,
    trap=STRING,
)

REJECTED_ROW = table(
    "source reason", source=STRING, row_number=LONG, reason=STRING, raw=STRING, province_code=STRING
)

# What standardising makes of a name, a birth date and a place, on both sides.
IDENTITY: dict[str, T.DataType] = {
    "name": STRING,  # NFC, upper case, tone placement unified, single spaces
    "name_folded": STRING,  # the same without any mark, A-Z and spaces
    "name_sorted": STRING,  # folded tokens in alphabetical order: finds rotated names
    "surname_folded": STRING,
    "given_folded": STRING,
    "birth_date": DATE,  # null unless a whole valid date was written
    "birth_year": INT,
    "birth_month": INT,
    "birth_precision": STRING,  # day | month | year (also 01/01) | null
    "sex": STRING,  # M | F | null
    "phone": STRING,  # ten digits, a landline's eleven, or null
    "province_code": STRING,
    "district_code": STRING,
    "commune_code": STRING,
}

RESIDENT = table(
    "resident_id",
    resident_id=STRING,
    id_number=STRING,
    old_id_number=STRING,
    full_name=STRING,
    date_of_birth=STRING,
    **IDENTITY,
    household_id=STRING,
    life_status=STRING,
    died_on=DATE,
    changes=STRINGS,
)

NAME_TOKEN = table("token role", token=STRING, role=STRING, residents=LONG)

PROFILE = table(
    "profile_id doses",
    profile_id=LONG,
    doses=LONG,
    raw_full_name=STRING,
    raw_date_of_birth=STRING,
    raw_sex=STRING,
    raw_id_number=STRING,
    raw_phone=STRING,
    **IDENTITY,
    name_decoding=STRING,  # how a damaged name was read: telex | vni | mojibake | … | null
    number_kind=STRING,  # see transforms/standardisation/numbers.py
    number=STRING,  # 12 digits (cccd) or 9 digits (cmnd), else null
    number_digits=STRING,  # every digit of a malformed number, for comparing fragments
    number_repairs=STRINGS,  # candidates only: never a verdict by themselves
    facility_code=STRING,  # the first of them by code
    dose_numbers=T.ArrayType(INT),
    injected_on=T.ArrayType(DATE),  # aligned with dose_numbers
    changes=STRINGS,
)

FACILITY = table(
    "facility_code doses",
    facility_code=STRING,
    doses=LONG,
    facility_province=STRING,
    facility_district=STRING,
    facility_commune=STRING,
)

DOSE = table(
    "dose_id profile_id",
    dose_id=STRING,
    profile_id=LONG,
    province_code=STRING,
    dose_number=INT,
    vaccine=STRING,
    lot_number=STRING,
    injected_on=DATE,
    facility_code=STRING,
)

VERIFICATION = table(
    "profile_id verdict",
    profile_id=LONG,
    verdict=STRING,
    resident_id=STRING,
    household_id=STRING,
    wrong_fields=STRINGS,
    tied_resident_id=STRING,  # somebody else whose number it is as well, and who agrees on as much
)

BLOCK = table(
    "rule profiles residents blocks pairs capped",
    rule=STRING,
    key=LONG,  # of a capped block; the others of one size are one row
    profiles=LONG,  # of each block
    residents=LONG,
    blocks=LONG,
    pairs=LONG,  # blocks × profiles × residents; sums give the cost of a rule
    capped=BOOL,
)

CANDIDATE_PAIR = table(
    "profile_id resident_id household_hash",
    profile_id=LONG,
    resident_id=STRING,
    household_hash=LONG,  # by which pairs meet the resident's household
    rules=STRINGS,
)

LEVELS: dict[str, T.DataType] = {
    "name_level": STRING,
    "birth_level": STRING,
    "sex_level": STRING,
    "number_level": STRING,
    "phone_level": STRING,
    "place_level": STRING,
    "history_level": STRING,
}

SCORED_PAIR = table(
    "profile_id resident_id",
    profile_id=LONG,
    resident_id=STRING,
    rules=STRINGS,
    **LEVELS,
    name_weight=DOUBLE,  # bits, term-frequency adjusted
    match_weight=DOUBLE,  # bits: log2 of the likelihood ratio of all levels
    lookalike_weight=DOUBLE,  # bits: the same for "somebody else who resembles the resident"
    match_probability=DOUBLE,  # posterior among all candidates, lookalikes and nobody
)

MODEL = table(
    "comparison level",
    comparison=STRING,
    level=STRING,
    m=DOUBLE,
    u=DOUBLE,  # null for names: their u is the rarity of what agrees, pair by pair
    weight=DOUBLE,
)

LINK = table(
    "profile_id decision",
    profile_id=LONG,
    resident_id=STRING,
    decision=STRING,  # linked | review | unlinked
    match_probability=DOUBLE,
    margin=DOUBLE,
    match_weight=DOUBLE,
    evidence=STRINGS,  # "name=exact", … of the best candidate
    best_resident_id=STRING,  # the best candidate, linked or not
    runner_up_id=STRING,
    candidates=INT,
)

PERSON_OF_RESIDENT = "R-"  # stands before the resident's id
PERSON = table(
    "profile_id person_id",
    profile_id=LONG,
    person_id=STRING,
    resident_id=STRING,
    profiles=LONG,
    guard=STRING,  # what kept this profile apart from others like it, or null
)

DOSE_EVENT = table(
    "event_id person_id",
    event_id=STRING,
    person_id=STRING,
    dose_id=STRING,  # the row that is kept
    profile_id=LONG,  # its profile
    dose_number=INT,
    vaccine=STRING,
    lot_number=STRING,
    injected_on=DATE,
    facility_code=STRING,
    dose_rows=LONG,
    dose_ids=STRINGS,
    profile_ids=LONGS,  # of each of them
)

FINDING = table("dose_id rule", dose_id=STRING, profile_id=LONG, rule=STRING, detail=STRING)

# The finding of a dose that may be another person's: the one that changes a disposition.
TWO_PEOPLE = "two_people"

DISPOSITION = table(
    "dose_id profile_id disposition run_id",
    dose_id=STRING,
    profile_id=LONG,
    resident_id=STRING,
    disposition=STRING,
    wrong_fields=STRINGS,
    duplicate_of=STRING,
    province_code=STRING,
    run_id=STRING,
    doubt=STRING,  # the finding that made it `review` although its profile is known
)

LEDGER = table(
    "run_id stage class rows checksum",
    **{
        "run_id": STRING,
        "stage": STRING,
        "province_code": STRING,
        "class": STRING,
        "rows": LONG,
        "checksum": LONG,
    },
)

# The people a review may be about, best first: one row each on the commune's sheet.
CANDIDATES = T.ArrayType(
    table(
        "",
        correction_id=STRING,  # as if this candidate were the resident
        resident_id=STRING,
        id_number=STRING,  # its last digits alone where the candidate lives elsewhere
        full_name=STRING,
        date_of_birth=STRING,
        sex=STRING,
        place=STRING,
        evidence=STRINGS,
    )
)

CORRECTION = table(
    "profile_id case_class side",
    correction_id=STRING,
    profile_id=LONG,
    person_id=STRING,
    resident_id=STRING,
    disposition=STRING,  # wrong | recovered | review | duplicate | finding
    case_class=STRING,  # a | b | c (dispatch 2262/BYT-CNTT) | d: of a dose, not of a person
    side=STRING,  # platform | population
    evidence_grade=STRING,  # A best … D
    evidence=STRINGS,
    wrong_fields=STRINGS,
    current_id_number=STRING,
    proposed_id_number=STRING,
    current_full_name=STRING,
    proposed_full_name=STRING,
    current_date_of_birth=STRING,
    proposed_date_of_birth=STRING,
    current_sex=STRING,
    proposed_sex=STRING,
    province_code=STRING,  # where the list goes
    district_code=STRING,
    commune_code=STRING,
    household_id=STRING,
    hamlet=STRING,  # as received; null where the register names none
    doses=LONG,
    dose_ids=STRINGS,
    dose_numbers=T.ArrayType(INT),  # aligned with dose_ids, as are the next three
    injected_on=T.ArrayType(DATE),
    facility_codes=STRINGS,
    vaccines=STRINGS,
    candidates=CANDIDATES,
    stated=STRING,  # what people wrote it should say, where they answered
)

LISTED_ROW = table(
    "correction_id list_id profile_id run_id is_open",
    correction_id=STRING,
    list_id=STRING,  # where it stands, or stood last
    profile_id=LONG,
    resident_id=STRING,  # whom the row proposes
    disposition=STRING,
    province_code=STRING,
    is_open=BOOL,  # listed by the last publication
    state=STRING,  # new | open | moved | reopened | solved
    run_id=STRING,  # of the publication that said so last
    was_open=BOOL,  # before that one; null: not known then
    was_list_id=STRING,
)

PROGRESS = table(
    "run_id disposition rows",
    run_id=STRING,
    province_code=STRING,
    disposition=STRING,
    rows=LONG,
)

ADMINISTERED = table(
    "facility_code doses",
    facility_code=STRING,
    injected_on=DATE,
    vaccine=STRING,
    doses=LONG,
)

# What a returned row says, before it is known whom the row was about.
RETURNED_ANSWER = table(
    "decision_id receipt received_at",
    decision_id=STRING,
    receipt=STRING,
    received_at=TIMESTAMP,
    list_id=STRING,
    version=STRING,
    sheet=STRING,
    row=INT,
    correction_id=STRING,
    case_class=STRING,
    evidence_grade=STRING,
    answer=STRING,
    corrected_value=STRING,
    note=STRING,
    file_sha256=STRING,
)

DECISION = table(
    "decision_id receipt list_id version sheet correction_id profile_id answer received_at",
    decision_id=STRING,  # of file and row: what came twice is here once
    receipt=STRING,  # of the command that took it in
    received_at=TIMESTAMP,
    list_id=STRING,  # who answered: the list of a commune
    version=STRING,
    sheet=STRING,  # platform | review | population | doses
    row=INT,  # its line there
    correction_id=STRING,
    profile_id=LONG,
    resident_id=STRING,
    disposition=STRING,  # when the row was listed
    case_class=STRING,
    evidence_grade=STRING,
    answer=STRING,  # right | wrong | not_here | check
    corrected_value=STRING,
    note=STRING,
    file_sha256=STRING,
)

PUBLICATION = table(
    "file rows doses sha256 bytes",
    file=STRING,  # below the folder of the publication, with forward slashes
    list_id=STRING,
    version=STRING,
    province_code=STRING,  # null in a list for rows whose place is not known
    district_code=STRING,
    commune_code=STRING,
    rows=LONG,
    doses=LONG,
    sha256=STRING,
    bytes=LONG,
    content_sha256=STRING,  # of the workbook behind a password; null where there is none
)

RUN = table(
    "run_id started_at status",
    run_id=STRING,
    started_at=TIMESTAMP,
    finished_at=TIMESTAMP,  # null while the run is at work
    status=STRING,  # running | partial | finished | updated | failed
    inputs=T.MapType(STRING, STRING),  # residents and doses as addressed, and their joint hash
    input_bytes=LONG,  # null for a database
    config_hash=STRING,
    code_version=STRING,
    stage_seconds=T.MapType(STRING, DOUBLE),
    rows=T.MapType(STRING, LONG),  # by table
)


MASKED_LINK = table(
    "profile_id resident_id decision",
    profile_id=LONG,
    resident_id=STRING,  # whose the profile is: the owner of the number that was masked
    best_resident_id=STRING,  # the best candidate without it, linked or not
    decision=STRING,  # linked | review | unlinked
    best_is_right=BOOL,
    compared=BOOL,  # whether the owner was among the candidates
    shares_block=BOOL,  # whether a rule brings the two together, in a block left out or not
    match_probability=DOUBLE,
    margin=DOUBLE,
    match_weight=DOUBLE,
    corroborated=BOOL,  # whether the best candidate's levels are enough for a link
    candidates=INT,
    decision_if_absent=STRING,  # the same without the owner among the candidates
    probability_if_absent=DOUBLE,
    sex=STRING,
    age_band=STRING,
    province_code=STRING,
    name_group=STRING,
    birth_precision=STRING,
    phone_given=STRING,  # yes | no
)

QUALITY = table(
    "measure dimension subgroup",
    measure=STRING,
    dimension=STRING,
    subgroup=STRING,
    value=DOUBLE,
    low=DOUBLE,
    high=DOUBLE,
    n=LONG,
)

CLERICAL_ANSWER = table(
    "sample_id profile_id resident_id band answer",
    sample_id=STRING,
    band=STRING,
    profile_id=LONG,
    resident_id=STRING,
    decision=STRING,
    match_probability=DOUBLE,
    answer=STRING,  # same | different | unsure
)


# Each table of the warehouse by name; `resident_rows` and `dose_rows` have the sources' columns.
TABLES = {
    "rejected_rows": REJECTED_ROW,
    "residents": RESIDENT,
    "name_tokens": NAME_TOKEN,
    "profiles": PROFILE,
    "facilities": FACILITY,
    "doses": DOSE,
    "verifications": VERIFICATION,
    "blocks": BLOCK,
    "candidate_pairs": CANDIDATE_PAIR,
    "scored_pairs": SCORED_PAIR,
    "model": MODEL,
    "links": LINK,
    "masked_links": MASKED_LINK,
    "quality": QUALITY,
    "persons": PERSON,
    "dose_events": DOSE_EVENT,
    "findings": FINDING,
    "dispositions": DISPOSITION,
    "ledger": LEDGER,
    "corrections": CORRECTION,
    "listed_rows": LISTED_ROW,
    "pilot_rows": LISTED_ROW,
    "publications": PUBLICATION,
    "pilot_publications": PUBLICATION,
    "progress": PROGRESS,
    "administered": ADMINISTERED,
    "decisions": DECISION,
    "runs": RUN,
    "clerical_answers": CLERICAL_ANSWER,
}


def other_columns(found: T.StructType, name: str) -> list[str]:
    """The columns of table `name` that are not there, or there in another shape."""
    shapes = {field.name: field.dataType.simpleString() for field in found}
    wanted = TABLES.get(name, T.StructType())
    return [f.name for f in wanted if shapes.get(f.name) != f.dataType.simpleString()]


def conform(df: DataFrame, schema: T.StructType) -> DataFrame:
    """Select exactly the columns of `schema`, in its order and types."""
    return df.select(*(F.col(field.name).cast(field.dataType) for field in schema))
