// What people write is kept on this device until it has been sent. Drafts are
// stored by person, and all of them go when that person signs out.
import { find } from "./find.js";
import { announce } from "./live.js";

const AGE = 30 * 24 * 3600 * 1000; // kept for 30 days, in ms
const SAVE_AFTER = 400; // ms without a key

const prefix = () => `draft:${document.body.dataset.user || ""}:`;

/** The draft kept under this key: `{text, at, sent}`, or null. */
export function read(key) {
  try {
    return JSON.parse(localStorage.getItem(prefix() + key));
  } catch {
    return null;
  }
}

/** Keeps a draft under this key, or with null forgets it. Returns whether that could be done. */
export function write(key, draft) {
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
  // The key of a text that is saved while one types changes once it has a place of its own.
  const draft = read(area.dataset.draftKey);
  if (draft && !area.value.trim()) {
    if (draft.sent && arrived(draft)) write(area.dataset.draftKey, null);
    else restore(area, draft);
  }
  let wait;
  area.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(() => {
      write(area.dataset.draftKey, area.value.trim() ? { text: area.value, at: Date.now() } : null);
    }, SAVE_AFTER);
  });
  area.form?.addEventListener("submit", () => clearTimeout(wait));
}

function restore(area, draft) {
  put(area, draft.text);
  note(area, "We kept what you wrote. ", {
    "Start again": () => {
      area.value = "";
      write(area.dataset.draftKey, null);
      announce("The text is gone.");
    },
  });
}

/** Puts a text into an area as if somebody had typed it. */
export function put(area, text) {
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A line below an area, with buttons: what each says, and what it does. It goes once one is pressed. */
export function note(area, text, choices) {
  const line = document.createElement("p");
  line.className = "p-draft-note";
  line.textContent = text;
  for (const [words, act] of Object.entries(choices)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "p-action";
    button.textContent = words;
    button.addEventListener("click", () => {
      act();
      line.remove();
      area.focus();
    });
    line.append(button, " ");
  }
  area.after(line);
}
