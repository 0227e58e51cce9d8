// What the page sides of all labs share, as a module that they import. A lab calls openLab once, from
// its render().

import { watchScrolling } from "./scroll_box.js";

const NO_KERNEL = "The kernel was restarted or shut down. Run this cell to open the lab again.";
const NO_ANSWER = "Python does not answer. If a cell is still running, [*] stands beside it: wait for " +
  "it. If the kernel was restarted, run this cell again.";

const HAS_SERVER = !document.querySelector("[data-jupyter-lite-root]");

// Counted on the page, because every lab has this module for itself: see labs/lab.py.
const labNumber = () => (globalThis.backpropLabsOpened = (globalThis.backpropLabsOpened ?? 0) + 1);

// The number of a wish: larger than any before, of this page and of one that was here earlier.
const wishNumber = () =>
  (globalThis.backpropLabsWish = Math.max(Date.now(), (globalThis.backpropLabsWish ?? 0) + 1));

// A text field with its label and the place of its message. `describe` may name more elements.
export const textField = (id, name, label, inputmode, size = 8) => `
    <div><label for="${id}-${name}">${label}</label>
      <input id="${id}-${name}" data-field="${name}" type="text" inputmode="${inputmode}" size="${size}"
        autocomplete="off" aria-describedby="${id}-${name}-message">
      <p class="message" id="${id}-${name}-message" data-message="${name}" role="alert"></p></div>`;

// canBeWrong: beside it stands the place of its message.
export const selectField = (id, name, label, canBeWrong = false) => `
    <div><label for="${id}-${name}">${label}</label>
      <select id="${id}-${name}" data-field="${name}"></select>${canBeWrong ? `
      <p class="message" id="${id}-${name}-message" data-message="${name}" role="alert"></p>` : ""}</div>`;

// What a change makes of what was before; changes.py says what a change is.
export function changed(before, change) {
  if (Array.isArray(change)) {
    if (change.length === 1) return change[0];
    const [start, end, text] = change;
    return before.slice(0, start) + text + before.slice(before.length - end);
  }
  const isText = typeof before === "string";
  const parts = isText ? before.split("<") : Array.isArray(before) ? [...before] : { ...before };
  for (const [name, its] of Object.entries(change)) {
    if (Array.isArray(its) && !its.length) delete parts[name];
    else parts[name] = changed(parts[name], its);
  }
  return isText ? parts.join("<") : parts;
}

// A picture is mostly what it was before. It is cut at its tags, and only elements whose tags are new
// are touched: that takes a fraction of the time of a picture of all new elements.
const drawn = new WeakMap(); // by its place: the tags of the picture there, and an element for each

export function redraw(place, svg) {
  const tags = svg.split("<"), before = drawn.get(place);
  const changed = [...tags.keys()].filter((k) => tags[k] !== before?.tags[k]);
  if (tags.length !== before?.tags.length || !changed.every((k) => alike(tags[k], before.tags[k]))) {
    place.innerHTML = svg;
    const all = [...place.querySelectorAll("*")];
    drawn.set(place, { tags, elements: tags.map((tag) => /^\w/.test(tag) ? all.shift() : null) });
    return;
  }
  before.tags = tags;
  const made = document.createElement("template");
  made.innerHTML = `<svg>${changed.map((k) => `<${tags[k]}</${nameIn(tags[k])}>`).join("")}</svg>`;
  changed.forEach((k, n) => become(before.elements[k], made.content.firstChild.children[n]));
}

const nameIn = (tag) => tag.match(/^\w*/)[0];
// Whether one can become the other: both begin the same element, and both or none with text in it.
const alike = (tag, other) =>
  nameIn(tag) !== "" && nameIn(tag) === nameIn(other) && tag.endsWith(">") === other.endsWith(">");

function become(element, other) {
  for (const { name, value } of other.attributes)
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  for (const { name } of [...element.attributes])
    if (!other.hasAttribute(name)) element.removeAttribute(name);
  if (other.firstChild) element.firstChild.data = other.firstChild.data;
}

