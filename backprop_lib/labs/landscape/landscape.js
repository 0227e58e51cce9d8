// The page side of the landscape lab. It computes nothing and draws nothing.

import { openLab, textField, selectField } from "../lab.js";
import { watchRoom } from "../room.js";
import { rateSlider, useRateSlider, showRate } from "../rate_slider.js";

const page = (id) => `
  <div class="lay">
    <div class="map" data-part="map" data-picture="map" tabindex="0" role="application"
      aria-label="Map of the error: the arrow keys move the point" aria-describedby="${id}-keys"></div>
    <div class="side">
      <fieldset class="row">
        <legend>By hand</legend>
        ${textField(id, "x", "To the right", "decimal", 6)}
        ${textField(id, "y", "Upwards", "decimal", 6)}
        <button type="button" data-part="back">Back to the start</button>
      </fieldset>
      <p class="read-out" data-text="read_out" aria-live="polite" aria-atomic="true"></p>
      <fieldset class="row">
        <legend>By the slope</legend>
        ${rateSlider(id)}
        ${textField(id, "rate", "Any learning rate", "decimal", 6)}
        ${textField(id, "rounds", "Rounds", "numeric", 6)}
        <button type="button" data-part="descend">Descend</button>
        <strong data-text="status" role="status"></strong>
      </fieldset>
      <p class="went" data-text="went" aria-live="polite" aria-atomic="true"></p>
      <fieldset class="row">
        <legend>The map</legend>
        ${selectField(id, "across", "Weight to the right")}
        ${selectField(id, "upwards", "Weight upwards", true)}
        ${selectField(id, "reach", "Map reaches ±")}
      </fieldset>
      <p class="small" id="${id}-keys">Keys on the map: the arrows move the point, with Shift farther.</p>
    </div>
  </div>
  <details><summary>The picture in words</summary><ul data-facts="map"></ul></details>
  <div class="row small">
    <label class="check"><input type="checkbox" data-part="size"> Large type, for a projector</label>
  </div>`;

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function render({ model, el }) {
  const lab = openLab({ model, el }, {
    name: "landscape", label: "Landscape lab", page,
    onControls: (controls) => showControls(controls),
    onView: () => { onItsWay = false; putLatest(); },
  });
  const { fixed, part, set, ask } = lab;
  const field = (name) => el.querySelector(`[data-field="${name}"]`);
  const map = part("map"), slider = part("slider");

  useRateSlider(slider, fixed.rates, set);
  part("descend").onclick = () => ask({ kind: "descend" });
  part("back").onclick = () => ask({ kind: "back" });
  // Two other weights have another map, and the point begins where the example is.
  for (const name of ["across", "upwards"])
    field(name).onchange = () => {
      const [x, y] = ["across", "upwards"].map((each) => fixed.start[field(each).value]);
      set({ [name]: field(name).value, x, y, path: "" });
    };

  map.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [across, upwards] = arrow.map((steps) => steps * (event.shiftKey ? fixed.farther : 1));
    ask({ kind: "step", across, upwards });
  });

  // One place at a time is on its way to Python; of those that come meanwhile the last follows.
  let onItsWay = false, latest = null;
  const putLatest = () => {
    if (onItsWay || !latest) return;
    onItsWay = true;
    ask({ kind: "put", ...latest });
    latest = null;
  };
  const put = (event) => {
    const frame = map.querySelector("[data-frame]")?.getBoundingClientRect();
    if (!frame) return;
    latest = {
      across: (event.clientX - frame.left) / frame.width,
      upwards: (frame.bottom - event.clientY) / frame.height,
    };
    putLatest();
  };
  let dragging = false, dragged = false;
  map.onpointerdown = (event) => {
    // A finger elsewhere than on the point may be scrolling the page.
    dragging = event.button === 0 && (event.pointerType === "mouse" || event.target.dataset.grip !== undefined);
    dragged = dragging;
    if (!dragging) return;
    map.setPointerCapture(event.pointerId);
    put(event);
  };
  map.onpointermove = (event) => { if (dragging) put(event); };
  map.onpointerup = map.onpointercancel = () => { dragging = false; };
  map.onclick = (event) => {
    map.focus({ preventScroll: true });
    if (!dragged) put(event);
  };

  const showControls = (controls) => {
    showRate(slider, fixed.rates, controls.rate);
    for (const [name, weight] of [["x", controls.across], ["y", controls.upwards]])
      el.querySelector(`label[for$="-${name}"]`).textContent = weight;
  };
  const stop = lab.start(), leave = watchRoom(map, model, set);
  return () => { leave(); stop(); };
}

export default { render };
