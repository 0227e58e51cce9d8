// The front page: which lessons have work in this browser, and what can be done with it.

import { bytesOf, forget, isOlder, lessons, moveAside, savedFiles } from "./my_work.js";
import { zip } from "./zip.js";

const find = (id) => document.getElementById(id);
const counted = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

async function show() {
  const saved = await savedFiles(), known = await lessons();
  const older = saved.filter((file) => isOlder(file, known[file.path]));
  for (const place of document.querySelectorAll("[data-state]")) {
    const mine = saved.find((file) => file.path === place.dataset.state);
    place.replaceChildren();
    if (mine) place.append("You have begun this lesson.");
    if (older.includes(mine)) place.append(" It has changed since. ", takeTheNew(mine.path));
  }
  find("news").textContent = older.length === 0 ? "" :
    `${counted(older.length, "lesson")} changed since you began: ` +
    `${older.map((file) => file.path.slice(0, 2)).join(", ")}. You still have yours, as it was.`;
  find("have").textContent = saved.length ? `${counted(saved.length, "file")} of yours in this browser.`
    : "There is nothing of yours in this browser yet.";
  find("download").disabled = find("anew").disabled = saved.length === 0;
}

function takeTheNew(path) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Take the new one, keep mine beside it";
  button.onclick = async () => {
    const kept = await moveAside(path);
    await show();
    find("news").textContent = `The new lesson is in its place. Yours is ${kept}, in the file list.`;
  };
  return button;
}

find("download").onclick = async () => {
  const files = await savedFiles();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(zip(files.map((file) => ({ path: file.path, bytes: bytesOf(file) }))));
  link.download = "my_backpropagation_lessons.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

find("anew").onclick = () => find("sure").showModal();
find("sure").onclose = async () => {
  if (find("sure").returnValue === "anew") {
    await forget();
    await show();
  }
  find("sure").returnValue = "";
};

// On a narrow screen the simple view has room for the lesson; JupyterLab's has not.
const simple = matchMedia("(max-width: 50rem)");
function choose() {
  for (const link of document.querySelectorAll("a[data-lesson]"))
    link.href = `${simple.matches ? "notebooks" : "lab"}/index.html?path=${link.dataset.lesson}`;
}
simple.onchange = choose;
choose();
show();
// Whoever comes back from a lesson sees what was saved meanwhile.
addEventListener("pageshow", (event) => { if (event.persisted) show(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) show(); });
navigator.serviceWorker?.register("service-worker.js?enableCache=false").catch(() => {});
