// Changes are said politely and never move the focus.
import { find } from "./find.js";

/** Says `text` to a screen reader, through the live region of base.html. */
export function announce(text) {
  const region = document.getElementById("live");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => {
    region.textContent = text;
  }, 100);
}

export function start() {
  document.addEventListener("htmx:afterSettle", (event) => {
    const said = find(event.target, "[data-announce]")[0];
    if (said) announce(said.textContent.trim());
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      fail(event.detail.elt);
    });
  }
}

function fail(near) {
  const text = "That did not work. Nothing you wrote is lost; try again.";
  const form = near?.closest("form, section, main") || document.querySelector("main");
  form.querySelector(".p-notice--failed")?.remove();
  const note = document.createElement("p");
  note.className = "p-notice p-notice--error p-notice--failed";
  note.textContent = text;
  form.append(note);
  announce(text);
}
