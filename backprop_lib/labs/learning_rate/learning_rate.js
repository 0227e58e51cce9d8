// The page side of the learning-rate lab. It computes nothing and draws nothing.

import { openLab, textField, selectField } from "../lab.js";
import { watchRoom } from "../room.js";
import { rateSlider, useRateSlider, showRate } from "../rate_slider.js";

const sweeping = `
      <p class="sweeping"><span data-text="progress" role="status"></span>
        <button type="button" data-part="halt" hidden>Stop</button></p>`;

const page = (id) => `
  <section class="ask" data-part="ask" aria-labelledby="${id}-question">
    <p id="${id}-question"><strong>First, your guess.</strong>
      Which of these learning rates ends with the lowest error after 10,000 rounds?</p>
    <div class="row" data-part="guesses"></div>
  </section>
  <fieldset class="row" disabled>
    <legend>Rate and pin</legend>
    ${rateSlider(id)}
    ${textField(id, "rate", "Any learning rate", "decimal")}
    <button type="button" data-part="pin">Pin this curve</button>
    <button type="button" data-part="unpin">Unpin</button>
    <strong data-text="status" role="status"></strong>
  </fieldset>
  <p class="next" data-text="next"></p>

  <div class="pictures">${["error", "sweep", "outputs"].map((name) => `
    <div><div class="frame"><div class="picture" data-picture="${name}"></div>
        ${name === "sweep" ? sweeping : ""}</div>
      <details><summary>The picture in words</summary><ul data-facts="${name}"></ul></details></div>`).join("")}
    <div class="words">
      <div>
        <p data-text="answer"></p>
        <p data-text="read_out" aria-live="polite" aria-atomic="true"></p>
      </div>
      <div data-html="table" data-scrolls="The numbers"></div>
    </div>
  </div>
  <fieldset class="row" disabled>
    <legend>More settings</legend>
    ${textField(id, "rounds", "Rounds", "numeric")}
    ${selectField(id, "hidden_layers_use", "The hidden layer uses")}
    ${selectField(id, "biases", "Biases trained")}
    <button type="button" data-part="reset">Reset to the tutorial</button>
  </fieldset>
  <div class="row small">
    <label class="check"><input type="checkbox" data-part="size"> Large type, for a projector</label>
    <span>Computed by <span data-text="engine"></span>.</span>
  </div>`;

function render({ model, el }) {
  const lab = openLab({ model, el }, {
    name: "learning-rate", label: "Learning-rate lab", page,
    onControls: (controls) => showControls(controls),
    onView: (view, state) => showView(view, state),
  });
  const { fixed, part, set, ask } = lab;
  const slider = part("slider");

  useRateSlider(slider, fixed.rates, set);
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
  lab.keepKeys();

  // A piece of the sweep at a time, whenever no hand is at work.
  let due, movedAt = 0;
  const QUIET = 200;
  const sweepOn = (sweeping) => {
    clearTimeout(due);
    if (sweeping !== "on") return;
    due = setTimeout(() => ask({ kind: "sweep" }), Math.max(0, movedAt + QUIET - performance.now()));
  };
  part("halt").onclick = () => {
    clearTimeout(due);
    ask({ kind: lab.view.sweeping === "on" ? "stop" : "go on" });
  };
  el.addEventListener("input", () => { movedAt = performance.now(); });

  part("pin").onclick = () => set({ pinned: lab.view.drawn });
  part("unpin").onclick = () => { set({ pinned: "" }); part("pin").focus(); };
  part("reset").onclick = () => set(fixed.tutorial);

  const showControls = (controls) => {
    showRate(slider, fixed.rates, controls.rate);
    part("unpin").hidden = !controls.pinned;
  };
  const showView = (view, { lost }) => {
    part("halt").hidden = !view.sweeping || !view.progress;
    part("halt").textContent = view.sweeping === "on" ? "Stop" : "Go on";
    sweepOn(lost ? "" : view.sweeping);
    el.dataset.sweeping = view.sweeping;
    const asked = part("ask").contains(document.activeElement);
    part("ask").hidden = !view.locked;
    for (const group of lab.all("fieldset")) group.disabled = view.locked;
    if (asked && !view.locked) slider.focus();
  };
  const stop = lab.start();
  const leave = watchRoom(el.querySelector('[data-picture="error"]'), model, set);
  return () => { leave(); clearTimeout(due); stop(); };
}

export default { render };
