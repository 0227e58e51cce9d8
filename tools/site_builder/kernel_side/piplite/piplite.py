"""What the kernel sets, and what ``%pip install`` calls."""

_PIPLITE_DISABLE_PYPI = True
_PIPLITE_URLS = []


async def install(requirements, **options):
    """Raises RuntimeError: there is nothing to install from."""
    raise RuntimeError(
        "Nothing can be installed in this page. Whatever the lessons use is here already."
    )
