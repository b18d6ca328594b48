"""A model is never taken for one of another front end."""

from featherline.records import frontend_files
from featherline.records.frontend import FrontEndFile
from tests.records.examples import content


def test_one_file_for_all_where_the_front_end_is_the_same():
    frontend = FrontEndFile.model_validate(content("frontend-motion"))
    assert frontend_files.named({"original": frontend, "reduced": frontend}) == {"frontend.json": frontend}


def test_a_file_for_each_variant_where_it_is_not(tmp_path):
    frontend = FrontEndFile.model_validate(content("frontend-motion"))
    chosen = frontend.model_copy(update={"chosen": {"window_seconds": 5.12}})
    named = frontend_files.named({"original": frontend, "reduced": chosen})
    assert named == {"original.frontend.json": frontend, "reduced.frontend.json": chosen}
    for name in named:
        (tmp_path / name).touch()
    assert frontend_files.of_model(tmp_path, "reduced-int8").name == "reduced.frontend.json"
    assert frontend_files.of_model(tmp_path, "original-none").name == "original.frontend.json"
    assert frontend_files.of_model(tmp_path, "wake-word").name == "frontend.json"
