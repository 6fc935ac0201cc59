"""`make sbom`: what the portal is made of, as a CycloneDX 1.6 bill of materials.

Read from the two lock files alone, so it needs no network and names exactly what is installed:
each package with its version and the hashes that the installation checks.
"""

import base64
import json
import re
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

_PACKAGE = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def python_packages(lock):
    """The packages of a pip lock with hashes."""
    starts = list(_PACKAGE.finditer(lock))
    ends = [one.start() for one in starts[1:]] + [len(lock)]
    for found, end in zip(starts, ends, strict=True):
        name, version = re.sub(r"[-_.]+", "-", found[1]).lower(), found[2]
        yield {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            # one distribution file each: a package may be installed from any of them
            "externalReferences": [
                {
                    "type": "distribution",
                    "url": f"pkg:pypi/{name}@{version}",
                    "hashes": [
                        {"alg": "SHA-256", "content": digest}
                        for digest in _HASH.findall(lock, found.end(), end)
                    ],
                }
            ],
        }


def front_end_packages(lock):
    """The packages of a package-lock.json."""
    for path, facts in json.loads(lock)["packages"].items():
        if not path:
            continue
        name, version = path.removeprefix("node_modules/"), facts["version"]
        algorithm, _, digest = facts["integrity"].partition("-")
        yield {
            "type": "library",
            "bom-ref": f"pkg:npm/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:npm/{name}@{version}",
            "hashes": [
                {
                    "alg": f"SHA-{algorithm.removeprefix('sha')}",
                    "content": base64.b64decode(digest).hex(),
                }
            ],
        }


def bill():
    """The whole bill of materials."""
    python = (BASE_DIR / "requirements.lock").read_text()
    front_end = (BASE_DIR / "package-lock.json").read_text()
    version = re.search(
        r'^version = "(.+)"', (BASE_DIR / "pyproject.toml").read_text(), re.MULTILINE
    )[1]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        # the same locks give the same number
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, python + front_end)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "bom-ref": "tongxin",
                "name": "tongxin",
                "version": version,
            },
        },
        "components": [*python_packages(python), *front_end_packages(front_end)],
    }


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
