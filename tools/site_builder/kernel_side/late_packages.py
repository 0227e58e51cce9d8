"""In the page's Python: a package arrives when it is first imported.

The kernel loads what a cell imports itself; what our library imports on the way, such as SymPy,
it cannot foresee. IPython loads this module as an extension when the kernel starts.
"""

import importlib
import importlib.machinery
import logging
import sys
import sysconfig
import warnings

import pyodide_js
from js import XMLHttpRequest
from pyodide._package_loader import unpack_buffer


class LatePackages:
    """Finds the modules of packages that are in the lock and were not loaded yet."""

    def __init__(self, packages, address):
        """packages: the entries of the lock by name. address: of the folder with their files."""
        self.packages, self.address = packages, address
        self.home = {
            module: name for name, entry in packages.items() for module in entry["imports"]
        }

    def find_spec(self, module, path=None, target=None):
        """The spec of a module, its package fetched first. None for a module that is not ours."""
        name = self.home.get(module)
        if name is None or not self.load(name):
            return None
        importlib.invalidate_caches()
        return importlib.machinery.PathFinder.find_spec(module, path)

    def load(self, name):
        """Fetch a package and what it depends on; whether there was anything to fetch."""
        loaded = pyodide_js.loadedPackages
        if hasattr(loaded, name):
            return False
        entry = self.packages[name]
        for other in entry["depends"]:
            self.load(other)
        unpack_buffer(
            fetched(self.address + entry["file_name"]),
            filename=entry["file_name"],
            extract_dir=sysconfig.get_path("purelib"),
            installer="late_packages",
        )
        setattr(loaded, name, "default channel")
        return True


def fetched(address):
    """The bytes at an address. A worker may wait for them, as an import must."""
    request = XMLHttpRequest.new()
    request.open("GET", address, False)
    request.responseType = "arraybuffer"
    request.send()
    if request.status != 200:
        raise ImportError(
            f"{address} did not arrive (status {request.status}). Is the network there?"
        )
    return request.response


def load_ipython_extension(shell):
    """Called by IPython, once."""
    shell.Completer.use_jedi = False  # it is not on the page
    # Nothing that a learner could act on: there are no threads here, and fonts are looked for once.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", "tqdm:disabling monitor support")
    packages = pyodide_js._api.lockfile_packages.to_py()
    # With Pyodide from its public address, everything of ours is here already.
    if "backprop-lib" in packages:
        sys.meta_path.append(LatePackages(packages, pyodide_js._api.config.indexURL))
