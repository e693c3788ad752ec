"""Every parameter of the synthetic nation that is not a reference file, with its source."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Recipe:
    """Shares and sizes; [S] sourced, [I] inferred, [A] assumption, as in the domain facts."""

    as_of: date = date(2022, 4, 25)
    campaign_start: date = date(2021, 3, 8)  # first dose in the country [S]
    female: float = 0.502  # census 2019 [S]
    ward_weight: float = 2.5  # a phường holds 2.5 times the people of a xã [A]

    # Numbers, section 1 and 8.1.
    born_here: float = 0.85  # number issued by the province of residence [A]
    born_here_magnets: float = 0.50  # Hồ Chí Minh, Bình Dương, Đồng Nai [A]
    magnets: tuple[str, ...] = ("79", "74", "75")
    cmnd_until: int = 2003  # those born later never had a CMND [A]
    old_number_known: float = 0.70  # the register holds the CMND [A]
    uses_cmnd: float = 0.45  # CMND shown at vaccination, of those born until 2003 [A]
    phone_registered: float = 0.60  # adults whose phone the register holds [A]
    year_only: float = 0.04  # register knows only the year, of those born before 1960 [A]

    # People who are hard to tell apart, section 8.7; planted beyond what chance brings [A].
    twins: float = 0.035  # second children who are twins of the first
    tone_twins: float = 0.35  # twins of one sex whose given names differ in one mark
    father_son: float = 0.015
    namesakes: float = 0.10  # of single and grown-up children: same name and birth date far away
    near_namesakes: float = 0.04  # same name nearby, birth date close
    paper_dates: float = 0.005  # impossible dates on papers, as their share of wrong rows (CSV)

    # Population side, error_recipe.csv POP_*; deaths section 8.5.
    population_errors: float = 0.005
    deaths: float = 0.0066
    dose_after_death: float = 0.04
    lost_to_death: float = 0.0036  # of scheduled doses, from the two lines above [C]

    # People, doses and profiles, sections 6.3 and 8.5 (millions of 98 M people [I]).
    adult_doses: tuple[float, float, float] = (70.85, 69.05, 54.6)
    teen_doses: tuple[float, float, float] = (8.75, 8.45, 0.0)
    child_doses: tuple[float, float, float] = (0.90, 0.0, 0.0)
    national_millions: float = 98.0
    fragments: float = 0.037  # of people: two or more profiles [I]
    duplicate_doses: float = 0.008  # of rows [A]
    duplicates_apart: float = 0.30  # of these: entered under another profile [A]
    merged: float = 0.001  # of profiles [A]
    foreigners: float = 0.0015  # of vaccinated people [A]
    outsiders: float = 0.0105  # of vaccinated people: not in the register [A]
    outsiders_numbered: float = 0.40  # of these: a valid number that belongs to nobody [A]
    lookalikes: float = 0.30  # of outsiders: named like a resident [A]
    mixed: float = 0.12  # of AstraZeneca courses: Pfizer as second dose [A]
    facility_home: float = 0.80
    facility_near: float = 0.15

    # Errors, section 8.4.
    province_sigma: float = 0.5  # lognormal multiplier of a province [A]
    peak_wave: float = 1.6  # July to October 2021 [A]
    teen_wave: float = 0.5  # Pfizer campaign of 12 to 17 [A]
    late_wave: float = 0.6  # 2022 [A]
    household_phone: float = 0.30  # of profiles [A, existence S]
    clerk_phone: float = 0.005  # one phone on ten profiles and more [A, existence S]
    # An upload list is cut from a block of 160 people; 30 to 130 profiles make 60 to 300 rows.
    file_block: int = 160
    file_min: int = 30
