"""Static files under hashed names: vendored stylesheets keep working as they are shipped."""

import re
import shutil
from pathlib import Path

from django.conf import settings

from stations.foundation.static_files import StaticFiles


def test_vendored_files_are_followed_and_nothing_else(tmp_path):
    source = Path(settings.BASE_DIR) / "static" / "vendor"
    shutil.copytree(source, tmp_path / "vendor")
    names = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()]
    storage = StaticFiles(location=str(tmp_path), base_url="/static/")
    made = {}
    for name, hashed, done in storage.post_process({name: (storage, name) for name in names}):
        assert not isinstance(done, Exception), (name, done)
        if not hashed.endswith(".gz"):
            made[name] = hashed
    leaflet = (tmp_path / made["vendor/leaflet.css"]).read_text()
    assert re.search(r"images/layers\.[0-9a-f]{12}\.png", leaflet)
    geoman = (tmp_path / made["vendor/leaflet-geoman.css"]).read_text()
    assert "url('data:image/svg+xml" in geoman
    assert "sourceMappingURL" in geoman  # a comment about a file that is not shipped
