"""Every student's server, beside the hub or in the image: what it offers, and how it talks."""

import sqlite3
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from nbformat.sign import SQLiteSignatureStore

c = get_config()  # noqa: F821 - the server defines it

# By default kernels listen on TCP ports, in the clear: everybody with an account on the machine can
# overhear what a kernel prints. Files in a closed folder nobody else can open.
c.KernelManager.transport = "ipc"
# A move of a lab is 2.4 kB on the wire instead of 22.
c.ServerApp.websocket_compression_options = {}
c.ServerApp.terminals_enabled = False
# A kernel whose student has closed the browser goes away after an hour; what is saved stays.
c.MappingKernelManager.cull_idle_timeout = 3600
# What no lesson uses, and takes time at every start.
c.ServerApp.jpserver_extensions = {
    "jupyter_lsp": False,
    "jupyter_server_terminals": False,
    "notebook_shim": False,
}
c.LabApp.extension_manager = "readonly"
c.ContentsManager.allow_hidden = False
c.FileContentsManager.delete_to_trash = False  # a full disk is emptied by deleting


class Signatures(SQLiteSignatureStore):
    """Which outputs are the student's own. To look one up writes, and so on a full disk no notebook
    that was ever saved would open. Here it opens, and its outputs are a stranger's until it is saved.
    """

    def check_signature(self, digest, algorithm):
        return self.with_room(super().check_signature, digest, algorithm)

    def store_signature(self, digest, algorithm):
        self.with_room(super().store_signature, digest, algorithm)

    def with_room(self, act, *what):
        try:
            return act(*what)
        except sqlite3.OperationalError:
            self.db.rollback()
            return False


c.NotebookNotary.store_factory = lambda: Signatures(str(Path(jupyter_data_dir(), "nbsignatures.db")))
