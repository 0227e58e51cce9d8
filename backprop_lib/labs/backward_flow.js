// The backward pass as a flow, over a network diagram: on request a dot goes from E_total back, hop by
// hop, with the running product beside it. Where the dot goes, the product and the words come from
// Python; nothing is computed here. Nothing moves unless asked, and for people who asked their system
// for less motion nothing moves at all: each press brings the next hop, which then stands still.

const SVG = "http://www.w3.org/2000/svg";
const SHOW = "Show the backward pass flow", END = "End the flow";
const ICONS = { [SHOW]: "M16 8H5M8 4 4 8l4 4", [END]: "M4 4h8v8H4z" };
const PACES = { slow: 3000, medium: 1600, quick: 700, "at each press": 0 }; // milliseconds of a hop
const MOVES = 0.7; // part of them that the dot takes; then it rests
const EDGE = 60; // pixels: nearer to the edge of a picture that scrolls, the dot is out of sight

export const flowControls = (id) => `
  <div class="row small flow">
    <button type="button" data-part="flow" aria-describedby="${id}-flowing"><svg viewBox="0 0 20 16"
      aria-hidden="true"><path/></svg> <span></span></button>
    <button type="button" data-part="hop" hidden>Next hop</button>
    <div class="check"><label for="${id}-pace">Pace</label>
      <select id="${id}-pace" data-part="pace">${Object.keys(PACES).map((pace) =>
      `<option${pace === "medium" ? " selected" : ""}>${pace}</option>`).join("")}</select></div>
    <p id="${id}-flowing" data-part="flowing" role="status"></p>
  </div>`;

export const flowWords = `
  <details data-part="flow_fold" hidden><summary>The backward flow in words</summary>
    <ol data-part="flow_words"></ol></details>`;

// part(name): the elements above. place: where the diagram stands, an <svg>.
export function openFlow({ part, place }) {
  const [button, hopButton, pace, line, fold, list] =
    ["flow", "hop", "pace", "flowing", "flow_fold", "flow_words"].map(part);
  const less = matchMedia("(prefers-reduced-motion: reduce)");
  const isStill = () => less.matches || !PACES[pace.value];
  let flow = { hops: [], why: "" }, over = null, at = 0, frame = 0, scrolled = 0;

  const made = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const name = (words) => {
    button.lastElementChild.textContent = words;
    button.querySelector("path").setAttribute("d", ICONS[words]);
  };
  const isLast = () => at === flow.hops.length - 1;

  const begin = () => {
    const svg = place.querySelector("svg");
    scrolled = place.scrollLeft;
    over = svg.appendChild(made("g", { class: "flowing", "aria-hidden": "true" }));
    name(END);
    hop(0);
  };
  const end = () => {
    if (!over) return;
    cancelAnimationFrame(frame);
    over.remove();
    over = null;
    place.scrollLeft = scrolled;
    line.textContent = "";
    hideHopButton();
    name(SHOW);
  };
  const hideHopButton = () => {
    const hadFocus = document.activeElement === hopButton;
    hopButton.hidden = true;
    if (hadFocus) button.focus();
  };

  const hop = (number) => {
    at = number;
    const { points, sign, words, moving, arrived } = flow.hops[at];
    over.querySelectorAll("circle, rect, text").forEach((element) => element.remove());
    const way = over.appendChild(made("polyline", { points, class: sign, pathLength: 1 }));
    const dot = over.appendChild(made("circle", { r: flow.px / 2, class: sign }));
    const plate = over.appendChild(made("rect", { height: 1.5 * flow.px, rx: 4, class: sign }));
    const label = over.appendChild(made("text", { "font-size": flow.px, "text-anchor": "middle" }));
    const length = way.getTotalLength();
    // So far along the way, from 0 to 1.
    const put = (along, product) => {
      way.setAttribute("stroke-dasharray", `${along} 1`);
      label.textContent = product;
      const { x, y } = way.getPointAtLength(along * length);
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
      const page = over.ownerSVGElement.viewBox.baseVal, half = label.getComputedTextLength() / 2 + 6;
      const middle = Math.min(Math.max(x, half), page.width - half);
      // Above the dot, or below it where there is no room.
      const top = y < 2.4 * flow.px ? y + 0.9 * flow.px : y - 2.4 * flow.px;
      label.setAttribute("x", middle);
      label.setAttribute("y", top + 1.12 * flow.px);
      plate.setAttribute("x", middle - half);
      plate.setAttribute("y", top);
      plate.setAttribute("width", 2 * half);
      keepInSight(x, page.width);
    };
    const stand = () => {
      put(1, arrived);
      if (isLast()) hideHopButton(); else hopButton.hidden = false;
    };
    line.textContent = words;
    if (isStill()) return stand();
    hopButton.hidden = true;
    const began = performance.now();
    const move = (now) => {
      // Asked for less motion meanwhile.
      if (isStill()) return stand();
      const passed = Math.max(0, now - began) / PACES[pace.value];
      put(Math.min(passed / MOVES, 1), passed < MOVES ? moving : arrived);
      if (passed < 1) frame = requestAnimationFrame(move);
      else if (!isLast()) hop(at + 1);
    };
    put(0, moving);
    frame = requestAnimationFrame(move);
  };
  // Where the picture is wider than its place.
  const keepInSight = (x, width) => {
    const seen = (x / width) * over.ownerSVGElement.clientWidth - place.scrollLeft;
    const edge = Math.min(EDGE, place.clientWidth / 4);
    if (place.scrollWidth > place.clientWidth && (seen < edge || seen > place.clientWidth - edge))
      place.scrollLeft += seen - place.clientWidth / 2;
  };

  const toggle = () => {
    if (over) end();
    else if (flow.hops.length) begin();
    else line.textContent = flow.why;
  };
  // Another picture, or the same with other controls: what flowed was the flow in the one before.
  const show = (view) => {
    end();
    line.textContent = "";
    if (!view.flow || view.flow === flow) return; // the view of a closed lab has none
    flow = view.flow;
    button.setAttribute("aria-disabled", String(!flow.hops.length));
    fold.hidden = !flow.hops.length;
    list.replaceChildren(...flow.hops.map(({ words }) => {
      const item = document.createElement("li");
      item.textContent = words;
      return item;
    }));
  };
  // Nothing else can be chosen where nothing is to move.
  const offer = () => {
    for (const option of pace.options) option.disabled = less.matches && PACES[option.value] > 0;
    if (less.matches) pace.value = "at each press";
  };
  less.addEventListener("change", offer);
  offer();
  name(SHOW);
  button.onclick = toggle;
  hopButton.onclick = () => hop(at + 1);

  const close = () => {
    end();
    less.removeEventListener("change", offer);
  };
  return { get flowing() { return over !== null; }, show, toggle, end, close };
}
