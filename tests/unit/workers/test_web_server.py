import gc

from workers.web_server import when_ready


def test_what_the_application_is_made_of_is_left_to_no_collection() -> None:
    try:
        when_ready(None)
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
