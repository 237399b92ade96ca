import yaml

from app.cases.dated_settings import SETTINGS_FILE
from app.cases.setting_sources import source_said


def test_every_shipped_threshold_says_its_source_in_both_languages() -> None:
    for row in yaml.safe_load(SETTINGS_FILE.read_text("utf-8")):
        assert source_said(row["source"], "vi") == row["source_vi"]
        assert source_said(row["source"], "en") == row["source"]


def test_what_an_office_wrote_stays_as_it_was_written() -> None:
    assert source_said("Công văn 12/UBND", "en") == "Công văn 12/UBND"
