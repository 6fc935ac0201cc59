"""Django's command line. Uses the servers of a running `make run` unless told otherwise."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    from config.embedded import BASE_DIR, read_env_file, var_dir
    from config.local import adopt_running

    read_env_file(os.environ.get("ENV_FILE", BASE_DIR / ".env"))
    adopt_running(var_dir())
    if "DATABASE_URL" not in os.environ:
        sys.exit(
            "没有数据库地址：请先 make run，或设置 DATABASE_URL。"
            "No database: start `make run` first, or set DATABASE_URL."
        )

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
