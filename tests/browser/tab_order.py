"""Which controls the key Tab reaches, by their names."""

NAME = """(e => e.labels?.[0]?.innerText ?? e.getAttribute('aria-label') ?? e.innerText)
  (document.activeElement)"""


def names_by_tab(page, many):
    """The names of so many controls: the one that has the focus, and those that Tab comes to."""
    names = []
    for _ in range(many):
        names.append(page.evaluate(NAME).split("\n")[0].strip())
        page.keyboard.press("Tab")
    return names
