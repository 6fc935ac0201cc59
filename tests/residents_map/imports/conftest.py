import pytest


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Files of these tests lie in a folder of their own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"
