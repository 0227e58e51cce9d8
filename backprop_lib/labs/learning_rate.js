// The page side of the learning-rate lab: native controls, and places for what Python draws.
// It computes nothing and draws nothing.

const textField = (id, name, label, inputmode) => `
    <div><label for="${id}-${name}">${label}</label>
      <input id="${id}-${name}" data-field="${name}" type="text" inputmode="${inputmode}" size="8"
        autocomplete="off" aria-describedby="${id}-${name}-message">
      <p class="message" id="${id}-${name}-message" data-message="${name}" role="alert"></p></div>`;

const page = (id) => `
  <section class="ask" data-part="ask" aria-labelledby="${id}-question">
    <p id="${id}-question"><strong>First, your guess.</strong>
      Which of these learning rates ends with the lowest error after 10,000 rounds?</p>
    <div class="row" data-part="guesses"></div>
  </section>
  <fieldset class="row" disabled>
    <legend>Rate and pin</legend>
    <div class="slider">
      <label for="${id}-slider">Learning rate</label>
      <input id="${id}-slider" data-part="slider" type="range" min="0" step="1">
      <div class="scale" aria-hidden="true">
        <span>0.01</span><span>0.1</span><span>1</span><span>10</span><span>100</span><span>1000</span>
      </div>
    </div>
    ${textField(id, "rate", "Any learning rate", "decimal")}
    <button type="button" data-part="pin">Pin this curve</button>
    <button type="button" data-part="unpin">Unpin</button>
    <strong data-part="status" role="status"></strong>
  </fieldset>
  <p class="next" data-part="next"></p>

  <div class="pictures">${["error", "outputs", "sweep"].map((name) => `
    <div><div class="picture" data-picture="${name}"></div>
      <details><summary>The picture in words</summary><ul data-facts="${name}"></ul></details></div>`).join("")}
  </div>

  <div class="words">
    <div>
      <p data-part="answer"></p>
      <p data-part="read_out" aria-live="polite" aria-atomic="true"></p>
    </div>
    <div data-part="table"></div>
  </div>
  <fieldset class="row" disabled>
    <legend>More settings</legend>
    ${textField(id, "rounds", "Rounds", "numeric")}
    <div><label for="${id}-rule">The hidden layer uses</label>
      <select id="${id}-rule" data-field="hidden_layers_use"></select></div>
    <div><label for="${id}-biases">Biases trained</label>
      <select id="${id}-biases" data-field="biases"></select></div>
    <button type="button" data-part="reset">Reset to the tutorial</button>
  </fieldset>
  <div class="row small">
    <label class="check"><input type="checkbox" data-part="size"> Large type, for a projector</label>
    <span>Computed by <span data-part="engine"></span>.</span>
  </div>`;

let labs = 0;

