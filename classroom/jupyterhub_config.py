"""JupyterHub for a class on one Linux machine: real accounts with closed homes, and one install.

start-hub runs it, start-proxy the proxy. Both read classroom.env.
"""

import os
import sys
from pathlib import Path

ROOT = Path(os.environ["CLASSROOM"])
LINES = (ROOT / "classroom.env").read_text().splitlines()
SETTINGS = dict(line.split("=", 1) for line in LINES if "=" in line and line[0] != "#")
c = get_config()  # noqa: F821 - JupyterHub defines it


def secret(name):
    return (ROOT / "state" / name).read_text().strip()


# Where. The proxy is a process of its own, and keeps going while the hub is restarted, and so do
# the students' servers.
scheme = "https" if SETTINGS["TLS_CERT"] else "http"
c.JupyterHub.bind_url = f"{scheme}://{SETTINGS['ADDRESS']}:{SETTINGS['PORT']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{SETTINGS['HUB_PORT']}"
c.JupyterHub.db_url = f"sqlite:///{ROOT}/state/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{ROOT}/state/cookie_secret"
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{SETTINGS['PROXY_PORT']}"
c.ConfigurableHTTPProxy.auth_token = secret("proxy_token")
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
# So often the hub compares the proxy's routes with its own. A proxy that was restarted knows none,
# and for the five minutes of the default would send everybody away.
c.JupyterHub.last_activity_interval = 10

# Who. The accounts of this machine, by their passwords; the group says who may come in. For the
# accounts of the school see README.md.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"students", "teachers"}
c.PAMAuthenticator.admin_groups = {"teachers"}
c.PAMAuthenticator.open_sessions = False

# What each gets.
c.Spawner.cmd = [str(ROOT / "bin" / "start-student")]
c.Spawner.default_url = "/lab/tree/backpropagation/00_start_here.ipynb"
c.Spawner.ip = "127.0.0.1"
c.Spawner.disable_user_config = True
# Thirty kernels that take all cores each would only wait for each other.
ONE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
c.Spawner.environment = dict.fromkeys(ONE, "1")

# When. Thirty starts at once take longer than the 60 and 30 s of the defaults, on two cores.
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 180
c.JupyterHub.concurrent_spawn_limit = 40
# A server that is killed is noticed after so many seconds.
c.Spawner.poll_interval = 10

# Servers that nobody has used for 90 minutes go away; the notebooks stay.
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=5400"],
    },
    {"name": "class", "api_token": secret("class_token")},  # of ask-hub
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    },
    {
        "name": "class",
        "scopes": ["admin:users", "admin:servers", "list:users"],
        "services": ["class"],
    },
]
