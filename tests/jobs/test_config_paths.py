import shutil

import pytest

from jobs.config import ROOT, Settings, load


@pytest.mark.parametrize("name", ["local.toml", "cluster.toml"])
def test_the_shipped_settings_find_their_reference_tables_wherever_the_folder_is_put(
    name, tmp_path
):
    settings = load(shutil.copytree(ROOT / "conf", tmp_path / "conf") / name, Settings)

    assert settings.reference_dir == tmp_path / "conf" / "reference"
    assert (settings.reference_dir / "admin_units.csv").is_file()


def test_a_relative_path_starts_from_the_settings_files_folder(tmp_path):
    conf = tmp_path / "conf" / "cluster.toml"
    conf.parent.mkdir()
    conf.write_text('reference_dir = "reference"\n[spark]\njars_dir = "/opt/jars"\n')

    settings = load(conf, Settings)

    assert settings.reference_dir == tmp_path / "conf" / "reference"
    assert str(settings.spark.jars_dir) == "/opt/jars"
