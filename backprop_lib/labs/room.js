// Whether the pictures of a lab have room for ordinary type, as a module that a lab imports.

const SMALL = 331; // px: in a narrower picture ordinary type would be smaller than 12

// Sets the control "room" to "small" or "normal", by the width of a place. Returns what ends the watch.
export function watchRoom(place, model, set) {
  const watch = new ResizeObserver(() => {
    const room = place.clientWidth < SMALL ? "small" : "normal";
    if (place.clientWidth && room !== model.get("controls").room) set({ room });
  });
  watch.observe(place);
  return () => watch.disconnect();
}
