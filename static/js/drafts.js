// What people write is kept on this device until it has been sent. Drafts are
// stored by person, and all of them go when that person signs out.
import { find } from "./find.js";
import { announce } from "./live.js";

const AGE = 30 * 24 * 3600 * 1000; // kept for 30 days, in ms
const SAVE_AFTER = 400; // ms without a key

const prefix = () => `draft:${document.body.dataset.user || ""}:`;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(prefix() + key));
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    if (draft) localStorage.setItem(prefix() + key, JSON.stringify(draft));
    else localStorage.removeItem(prefix() + key);
    return true;
  } catch {
    return false; // storage is full or forbidden: the page works on
  }
}

function forget(matches) {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("draft:") && matches(name)) localStorage.removeItem(name);
  } catch {
    // no storage, no drafts
  }
}

const letters = (text) => text.replace(/[^\p{L}\p{N}]/gu, "").slice(0, 60);

/** Whether a draft that was sent now stands on the page, so that it arrived. */
function arrived(draft) {
  const wanted = letters(draft.text);
  return wanted !== "" && lettersOf(document.querySelector("main")).includes(wanted);
}

function lettersOf(element) {
  return (element?.textContent || "").replace(/[^\p{L}\p{N}]/gu, "");
}

export function start() {
  forget((name) => {
    try {
      return Date.now() - JSON.parse(localStorage.getItem(name)).at > AGE;
    } catch {
      return true;
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]")) {
      forget((name) => name.startsWith(prefix()));
      return;
    }
    for (const area of event.target.querySelectorAll("textarea[data-draft-key]")) {
      if (area.value.trim()) write(area.dataset.draftKey, { text: area.value, at: Date.now(), sent: true });
    }
  });
}

export function enhance(root) {
  for (const mark of find(root, "[data-draft-clear]")) write(mark.dataset.draftClear, null);
  for (const area of find(root, "textarea[data-draft-key]")) keep(area);
}

function keep(area) {
  const key = area.dataset.draftKey;
  const draft = read(key);
  if (draft && !area.value.trim()) {
    if (draft.sent && arrived(draft)) write(key, null);
    else restore(area, key, draft);
  }
  let wait;
  area.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(() => {
      write(key, area.value.trim() ? { text: area.value, at: Date.now() } : null);
    }, SAVE_AFTER);
  });
  area.form?.addEventListener("submit", () => clearTimeout(wait));
}

function restore(area, key, draft) {
  area.value = draft.text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  const note = document.createElement("p");
  note.className = "p-draft-note";
  note.textContent = "We kept what you wrote. ";
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "p-action";
  drop.textContent = "Start again";
  drop.addEventListener("click", () => {
    area.value = "";
    write(key, null);
    note.remove();
    area.focus();
    announce("The text is gone.");
  });
  note.append(drop);
  area.after(note);
}
