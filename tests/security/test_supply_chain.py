"""A03: everything installed is pinned by hash, and one command says what it is."""

import re
from importlib.metadata import distributions

from config.sbom import bill
from tests.architecture.test_docs import ROOT


def test_every_package_of_the_lock_is_on_the_bill():
    made = bill()
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    names = [one["purl"] for one in made["components"]]
    assert len(names) == len(set(names))
    lock = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(r"^\S+==\S+", lock, re.MULTILINE)
    assert len([name for name in names if name.startswith("pkg:pypi/")]) == len(pinned) > 50
    assert any(name.startswith("pkg:npm/htmx.org@2.") for name in names)
    refs = [one["bom-ref"] for one in made["components"]]
    assert len(refs) == len(set(refs))


def test_what_is_installed_is_what_the_bill_says():
    known = {one["name"]: one["version"] for one in bill()["components"]}
    installed = {
        re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower(): found.version
        for found in distributions()
    }
    same = {name for name in known.keys() & installed.keys() if known[name] == installed[name]}
    assert {"django", "gunicorn", "pillow", "cryptography"} <= same
    assert same == known.keys() & installed.keys()


def test_every_pin_has_a_hash():
    lock = (ROOT / "requirements.lock").read_text()
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock):
        if "==" in block.split("\n")[0]:
            assert "--hash=sha256:" in block, block[:60]
