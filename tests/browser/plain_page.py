"""A lab in a plain page, its Python in this process: what goes over is seen, and it is quick."""

import json

# Colours of JupyterLab's dark theme; whoever adds it sets data-jp-theme-light="false" on the body.
DARK = """body {
    background: #111; --jp-layout-color0: #111; --jp-layout-color1: #212121;
    --jp-layout-color2: #424242; --jp-content-font-color0: #fff;
}"""

RENDER = """([module, css, state]) => {
    const style = document.createElement("style");
    style.textContent = css;
    document.head.append(style);
    const heard = {};
    const fire = (event, ...what) => (heard[event] ?? []).forEach(action => action(...what));
    window.faults = [];
    addEventListener("error", event => faults.push(event.message));
    addEventListener("unhandledrejection", event => faults.push(String(event.reason)));
    window.told = message => {
        const [name] = Object.keys(message).filter(name => ["view", "controls"].includes(name));
        if (name) { state[name] = message[name]; fire(`change:${name}`); }
        else fire("msg:custom", message);
    };
    const tell = async message => JSON.parse(await toPython(JSON.stringify(message))).forEach(told);
    window.model = {
        get: name => state[name],
        set: (name, value) => { state[name] = value; fire(`change:${name}`); },
        save_changes: () => tell({ state: { controls: state.controls, moved: state.moved } }),
        send: tell,
        on: (event, action) => (heard[event] ??= []).push(action),
        off: (event, action) => { heard[event] = heard[event].filter(other => other !== action); },
    };
    const source = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
    return import(source).then(its => {
        window.cleanUp = its.default.render({ model, el: document.querySelector("#lab") });
    });
}"""


def show(page, lab):
    """Open a lab on a page. Returns the sizes of the messages that come to it, in bytes."""
    out, sizes = [], []

    def send(content, buffers=None):
        out.append(json.loads(json.dumps(content)))
        sizes.append(len(json.dumps(content, ensure_ascii=False).encode()))

    def send_state(key):
        if key in ("view", "controls"):
            out.append({key: json.loads(json.dumps(getattr(lab, key)))})

    def to_python(text):
        message = json.loads(text)
        out.clear()
        if "state" in message:
            lab.set_state(message["state"])
        else:
            lab._receive(lab, message, [])
        return json.dumps(out)

    lab.send = send
    lab.send_state = send_state
    page.expose_function("toPython", to_python)
    page.set_content('<!doctype html><button>before</button><div id="lab"></div>')
    names = ("fixed", "controls", "moved", "view")
    state = {name: getattr(lab, name) for name in names}
    page.evaluate(RENDER, [lab._esm, lab._css, json.loads(json.dumps(state))])
    return sizes
