"""The web server: `gunicorn --config config/gunicorn.py config.wsgi`.

On a server put nginx in front: it ends TLS and takes slow readers and big bodies off our hands.
"""

import os
from pathlib import Path

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
worker_class = "config.web_worker.PatientWorker"
threads = int(os.environ.get("WEB_THREADS", "4"))
# Each costs a file handle, not a thread: slow clients wait here.
worker_connections = 2000
timeout = 60
graceful_timeout = 10
keepalive = 5
# A leak cannot grow for ever; the jitter keeps the processes from restarting together.
max_requests = 5000
max_requests_jitter = 500
# The heartbeat file must not wait for a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# Django alone decides which proxies to believe (TRUSTED_PROXIES).
secure_scheme_headers = {}
# No access log: addresses and paths of residents belong in no file of ours.
accesslog = None
loglevel = "warning"
# A second way in that nobody uses.
control_socket_disable = True
