// What the page sides of all labs share. Python puts this text before that of a lab, so that both
// are one module. A lab calls openLab once, from its render().

// Counted on the page, because every lab has this module for itself.
const labNumber = () => (globalThis.backpropLabsOpened = (globalThis.backpropLabsOpened ?? 0) + 1);

// A text field with its label and the place of its message. `describe` may name more elements.
const textField = (id, name, label, inputmode, size = 8) => `
    <div><label for="${id}-${name}">${label}</label>
      <input id="${id}-${name}" data-field="${name}" type="text" inputmode="${inputmode}" size="${size}"
        autocomplete="off" aria-describedby="${id}-${name}-message">
      <p class="message" id="${id}-${name}-message" data-message="${name}" role="alert"></p></div>`;

const selectField = (id, name, label) => `
    <div><label for="${id}-${name}">${label}</label>
      <select id="${id}-${name}" data-field="${name}"></select></div>`;

// The page() of a lab gets an id that no other lab has, and returns its HTML. In it
//   data-part="x"     is found by part("x"); it needs no other meaning,
//   data-field="x"    holds the control x, an input, select or textarea,
//   data-text="x"     shows the text view.x,          data-html="x"   shows the HTML view.x,
//   data-picture="x"  shows the SVG view.pictures.x,  data-facts="x"  lists the lines view.facts.x,
//   data-message="x"  shows the text view.messages.x, and marks the field x as wrong if there is one.
// The status line is data-text="status"; the checkbox for large type is data-part="size".
// A view of which isLate(view) says so is not shown.
function openLab({ model, el }, { name, label, page, onControls, onView, isLate }) {
  const fixed = model.get("fixed");
  el.classList.add("backprop-lab", `backprop-${name}`);
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", label);
  el.innerHTML = page(`backprop-${name}-${labNumber()}`, fixed);

  const all = (selector) => [...el.querySelectorAll(selector)];
  const part = (name) => el.querySelector(`[data-part="${name}"]`);
  const fields = all("[data-field]");
  const status = el.querySelector('[data-text="status"]');

  // Jupyter's server lets TCP hold back an answer until the short message before it ("busy") is
  // acknowledged, and the browser's side takes 40 ms to acknowledge it, unless it has something
  // to send. So it sends something, every few milliseconds until the answer is there.
  let nudging;
  const nudge = (left) => {
    clearTimeout(nudging);
    if (left) nudging = setTimeout(() => { tell({ kind: "nudge" }); nudge(left - 1); }, 8);
  };

  // Without its kernel, or with a new one, the lab would show old pictures beside new settings.
  let waiting, lost = false;
  const noAnswer = () => {
    lost = true;
    el.classList.add("unanswered");
    put(status, "Python does not answer. If the kernel was restarted, run this cell again.",
      (text) => { status.textContent = text; });
    onView?.(model.get("view"), { lost });
  };
  const orNoAnswer = (action) => {
    try { action(); } catch { noAnswer(); }
  };
  const expectAnswer = (nudges = 5) => {
    clearTimeout(waiting);
    waiting = setTimeout(noAnswer, 4000);
    nudge(nudges);
  };

  // A message that is not answered.
  const tell = (message) => orNoAnswer(() => model.send(message));
  // A message that is answered by a new view. One that another follows at once needs no nudges.
  const ask = (message, nudges) => { tell(message); expectAnswer(nudges); };
  // Controls are state, which is answered by a new view as well.
  const set = (changes) => {
    model.set("controls", { ...model.get("controls"), ...changes });
    orNoAnswer(() => model.save_changes());
    expectAnswer();
  };

  // Otherwise JupyterLab would take the keys: arrows move from cell to cell, "d" twice deletes one.
  // It looks at the focused element before it looks at those around it.
  const keepKeys = (place = el) => {
    for (const control of place.querySelectorAll("input, select, textarea, button, summary, [tabindex]"))
      control.dataset.lmSuppressShortcuts = "true";
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
  const showView = () => {
    nudge(0);
    clearTimeout(waiting);
    lost = false;
    el.classList.remove("unanswered");
    const view = model.get("view");
    if (isLate?.(view)) return;
    for (const place of all("[data-text]"))
      put(place, view[place.dataset.text] ?? "", (text) => { place.textContent = text; });
    for (const place of all("[data-html]"))
      put(place, view[place.dataset.html] ?? "", (html) => { place.innerHTML = html; keepKeys(place); });
    for (const place of all("[data-picture]"))
      put(place, view.pictures?.[place.dataset.picture] ?? "", (svg) => { place.innerHTML = svg; });
    for (const place of all("[data-facts]"))
      put(place, (view.facts?.[place.dataset.facts] ?? []).join("\n"), (facts) => {
        place.replaceChildren(...facts.split("\n").map((fact) => {
          const item = document.createElement("li");
          item.textContent = fact;
          return item;
        }));
      });
    for (const place of all("[data-message]"))
      put(place, view.messages?.[place.dataset.message] ?? "", (text) => {
        place.textContent = text;
        const field = el.querySelector(`[data-field="${place.dataset.message}"]`);
        field?.setAttribute("aria-invalid", String(text !== ""));
      });
    el.dataset.milliseconds = view.milliseconds;
    onView?.(view, { lost });
  };

  // The lab is drawn and its controls work: listen, and say so.
  const start = () => {
    model.on("change:controls", showControls);
    model.on("change:view", showView);
    showControls();
    showView();
    if (part("size") && document.querySelector(".jp-mod-presentationMode")) set({ size: "projector" });
    tell({ kind: "shown" });
    return () => {
      clearTimeout(waiting);
      nudge(0);
      model.off("change:controls", showControls);
      model.off("change:view", showView);
    };
  };

  return { fixed, el, model, all, part, set, ask, tell, put, keepKeys, start };
}
