"""Passwords of the provinces: read from one file, shown nowhere."""

import pytest

from jobs.config import ROOT
from jobs.errors import ConfigError
from jobs.list_passwords import list_passwords, refuse_strangers
from jobs.lists.protection import Passwords


def written(folder, text, mode=0o600):
    path = folder / "passwords.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_each_province_has_its_own_and_none_shows(tmp_path):
    found = list_passwords(written(tmp_path, '38 = "mật khẩu 38"\nx = "of no province"\n'))
    assert (found.of("38"), found.of("01"), found.of(None)) == (
        "mật khẩu 38", None, "of no province",
    )  # fmt: skip
    assert "mật khẩu" not in f"{found} {found!r}"


def test_without_a_file_there_is_none():
    assert list_passwords(None) == Passwords()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('38 = "short"', "no usable password for 38"),
        ('8 = "long enough"', "no usable password for 8"),
        ("38 = 12345678", "no usable password for 38"),
        ("", "for any province"),
        ('38 = "secret words', "not valid TOML"),
    ],
)
def test_a_file_that_is_no_good_is_refused_and_no_password_told(tmp_path, text, said):
    with pytest.raises(ConfigError, match=said) as told:
        list_passwords(written(tmp_path, text))
    assert not any(
        word in str(told.value) for word in ("short", "long enough", "12345678", "secret")
    )


def test_a_file_that_others_can_read_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="chmod 600"):
        list_passwords(written(tmp_path, '38 = "mật khẩu 38"', 0o644))
    with pytest.raises(ConfigError, match="no such file"):
        list_passwords(tmp_path / "nowhere.toml")


def test_a_password_for_no_province_is_refused_before_lists_go_out_without_it():
    reference = ROOT / "conf" / "reference"
    refuse_strangers(Passwords({"38": "mật khẩu 38", "x": "of no province"}), reference)
    with pytest.raises(ConfigError, match="passwords for 03, 97: no such province"):
        refuse_strangers(
            Passwords({"97": "mật khẩu 38", "03": "mật khẩu 38", "38": "mật khẩu 38"}), reference
        )
