// The page side of the lab that watches a network learn. It computes nothing and draws nothing; what
// goes on while it plays stands in player.js.

import { flowControls, flowWords, openFlow } from "../backward_flow.js";
import { openLab } from "../lab.js";
import { showLit } from "../scroll_box.js";
import { openPlayer } from "./player.js";

const labelled = (id, name, label, control) => `
    <div><label for="${id}-${name}">${label}</label>${control(`id="${id}-${name}" data-part="${name}"
        aria-describedby="${id}-${name}-message"`)}
      <p class="message" id="${id}-${name}-message" data-message="${name}" role="alert"></p></div>`;
const typed = (size, more = "") => (its) =>
  `<input ${its} type="text" size="${size}" autocomplete="off" ${more}>`;
const chosen = (its) => `<select ${its}></select>`;
const button = (name, words) => `<button type="button" data-part="${name}">${words}</button>`;
const inWords = (name, what) => `
    <details><summary>${what} in words</summary><ul data-facts="${name}"></ul></details>`;

const page = (id) => `
  <fieldset class="row">
    <legend>Training</legend>
    ${button("play", "Play")}
    ${button("one", "One round")}
    ${button("ten", "Ten rounds")}
    ${button("back", "Back")}
    ${button("reset", "Reset")}
    ${labelled(id, "speed", "Speed", chosen)}
  </fieldset>
  <fieldset class="row">
    <legend>Data, network and rule</legend>
    ${labelled(id, "data", "Data", chosen)}
    ${labelled(id, "hidden", "Hidden neurons", chosen)}
    ${labelled(id, "seed", "Seed", typed(4, 'inputmode="numeric"'))}
    ${button("new_seed", "New seed")}
    ${labelled(id, "eta", "Learning rate", typed(5, 'inputmode="decimal"'))}
  </fieldset>
  <fieldset class="row looking">
    <legend>What is shown</legend>
    ${labelled(id, "row", "Example", chosen)}
    ${labelled(id, "show", "Show", chosen)}
    ${labelled(id, "selected", "Selected", chosen)}
    ${labelled(id, "value", "Value", typed(11, 'inputmode="decimal"'))}
    ${button("less", "− 0.1")}
    ${button("more", "+ 0.1")}
  </fieldset>
  <div class="row told">
    <p class="now">Round <strong data-text="round"></strong></p>
    <p class="now"><span data-text="error_of"></span> <strong data-text="error"></strong></p>
    <p class="status" role="status"><span data-text="status"></span>
      <span class="heard" data-text="heard"></span></p>
  </div>

  <div class="pictures">
    <div class="main">
      <div class="diagram" data-picture="diagram" data-part="diagram"
        data-scrolls="The network, to be pushed sideways"></div>
      <p class="goes-on">The picture goes on: push it sideways.</p>
      ${flowControls(id)}
      <div class="words">
        <div data-html="answers" data-scrolls="The answers, to be pushed sideways"></div>
        <div data-html="about" data-scrolls="The paths, to be pushed sideways"></div>
      </div>
    </div>
    <div class="beside"><div data-picture="error"></div><div data-picture="weight"></div>
      <div data-picture="regions"></div></div>
  </div>
  <fieldset class="row">
    <legend>More settings</legend>
    ${labelled(id, "hidden_layers_use", "Hidden layers use", chosen)}
    ${labelled(id, "biases", "Biases trained", chosen)}
    <label class="check"><input type="checkbox" data-part="size"> Large type, for a projector</label>
  </fieldset>

  <details data-part="numbers_fold"><summary>All numbers, to be changed by keyboard</summary>
    <div class="numbers" data-part="numbers"></div>
    <p class="message" data-message="numbers" role="alert"></p></details>
  <details data-part="table_fold"><summary>Your own table</summary>
    <label for="${id}-table">A row to a line: inputs -> targets, for example 0 1 -> 1</label>
    <textarea id="${id}-table" data-part="table" rows="6" cols="40" spellcheck="false"></textarea>
    <p class="message" data-message="table" role="alert"></p>
    ${button("use_table", "Use this table")}</details>
  <details data-part="save_fold"><summary>Take it away, bring it back</summary>
    <label for="${id}-line">A line of Python that shows exactly this</label>
    <div class="row"><input id="${id}-line" data-part="line" type="text" readonly>
      ${button("copy", "Copy")}</div>
    <div class="row">${button("save", "Save as a file")}
      <div><label for="${id}-file">Load a file</label>
        <input id="${id}-file" data-part="file" type="file" accept=".json,application/json">
        <p class="message" data-message="load" role="alert"></p></div></div></details>
  ${flowWords}${inWords("diagram", "The network")}${inWords("error", "The error curve")}
  ${inWords("regions", "The answers everywhere")}${inWords("weight", "The error against one weight")}`;

