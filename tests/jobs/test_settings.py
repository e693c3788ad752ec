"""What is wrong in a settings file is told before anything starts: key, value, what is allowed."""

import re

import pytest
from pyspark.errors import PySparkRuntimeError

from jobs import launch
from jobs.config import DEFAULT_CONF, DEFAULT_MATCHING, Matching, Settings, load
from jobs.errors import ConfigError, SetupError
from transforms.publication_rules import Publication

RULE = '[[blocking]]\nname = "extra"\n'


def refused(tmp_path, text, model):
    """What is said of a file with this text."""
    path = tmp_path / "conf.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as found:
        load(path, model)
    assert str(path) in str(found.value)
    return str(found.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (RULE, 'on = ["nonexistent"]', "rule “extra”: a profile has no column nonexistent; there"),
        (RULE, 'profile = ["phone"]\nresident = ["x"]', "“extra”: a resident has no column x;"),
        (RULE, "on = []", "rule “extra” names no column; give on, or profile and resident"),
        (RULE, 'on = ["phone"]\nprofile = ["sex"]', "profile names 1 column(s) and resident 0"),
        (RULE.replace("extra", "number"), 'on = ["phone"]', "rules of one name: number; give"),
        ("exact = 0.90", "exact = -0.9", "scoring.priors.name.exact: Input should be greater than "
         "0; found -0.9"),
        ("same = 0.97", "same = 0.0", "scoring.priors.sex.same: Input should be greater than 0"),
        ("one_mark = 0.02", "one_mrak = 0.02",
         "no such level name.one_mrak; lacks name.one_mark; every level has a share above 0"),
        ("another = 0.35", "anohter = 0.35", "scoring.outsiders: no such level number.anohter"),
        ("exact = 0.01", "exakt = 0.01", "scoring.near_birth: no such level exakt; there are "),
        ("anchor_share = 10", "anchor_share = 0", "scoring.anchor_share: "),
        ("twins = 0.01", "twins = nan", "scoring.twins: "),
        ("review = 8.0", "review = 100.0", "threshold: review 100 costs no less than wrong_link"),
    ],
)  # fmt: skip
def test_what_cannot_match_is_refused_by_its_name(tmp_path, old, new, told):
    shipped = DEFAULT_MATCHING.read_text(encoding="utf-8")
    text = f"{shipped}\n{old}{new}" if old.startswith("[[") else shipped.replace(old, new, 1)
    assert told in refused(tmp_path, text, Matching)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('[publication]\ndue = "2022-06-01"', "publication.due: “2022-06-01” is no day as lists"),
        ('[publication]\ndue = "31/06/2022"', "publication.due: “31/06/2022” is no day"),
        ("[publication.minutes]\nA = 2\nE = 3\nreviwe = 1", "publication.minutes: no such rows: "
         "E, reviwe; there are A, B, C, D, review, population, doses"),
        ("[publication.minutes]\nA = -1", "publication.minutes.A: Input should be greater than"),
        ('[correction]\nown_number = ["equals"]', "correction: own_number: no such level equals; "
         "there are equal, neighbour, slip,"),
        ("[correction]\ngrade_a = 0.9", "correction: grade_a 0.9, grade_b 0.999 and grade_c 0.99: "
         "no grade asks for less than the one below"),
        ("[correction]\ngrade_a = 99.99", "correction.grade_a: Input should be less than or"),
        ("[correction]\nwitnesses = 0", "correction.witnesses: Input should be greater than"),
    ],
)  # fmt: skip
def test_what_would_break_or_bend_the_lists_hours_later_is_refused(tmp_path, lines, told):
    shipped = DEFAULT_MATCHING.read_text(encoding="utf-8")
    assert told in refused(tmp_path, f"{shipped}\n{lines}\n", Matching)


def test_minutes_that_are_not_named_stay_as_they_are(tmp_path):
    path, lines = tmp_path / "matching.toml", "[publication.minutes]\nA = 2"
    path.write_text(f"{DEFAULT_MATCHING.read_text(encoding='utf-8')}\n{lines}", encoding="utf-8")

    found = load(path, Matching).publication

    assert found.minutes == Publication().minutes | {"A": 2}
    assert found.due == "01/06/2022"


def test_columns_that_blocking_makes_for_itself_are_known(tmp_path):
    path = tmp_path / "matching.toml"
    made = 'on = ["birth_swapped", "number_last6"]\nprofile = ["communes", "facility_province"]\n'
    text = f'{RULE}{made}resident = ["commune_code", "owner_household_id"]'
    path.write_text(f"{DEFAULT_MATCHING.read_text(encoding='utf-8')}\n{text}", encoding="utf-8")

    assert load(path, Matching).blocking[-1].name == "extra"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('driver_memory = "lots"', "spark.driver_memory: “lots” is no memory for Spark; give a"),
        ('driver_memory = "10m"', "512m or more"),
        ('driver_memory = "6"', "spark.driver_memory"),
        ('master = "lokal"', "spark.master: “lokal” is no master; give local[*], local[4], "),
        ('log_level = "SHOUT"', "'ERROR', 'WARN' or 'INFO'; found 'SHOUT'"),
    ],
)
def test_spark_is_not_started_with_what_it_would_not_understand(tmp_path, line, told):
    assert told in refused(tmp_path, f"[spark]\n{line}\n", Settings)


@pytest.mark.parametrize(
    "master", ["local", "local[2]", "local[*, 4]", "local-cluster[2,1,1024]", "yarn",
               "spark://a:7077,b:7077", "k8s://https://api.example:6443"]
)  # fmt: skip
def test_every_kind_of_master_is_one(tmp_path, master):
    path = tmp_path / "conf.toml"
    path.write_text(f'[spark]\nmaster = "{master}"\ndriver_memory = "512M"\n')

    assert load(path, Settings).spark.master == master


def test_a_value_for_spark_is_not_repeated(tmp_path):
    told = refused(tmp_path, '[spark.conf]\n"spark.authenticate.secret" = 12345\n', Settings)

    assert "spark.conf.spark.authenticate.secret: Input should be a valid string" in told
    assert "12345" not in told


def test_a_file_that_is_no_text_is_refused(tmp_path):
    text = DEFAULT_CONF.read_text(encoding="utf-8")
    for name, content in (("wide", text.encode("utf-16")), ("latin", b"# gi\xe1\n")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigError, match=re.escape(f"{name}: not UTF-8; save it as UTF-8")):
            load(tmp_path / name, Settings)
    with pytest.raises(ConfigError, match="Is a directory; give a file that can be read"):
        load(tmp_path, Settings)


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    path = tmp_path / "conf.toml"
    path.write_text("run_disk_gib_free = 3.0\n", encoding="utf-8-sig")

    assert load(path, Settings).run_disk_gib_free == 3.0


def test_where_spark_does_not_start_that_is_told_with_what_was_asked_of_it(tmp_path, monkeypatch):
    def gone(*_):
        raise PySparkRuntimeError("Java gateway process exited before sending its port number.")

    monkeypatch.setattr(launch, "_ready", lambda _: None)
    monkeypatch.setattr(launch, "spark_session", gone)
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)

    told = rf"master “local\[\*\]” and driver_memory “6g”; {tmp_path}/spark.log tells why: mend"
    with pytest.raises(SetupError, match=told), launch.session(Settings(), "test", tmp_path):
        pass
