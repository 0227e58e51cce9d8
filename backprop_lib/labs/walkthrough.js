// The page side of the walkthrough: native controls, and places for what Python draws.

import { flowControls, flowWords, openFlow } from "./backward_flow.js";
import { openLab, textField } from "./lab.js";
import { showLit } from "./scroll_box.js";

const goButton = (where, words) =>
  `<button type="button" data-part="${where}">${words}</button>`;

const page = (id, fixed) => `
  <div class="top">
    <strong class="place" data-text="place" aria-live="polite"></strong>
    <div class="row">
      ${goButton("first", "First")} ${goButton("back", "Back")}
      ${goButton("next", "Next")} ${goButton("last", "Last")}
      <label class="jump"><span>Jump to</span> <select data-part="jump">${fixed.jump.map(([part, steps]) =>
        `<optgroup label="${part}">${steps.map(([at, name]) =>
          `<option value="${at}">${Number(at) + 1}: ${name}</option>`).join("")}</optgroup>`).join("")}
      </select></label>
    </div>
  </div>
  <div class="strip" data-html="strip" aria-hidden="true"></div>

  <div class="stage" data-part="stage" tabindex="0" role="group"
    aria-label="The step, in four views" aria-describedby="${id}-keys">
    <div><div class="picture" data-picture="diagram" data-part="diagram"
        data-scrolls="The network, to be pushed sideways"></div>
      <p class="goes-on">The picture goes on: push it sideways.</p></div>
    <div class="ask">
      <p class="question" data-text="question" aria-live="polite"></p>
      <p class="headline" data-html="headline" aria-live="polite"></p>
      <div data-part="predict">
        <div class="row">
          <label><span>Your prediction</span>
            <input data-field="answer" type="text" inputmode="decimal" size="9" autocomplete="off"
              placeholder="prediction" aria-describedby="${id}-verdict"></label>
          <button type="button" data-part="judge">Judge it</button>
          <button type="button" data-part="reveal">Reveal</button>
        </div>
        <p class="verdict" id="${id}-verdict" data-text="verdict" role="status"></p>
      </div>
    </div>
    <dl>
      <div><dt>Formula</dt><dd><div class="formula" data-html="formula"
        data-scrolls="The formula, to be pushed sideways"></div></dd></div>
      <div><dt>Numbers</dt><dd class="line" data-html="numbers"></dd></div>
      <div><dt>NumPy</dt><dd class="line" data-html="code"></dd></div>
      <div data-part="check"><dt>Check</dt><dd class="line" data-html="check"></dd></div>
    </dl>
  </div>
  <strong data-text="status" role="status"></strong>
  ${flowControls(id)}

  <div class="row small">
    <label class="check"><input type="checkbox" data-part="cover"> Cover the results</label>
    <label class="check"><input type="checkbox" data-part="size"> Large type, for a projector</label>
    <span id="${id}-keys">Keys: → next, ← back, R reveals, F shows the flow, Home and End; a clicker reveals, then goes on.</span>
  </div>
  <details><summary>The picture in words</summary><ul data-facts="diagram"></ul></details>
  ${flowWords}
  <details><summary>Your own numbers</summary>
    <div class="own">${Object.keys(fixed.given).map((name) =>
      textField(id, name, name, "decimal", 10)).join("")}</div>
    <div class="row"><button type="button" data-part="original">Back to the example's numbers</button>
      <span data-text="own" role="status"></span></div>
  </details>`;

function render({ model, el }) {
  // How wide the picture has to be for its type to be large enough decides where it stands.
  const makeRoom = () => {
    const stage = lab.part("stage"), width = parseFloat(stage.querySelector("svg")?.style.minWidth) || 0;
    stage.style.setProperty("--least", `${width}px`);
    stage.dataset.room = width <= 560 ? "small" : width <= 680 ? "medium" : "large";
  };
  const lab = openLab({ model, el }, {
    name: "walkthrough",
    label: "Walkthrough",
    page,
    onControls: (controls) => { lab.part("cover").checked = controls.cover === "on"; },
    onView: (view) => {
      lab.part("jump").value = String(view.at);
      for (const [name, end] of [["first", 0], ["back", 0], ["next", last], ["last", last]])
        lab.part(name).setAttribute("aria-disabled", String(view.at === end));
      lab.part("predict").hidden = !view.predicting;
      lab.part("reveal").textContent = view.covered ? "Reveal" : "Cover again";
      const judging = document.activeElement === lab.part("judge");
      lab.part("judge").hidden = !view.covered;
      // Where the focus was there is nothing now, and keys would be lost.
      if (judging && !view.covered) lab.part("stage").focus();
      lab.part("check").hidden = !view.check;
      lab.part("predict").dataset.kind = view.verdict_kind;
      makeRoom();
      flow.show(view);
      showLit(lab.part("diagram"));
    },
  });
  const { fixed, part, set, ask } = lab;
  const flow = openFlow({ part, place: part("diagram") });
  const last = fixed.jump.at(-1)[1].length + fixed.jump.slice(0, -1).reduce((n, [, s]) => n + s.length, 0) - 1;
  // What is asked for counts, not what is drawn: quick presses must not wait for each other.
  const at = () => Number(model.get("controls").step);
  const go = (to) => {
    const step = Math.min(Math.max(to, 0), last);
    if (step !== at()) set({ step: String(step), answer: "" });
  };
  const view = () => lab.view;
  const isCovered = () => view().covered && view().at === at();
  const reveal = () => ask({ kind: "reveal" });

  part("first").onclick = () => go(0);
  part("back").onclick = () => go(at() - 1);
  part("next").onclick = () => go(at() + 1);
  part("last").onclick = () => go(last);
  part("jump").onchange = () => go(Number(part("jump").value));
  part("judge").onclick = () => set({ answer: el.querySelector('[data-field="answer"]').value });
  part("reveal").onclick = () => (view().covered ? reveal() : ask({ kind: "cover" }));
  part("cover").onchange = () => set({ cover: part("cover").checked ? "on" : "off", answer: "" });
  // A prediction was one for the numbers before.
  for (const name of Object.keys(fixed.given)) {
    const field = el.querySelector(`[data-field="${name}"]`);
    field.onchange = () => set({ [name]: field.value, answer: "" });
  }
  part("original").onclick = () => set({ ...fixed.given, answer: "" });
  part("size").addEventListener("change", () => part("stage").focus());
  // After a click on a picture or a word, too, the keys go on.
  el.addEventListener("click", (event) => {
    if (!event.target.closest("input, select, button, summary, label, details"))
      part("stage").focus({ preventScroll: true });
  });

  const keys = {
    ArrowRight: () => go(at() + 1),
    n: () => go(at() + 1),
    ArrowLeft: () => go(at() - 1),
    Home: () => go(0),
    End: () => go(last),
    r: () => { if (isCovered()) reveal(); },
    f: () => flow.toggle(),
  };
  // Clickers send these. One button is enough to go through a lesson.
  const clicker = {
    PageDown: () => (isCovered() ? reveal() : go(at() + 1)),
    PageUp: () => go(at() - 1),
  };
  el.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A field keeps the keys that it needs itself.
    const own = event.target.matches("input[type=text], select") ? clicker : { ...keys, ...clicker };
    if (event.target === part("stage")) own[" "] = keys.ArrowRight;
    // A picture that is wider than its place is pushed by the arrows.
    if (event.target.dataset.more) { delete own.ArrowRight; delete own.ArrowLeft; }
    const action = own[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
  const stop = lab.start();
  return () => { flow.close(); stop(); };
}

export default { render };
