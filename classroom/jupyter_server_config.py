"""Every student's server, beside the hub or in the image: what it offers, and how it talks."""

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
