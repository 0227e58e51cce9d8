// In JupyterLab's page: the way back to the front page, and a word if a lesson has changed since
// the learner began it.

import { isOlder, lessons, savedFiles } from "./my_work.js";

const bar = document.createElement("a");
bar.id = "lesson-bar";
bar.href = new URL("../index.html#lessons", import.meta.url).href;
bar.textContent = "Lessons and my work";
const style = document.createElement("style");
style.textContent = `#lesson-bar { position: fixed; right: 22px; bottom: 34px; z-index: 50; padding: 5px 12px;
  border-radius: 999px; background: #1c5fae; color: #fff; font: 600 13px system-ui, sans-serif;
  text-decoration: none; box-shadow: 0 1px 4px #0006; max-width: 60vw; }
#lesson-bar:focus-visible { outline: 3px solid #f2a900; outline-offset: 2px; }
@media print { #lesson-bar { display: none; } }`;
document.head.append(style);
document.body.append(bar);

const known = await lessons();
const older = (await savedFiles()).filter((file) => isOlder(file, known[file.path]));
if (older.length)
  bar.textContent = `Lesson ${older.map((file) => file.path.slice(0, 2)).join(", ")} has changed since you began: ` +
    "get the new one, keep yours";

// JupyterLab takes the open lesson out of the address; then a reload would open none.
setInterval(() => {
  const open = globalThis.jupyterapp?.shell?.currentWidget?.context?.path;
  if (open && new URLSearchParams(location.search).get("path") !== open)
    history.replaceState(history.state, "", `?path=${encodeURIComponent(open)}`);
}, 1000);
