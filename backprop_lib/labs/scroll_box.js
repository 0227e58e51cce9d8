// A place whose content may be wider than it, as a module that a lab imports. It is then pushed
// sideways by a finger or by the arrow keys, and lab.css shows on which sides it goes on.

// label: what a screen reader calls the place. Returns what ends the watch.
export function watchScrolling(place, label) {
  const look = () => {
    const hidden = place.scrollWidth - place.clientWidth, at = place.scrollLeft;
    const more = hidden <= 1 ? "" : `${at > 1 ? "left" : ""} ${hidden - at > 1 ? "right" : ""}`.trim();
    if (more === (place.dataset.more ?? "")) return;
    if (!more) delete place.dataset.more; else place.dataset.more = more;
    // What cannot be pushed is no place to stop at.
    const spoken = { tabindex: "0", role: "region", "aria-label": label };
    for (const [name, value] of Object.entries(spoken))
      if (more) place.setAttribute(name, value); else place.removeAttribute(name);
  };
  // Not at once: what is shown besides may change the size of what others observe.
  const sizes = new ResizeObserver(() => requestAnimationFrame(look));
  const observe = () => {
    sizes.disconnect();
    for (const element of [place, ...place.children]) sizes.observe(element);
  };
  const children = new MutationObserver(observe);
  children.observe(place, { childList: true });
  place.addEventListener("scroll", look, { passive: true });
  observe();
  return () => { sizes.disconnect(); children.disconnect(); };
}

// What is lit in a picture is brought into sight; where all of it is, or nothing, it stays.
export function showLit(place) {
  if (!place.dataset.more) return;
  const lit = [...place.querySelectorAll('text[font-weight="700"]:not([fill-opacity])')]
    .map((text) => text.getBoundingClientRect());
  const left = Math.min(...lit.map((box) => box.left)), right = Math.max(...lit.map((box) => box.right));
  const seen = place.getBoundingClientRect();
  if (left < seen.left || right > seen.right)
    place.scrollLeft += (left + right) / 2 - (seen.left + seen.right) / 2;
}
