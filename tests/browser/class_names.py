"""Class names of a lab that somebody else's style sheet knows as well."""

# Of every rule on the page but the labs' own: the classes in it, where it applies to what is in
# the lab. The lab's own element has JupyterLab's classes, and is not looked at.
STYLED_ELSEWHERE = """lab => {
    const elements = [...lab.querySelectorAll("*")];
    const ours = new Set(elements.flatMap(e => [...e.classList]));
    const rules = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]);
    const found = new Set();
    for (const { selectorText } of rules) {
        if (!selectorText || selectorText.includes("backprop-")) continue;
        for (const [, name] of selectorText.matchAll(/\\.([\\w-]+)/g))
            if (ours.has(name) && elements.some(e => e.classList.contains(name)
                && e.matches(selectorText))) found.add(name);
    }
    return [...found].sort();
}"""


def styled_elsewhere(lab):
    """The class names of what is in a lab for which the page has rules of its own."""
    return lab.evaluate(STYLED_ELSEWHERE)
