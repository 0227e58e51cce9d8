# What IPython reads when the page's kernel starts.
c = get_config()  # noqa: F821 - IPython puts it there
c.InteractiveShellApp.extensions = ["late_packages"]
