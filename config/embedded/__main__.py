"""`python -m config.embedded COMMAND ...`: one command beside the embedded servers."""

import os
import subprocess
import sys

from config.embedded import BASE_DIR, Embedded, EmbeddedError, read_env_file, var_dir
from config.local import local_environment


def main(command):
    """Run one command beside the servers and hand back its exit code."""
    read_env_file(os.environ.get("ENV_FILE", BASE_DIR / ".env"))
    try:
        with Embedded(var_dir()) as embedded:
            environment = local_environment(var_dir(), embedded.environment)
            return subprocess.run(command, env={**os.environ, **environment}).returncode
    except EmbeddedError as sentence:
        print(sentence, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