function render({ model, el }) {
  const fixed = model.get("fixed");
  el.classList.add("backprop-learning-rate");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", "Learning-rate lab");
  el.innerHTML = page(`backprop-learning-rate-${++labs}`);

  const part = (name) => el.querySelector(`[data-part="${name}"]`);
  const fields = [...el.querySelectorAll("[data-field]")];
  const slider = part("slider");
  // Jupyter's server lets TCP hold back an answer until the short message before it ("busy") is
  // acknowledged, and the browser's side takes 40 ms to acknowledge it, unless it has something
  // to send. So it sends something, every few milliseconds until the answer is there.
  let nudging;
  const nudge = (left) => {
    clearTimeout(nudging);
    if (left) nudging = setTimeout(() => { send({ kind: "nudge" }); nudge(left - 1); }, 8);
  };
  const set = (changes) => {
    model.set("controls", { ...model.get("controls"), ...changes });
    clearTimeout(waiting);
    waiting = setTimeout(noAnswer, 4000);
    orNoAnswer(() => model.save_changes());
    nudge(5);
  };
  // Without its kernel, or with a new one, the lab would show old pictures beside new settings.
  let waiting;
  const noAnswer = () => {
    el.classList.add("unanswered");
    put("status", "Python does not answer. If the kernel was restarted, run this cell again.",
      (text) => { part("status").textContent = text; });
  };
  const orNoAnswer = (action) => {
    try { action(); } catch { noAnswer(); }
  };
  const send = (message) => orNoAnswer(() => model.send(message));

  slider.max = fixed.rates.length - 1;
  for (const select of el.querySelectorAll("select"))
    select.replaceChildren(...fixed[select.dataset.field].map((word) => new Option(word, word)));
  const guess = (value, words) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.onclick = () => set({ guess: value });
    return button;
  };
  part("guesses").append(
    ...fixed.guesses.map((rate) => guess(rate, rate)),
    guess(fixed.skipped, "Skip the question"),
  );

  // Otherwise JupyterLab would take the keys: arrows move from cell to cell, "d" twice deletes one.
  // It looks at the focused element before it looks at those around it.
  for (const control of el.querySelectorAll("input, select, button, summary"))
    control.dataset.lmSuppressShortcuts = "true";

  slider.oninput = () => set({ rate: fixed.rates[slider.value] });
  for (const field of fields) {
    field.onchange = () => set({ [field.dataset.field]: field.value });
    field.onkeydown = (event) => { if (event.key === "Enter") field.onchange(); };
  }
  part("pin").onclick = () => set({ pinned: model.get("view").drawn });
  part("unpin").onclick = () => { set({ pinned: null }); part("pin").focus(); };
  part("reset").onclick = () => set(fixed.tutorial);
  part("size").onchange = () => set({ size: part("size").checked ? "projector" : "normal" });

  const showControls = () => {
    const controls = model.get("controls");
    for (const field of fields) field.value = controls[field.dataset.field];
    // The nearest step; a rate that means nothing leaves the slider where it was.
    const away = (rate) => Math.abs(Math.log(Number(rate) / Number(controls.rate)));
    if (Number(controls.rate) > 0 && Number.isFinite(Number(controls.rate))) {
      const nearest = fixed.rates.reduce((a, b) => (away(b) < away(a) ? b : a));
      slider.value = fixed.rates.indexOf(nearest);
      slider.setAttribute("aria-valuetext", controls.rate);
    }
    part("unpin").hidden = !controls.pinned;
    part("size").checked = controls.size === "projector";
    el.classList.toggle("projector", controls.size === "projector");
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
    el.classList.remove("unanswered");
    const view = model.get("view");
    for (const name of ["answer", "read_out", "next", "engine", "status"])
      put(name, view[name] ?? "", (text) => { part(name).textContent = text; });
    put("table", view.table ?? "", (html) => { part("table").innerHTML = html; });
    for (const place of el.querySelectorAll("[data-picture]"))
      put(place, view.pictures?.[place.dataset.picture] ?? "", (svg) => { place.innerHTML = svg; });
    for (const place of el.querySelectorAll("[data-facts]"))
      put(place, (view.facts?.[place.dataset.facts] ?? []).join("\n"), (facts) => {
        place.replaceChildren(...facts.split("\n").map((fact) => {
          const item = document.createElement("li");
          item.textContent = fact;
          return item;
        }));
      });
    for (const place of el.querySelectorAll("[data-message]")) {
      const name = place.dataset.message;
      put(place, view.messages?.[name] ?? "", (text) => {
        place.textContent = text;
        el.querySelector(`[data-field="${name}"]`).setAttribute("aria-invalid", String(text !== ""));
      });
    }
    const asked = part("ask").contains(document.activeElement);
    part("ask").hidden = !view.locked;
    for (const group of el.querySelectorAll("fieldset")) group.disabled = view.locked;
    if (asked && !view.locked) slider.focus();
    el.dataset.milliseconds = view.milliseconds;
  };

  model.on("change:controls", showControls);
  model.on("change:view", showView);
  showControls();
  showView();
  if (document.querySelector(".jp-mod-presentationMode")) set({ size: "projector" });
  send({ kind: "shown" });
  return () => {
    clearTimeout(waiting);
    nudge(0);
    model.off("change:controls", showControls);
    model.off("change:view", showView);
  };
}

export default { render };