// JupyterLab's presentation mode asks for large type, of a lab that is open already as well, and as
// long as it lasts. Returns what ends the watch.
function followPresentation(set) {
  const shell = document.querySelector(".jp-LabShell, .jp-NotebookShell");
  if (!shell) return () => {};
  let presents = false;
  const follow = () => {
    if (presents === shell.classList.contains("jp-mod-presentationMode")) return;
    presents = !presents;
    set({ size: presents ? "projector" : "normal" });
  };
  const watch = new MutationObserver(follow);
  watch.observe(shell, { attributeFilter: ["class"] });
  follow();
  return () => watch.disconnect();
}

const KEEP_KEYS = "input, select, textarea, button, summary, [tabindex]";
// What a field of text does itself with a chord: select, copy, undo, go from word to word.
const EDITING = ["a", "c", "v", "x", "y", "z", "Home", "End", "Backspace", "Delete"];
const isEditing = (control, key) =>
  control.matches("input[type=text], textarea") && 
  (EDITING.includes(key.length === 1 ? key.toLowerCase() : key) || key.startsWith("Arrow"));

// The page() of a lab gets an id that no other lab has, and returns its HTML. In it
//   data-part="x"     is found by part("x"); it needs no other meaning,
//   data-field="x"    holds the control x, an input, select or textarea,
//   data-text="x"     shows the text view.x,          data-html="x"   shows the HTML view.x,
//   data-picture="x"  shows the SVG view.pictures.x,  data-facts="x"  lists the lines view.facts.x,
//   data-scrolls="x"  is pushed sideways if what it holds is wider, and is called x then,
//   data-message="x"  shows the text view.messages.x, and marks the field x as wrong if there is one.
// The status line is data-text="status"; the checkbox for large type is data-part="size".
// A view that has come is drawn, or given to onArrival(view, draw) if the lab has one.
export function openLab({ model, el }, { name, label, page, onControls, onView, onArrival }) {
  const fixed = model.get("fixed");
  el.classList.add("backprop-lab", `backprop-${name}`);
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", label);
  el.innerHTML = page(`backprop-${name}-${labNumber()}`, fixed);

  const all = (selector) => [...el.querySelectorAll(selector)];
  const part = (name) => el.querySelector(`[data-part="${name}"]`);
  let view = model.get("view");
  const fields = all("[data-field]");
  const status = el.querySelector('[data-text="status"]');

  // Jupyter's server lets TCP hold back an answer until the short message before it ("busy") is
  // acknowledged, and the browser's side takes 40 ms to acknowledge it, unless it has something
  // to send. So it sends something, every few milliseconds until the answer is there. Where Python
  // runs in the page, there is no server.
  let nudging;
  const nudge = (left) => {
    clearTimeout(nudging);
    if (left && HAS_SERVER) nudging = setTimeout(() => { tell({ kind: "nudge" }); nudge(left - 1); }, 8);
  };

  const say = (words) => put(status, words, (text) => { status.textContent = text; });

  // Without its kernel, or with a new one, the lab would show old pictures beside new settings.
  let waiting, givingUp, lost = false, kernelIsGone = false;
  const noAnswer = (why = NO_ANSWER) => {
    lost = true;
    el.classList.add("unanswered");
    say(why);
    onView?.(view, { lost });
  };
  const orNoAnswer = (action) => {
    try { action(); } catch { noAnswer(); }
  };
  const stopWaiting = () => {
    clearTimeout(waiting);
    clearTimeout(givingUp);
    nudge(0);
  };
  const expectAnswer = (nudges = 5) => {
    stopWaiting();
    if (kernelIsGone) return noAnswer(NO_KERNEL);
    waiting = setTimeout(() => { say("Waiting for Python…"); askForAll(); }, 700);
    // What takes long is said before, and while it does Python hears nothing.
    givingUp = setTimeout(noAnswer, view.getting_ready ? 60_000 : 4000);
    nudge(nudges);
  };
  // JupyterLab knows of a restart at once, and tells it whoever holds its kernel. Where there is no
  // such thing to ask, the lab finds out when it gets no answer.
  const kernel = model.widget_manager?.kernel;
  const onStatus = (_kernel, now) => {
    kernelIsGone ||= ["restarting", "autorestarting", "terminating", "dead"].includes(now);
    if (kernelIsGone) { stopWaiting(); noAnswer(NO_KERNEL); }
  };

  // A message that is not answered.
  const tell = (message) => orNoAnswer(() => model.send(message));
  // What a hand wishes has a number, and a view says which wishes it answers.
  let moved = 0, asked = null; // the number of the last change of the controls; the last message
  const isAnswered = () => (view.moved ?? 0) >= moved && (view.asked ?? 0) >= (asked?.asked ?? 0);
  // Something may have been lost on the way. What Python has had already it does not do again.
  const askForAll = () =>
    tell({ kind: "whole", moved, controls: model.get("controls"), asked });
  // A message that is answered by a new view. One that another follows at once needs no nudges.
  const ask = (message, nudges) => {
    asked = { ...message, asked: wishNumber() };
    tell(asked);
    expectAnswer(nudges);
  };
  // Controls are state, which is answered by a new view as well.
  const set = (changes) => {
    const before = model.get("controls"), controls = { ...before, ...changes };
    // What is held already is not sent, and so not answered.
    if (JSON.stringify(controls) === JSON.stringify(before)) return showMessages(view);
    model.set("controls", controls);
    model.set("moved", moved = wishNumber());
    orNoAnswer(() => model.save_changes());
    expectAnswer();
  };

  // Otherwise JupyterLab would take the keys: arrows move from cell to cell, "d" twice deletes one.
  // It looks at the focused element before it looks at those around it.
  const keepKeys = (place = el) => {
    for (const control of place.querySelectorAll(KEEP_KEYS)) control.dataset.lmSuppressShortcuts = "true";
  };
  // JupyterLab hears a key before the lab does, at the document; so chords are let through above it.
  const onKey = (event) => {
    const control = event.target;
    if (!el.contains(control)) return;
    if (event.key === "Escape") return leave(control);
    if (!control.matches(KEEP_KEYS)) return;
    const isForJupyter = (event.ctrlKey || event.metaKey) && !isEditing(control, event.key);
    const keep = () => { control.dataset.lmSuppressShortcuts = "true"; };
    // The next key may come before the timer.
    if (!isForJupyter) return keep();
    delete control.dataset.lmSuppressShortcuts;
    setTimeout(keep);
  };
  // Back to the notebook, where the arrows go from cell to cell.
  const leave = (control) => {
    control.blur();
    el.closest(".jp-Cell, .jp-Notebook")?.focus();
  };

  for (const select of all("select[data-field]"))
    if (fixed[select.dataset.field])
      select.replaceChildren(...fixed[select.dataset.field].map((word) => new Option(word, word)));
  for (const field of fields) {
    field.onchange = () => set({ [field.dataset.field]: field.value });
    if (field.tagName === "INPUT")
      field.onkeydown = (event) => { if (event.key === "Enter") field.onchange(); };
  }
  if (part("size"))
    part("size").onchange = () => set({ size: part("size").checked ? "projector" : "normal" });
  keepKeys();

  const showControls = () => {
    const controls = model.get("controls");
    for (const field of fields)
      if (field.dataset.field in controls) field.value = controls[field.dataset.field];
    if (part("size")) part("size").checked = controls.size === "projector";
    el.classList.toggle("projector", controls.size === "projector");
    onControls?.(controls);
  };

  // Only what has changed is touched, so that an open <details> stays open.
  const shown = new Map();
  const put = (place, what, how) => {
    if (shown.get(place) === what) return;
    shown.set(place, what);
    how(what);
  };
  const wholeView = () => {
    const whole = model.get("view");
    if (whole.sent === view.sent && !lost) return;
    view = whole;
    showView(view);
  };
  // What has changed since the last view, over the pictures of a film, if there is one.
  const onMessage = (message) => {
    if (message.kind !== "changes") return;
    if (message.after !== view.sent) return askForAll(); // one was lost
    const views = [];
    for (const change of message.changes) views.push(view = changed(view, change));
    showView(message.film ? { ...view, film: views.slice(0, -1) } : view);
  };
  const showView = (view) => {
    if (isAnswered() || view.closed) stopWaiting(); else expectAnswer();
    lost = false;
    el.classList.remove("unanswered");
    if (view.closed) return close(view.closed);
    if (onArrival) onArrival(view, draw); else draw(view);
  };
  const draw = (view) => {
    for (const place of all("[data-text]"))
      put(place, view[place.dataset.text] ?? "", (text) => { place.textContent = text; });
    for (const place of all("[data-html]"))
      put(place, view[place.dataset.html] ?? "", (html) => { place.innerHTML = html; keepKeys(place); });
    for (const place of all("[data-picture]"))
      put(place, view.pictures?.[place.dataset.picture] ?? "", (svg) => {
        redraw(place, svg);
        // How wide it has to be for its type to be large enough.
        const least = place.querySelector("svg")?.style.minWidth;
        if (least) place.style.setProperty("--least", least);
      });
    for (const place of all("[data-facts]"))
      put(place, (view.facts?.[place.dataset.facts] ?? []).join("\n"), (facts) => {
        place.replaceChildren(...facts.split("\n").filter(Boolean).map((fact) => {
          const item = document.createElement("li");
          item.textContent = fact;
          return item;
        }));
      });
    showMessages(view);
    el.dataset.milliseconds = view.milliseconds;
    onView?.(view, { lost });
  };

  const showMessages = (view) => {
    for (const place of all("[data-message]")) sayAt(place, view.messages?.[place.dataset.message] ?? "");
  };
  const sayAt = (place, words) => put(place, words, (text) => {
    place.textContent = text;
    keepInside(place);
    const name = place.dataset.message;
    const field = el.querySelector(`:is(input, select, textarea):is([data-field="${name}"], [data-part="${name}"])`);
    field?.setAttribute("aria-invalid", String(text !== ""));
  });
  // A message is wider than its field, which may be the last of its line.
  const keepInside = (place) => {
    place.style.translate = "";
    const around = place.closest("fieldset") ?? el;
    const over = place.getBoundingClientRect().right - around.getBoundingClientRect().right;
    if (over > 0) place.style.translate = `${-Math.ceil(over)}px`;
  };
  // What was said of another text does not stand beside the one that is being typed.
  el.addEventListener("input", ({ target }) => {
    const { field, part: name = field } = target.dataset;
    const place = name && el.querySelector(`[data-message="${name}"]`);
    if (place) sayAt(place, "");
  });

  // Nothing is left to be worked, only the word that it is closed.
  let stop;
  const close = (words) => {
    onView?.(view, { lost: true }); // whatever plays stops
    stop?.();
    el.innerHTML = '<strong role="status"></strong>';
    el.firstChild.textContent = words;
  };

  // The lab is drawn and its controls work: listen, and say so.
  const start = () => {
    const heard = {
      "change:controls": showControls, "change:view": wholeView, "msg:custom": onMessage,
    };
    kernel?.statusChanged?.connect?.(onStatus);
    window.addEventListener("keydown", onKey, true);
    for (const [event, action] of Object.entries(heard)) model.on(event, action);
    stop = () => {
      stopWaiting();
      window.removeEventListener("keydown", onKey, true);
      kernel?.statusChanged?.disconnect?.(onStatus);
      for (const [event, action] of Object.entries(heard)) model.off(event, action);
      for (const end of ends) end();
    };
    showControls();
    showView(view);
    const ends = all("[data-scrolls]").map((place) => watchScrolling(place, place.dataset.scrolls));
    if (part("size")) ends.push(followPresentation(set));
    tell({ kind: "shown" });
    return () => {
      stop();
      try { model.send({ kind: "gone" }); } catch { /* with its kernel */ }
    };
  };

  return { get view() { return view; }, fixed, all, part, set, ask, put, keepKeys, start };
}