// Pixels that the plots beside the diagram need, for type of 12 px, and the gap between them.
const BESIDE = 253 + 4;

function render({ model, el }) {
  const lab = openLab({ model, el }, {
    name: "watch-it-learn", label: "Watch it learn", page,
    onControls: (controls) => { part("speed").value = controls.speed; },
    onView: (view, state) => showView(view, state),
    onArrival: (view, draw) => player.arrive(view, draw),
  });
  const { fixed, part, set, ask, put } = lab;
  const flow = openFlow({ part, place: part("diagram") });

  // A closed lab has no button left, and its player is stopped all the same.
  const playButton = part("play");
  const player = openPlayer({
    pictures: fixed.pictures,
    ahead: fixed.ahead,
    speed: () => fixed.speeds[part("speed").value],
    ask,
    tell: (message) => model.send(message),
    onPlaying: (playing) => { playButton.textContent = playing ? "Pause" : "Play"; },
  });
  const { act, halt } = player;
  const look = (controls) => {
    if (player.playing) act({ kind: "stay" });
    set(controls);
  };
  part("play").onclick = player.toggle;
  part("speed").onchange = () => { look({ speed: part("speed").value }); };

  const doing = (name, message) => { part(name).onclick = () => { halt(); act(message()); }; };
  doing("one", () => ({ kind: "go on", rounds: 1 }));
  doing("ten", () => ({ kind: "go on", rounds: 10 }));
  doing("back", () => ({ kind: "back" }));
  doing("reset", () => ({ kind: "reset" }));

  // JupyterLab keeps Enter from being a change of the field, so that it is one here; and what has
  // been sent is not sent again when the field is left.
  const onText = (field, action) => {
    let sent;
    const send = () => { if (field.value !== sent) action(sent = field.value); };
    field.addEventListener("focus", () => { sent = field.value; });
    field.onchange = send;
    field.onkeydown = (event) => { if (event.key === "Enter") send(); };
  };

  // Changing numbers. It goes on playing meanwhile.
  const edit = (name, text, at) => act({ kind: "edit", name, text, at });
  onText(part("eta"), (text) => edit("eta", text, "eta"));
  onText(part("value"), (text) => edit(part("selected").value, text, "value"));
  const step = (by) => () => act({ kind: "step", name: part("selected").value, by, at: "value" });
  part("less").onclick = step(-1);
  part("more").onclick = step(1);
  for (const name of ["hidden_layers_use", "biases"])
    part(name).onchange = () => act({ kind: "rule", [name]: part(name).value, at: name });
  const start = (seed, at) => act({ kind: "start", hidden: part("hidden").value, seed, at });
  part("hidden").onchange = () => start(part("seed").value || "0", "hidden");
  onText(part("seed"), (text) => start(text, "seed"));
  part("new_seed").onclick = () => {
    const seed = lab.view.seed;
    start(seed === "" ? "0" : String(Number(seed) + 1), "seed");
  };
  part("data").onchange = () => { halt(); act({ kind: "data", data: part("data").value, at: "data" }); };
  part("use_table").onclick = () => { halt(); act({ kind: "table", text: part("table").value, at: "table" }); };

  // Looking.
  for (const name of ["row", "show", "selected"])
    part(name).onchange = () => look({ [name]: part(name).value });
  let clicked = null;
  // Not "click": while it plays, the picture is a new one before the button is up again.
  part("diagram").onpointerdown = (event) => {
    const name = event.target.closest("[data-name]")?.dataset.name;
    if (!name || event.button !== 0) return;
    event.preventDefault();
    const view = lab.view;
    if (view.computed.includes(name)) act({ kind: "computed", name });
    if (name === "E_total") return part("selected").focus(); // there is nothing to light
    clicked = name;
    look({ selected: name });
    // Selected already: no new view will come.
    if (view.clicked === name) showView(view, { lost: false });
  };

  // Taking away and bringing back.
  part("line").onfocus = () => part("line").select();
  part("copy").onclick = async () => {
    part("line").select();
    try { await navigator.clipboard.writeText(part("line").value); } catch { document.execCommand("copy"); }
    part("copy").textContent = "Copied";
    setTimeout(() => { part("copy").textContent = "Copy"; }, 2000);
  };
  part("save").onclick = () => act({ kind: "save" });
  part("file").onchange = async () => {
    const [file] = part("file").files;
    if (!file) return;
    halt();
    // Python says what is wrong with a file that is too large; so much of it is enough for that.
    act({ kind: "load", text: await file.slice(0, fixed.largest_file + 1).text(), at: "load" });
    part("file").value = "";
  };
  let filesSaved = 0;
  const download = (file) => {
    if (!file || file.number === filesSaved) return;
    filesSaved = file.number;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file.text], { type: "application/json" }));
    link.download = file.name;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  const fill = (select, pairs) => put(select, JSON.stringify(pairs), () => {
    const before = select.value;
    select.replaceChildren(...pairs.map(([value, words]) => new Option(words, value)));
    select.value = before;
  });
  const named = (words) => words.map((word) => [word, word]);
  for (const name of ["data", "hidden", "show", "hidden_layers_use", "biases"])
    fill(part(name), named(fixed[name]));
  fill(part("speed"), named(Object.keys(fixed.speeds)));

  const numbers = new Map();
  const buildNumbers = (names) => put(part("numbers"), names.join(), () => {
    numbers.clear();
    part("numbers").replaceChildren(...names.map((name) => {
      const label = document.createElement("label"), field = document.createElement("input");
      label.textContent = `${name} `;
      Object.assign(field, { type: "text", size: 11, autocomplete: "off", inputMode: "decimal" });
      field.dataset.number = name;
      onText(field, (text) => edit(name, text, "numbers"));
      label.append(field);
      numbers.set(name, field);
      return label;
    }));
    lab.keepKeys(part("numbers"));
  });
  // What is being typed is left alone.
  const hold = (field, text) => {
    if (text !== undefined && field.value !== text && field !== document.activeElement) field.value = text;
  };

  let opened, lit;
  const showView = (view, { lost }) => {
    flow.show(view);
    if (lost) return player.giveUp();
    if (view.stopped) halt();
    fill(part("row"), view.rows.map((row, n) => [String(n), row]));
    fill(part("selected"), [["", "nothing"], ...named(view.names), ...named(view.neurons)]);
    part("row").value = String(view.row);
    part("row").parentElement.hidden = view.rows.length === 1; // there is nothing to choose
    part("show").value = view.show;
    part("selected").value = view.selected;
    for (const name of ["data", "hidden", "hidden_layers_use", "biases"]) part(name).value = view[name];
    hold(part("seed"), view.seed);
    hold(part("eta"), view.values.eta);
    hold(part("value"), view.values[view.selected] ?? "");
    for (const name of ["value", "less", "more"]) part(name).disabled = !view.can_be_edited;
    buildNumbers(view.names);
    if (part("numbers_fold").open)
      for (const [name, field] of numbers) hold(field, view.values[name]);
    put("table", view.table, (text) => { part("table").value = text; });
    if (part("save_fold").open && view.line) hold(part("line"), view.line);
    // Once for each view: the same one is shown again when something else is unfolded.
    if (view.open && view.sent !== opened) {
      opened = view.sent;
      part("table_fold").open = true;
      part("table").focus();
    }
    if (view.selected !== lit) { lit = view.selected; showLit(part("diagram")); }
    download(view.file);
    if (clicked !== null && view.clicked === clicked) {
      clicked = null;
      if (!view.can_be_edited) return part("selected").focus();
      part("value").blur();
      part("value").value = view.values[view.selected] ?? "";
      part("value").select();
    }
  };
  part("save_fold").addEventListener("toggle", () => showView(lab.view, { lost: false }));
  part("numbers_fold").addEventListener("toggle", () => {
    look({ numbers: part("numbers_fold").open ? "unfolded" : "folded" });
    showView(lab.view, { lost: false });
  });

  const stop = lab.start();
  // The page was loaded again while it played.
  if (lab.view.playing) act({ kind: "pause" });
  // Beside JupyterLab's file list a diagram with all its digits and the plots have no room.
  const room = new ResizeObserver(([{ contentRect: { width } }]) => {
    if (!part("play")) room.disconnect(); // the lab is closed
    else if (width) look({ room: String(Math.max(0, Math.floor(width - BESIDE))) });
  });
  room.observe(el);
  return () => { room.disconnect(); halt(); flow.close(); stop(); };
}

export default { render };
