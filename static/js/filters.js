// A form of filters sends itself, by htmx, when one of its controls changes;
// without script its button does. Controls outside count by their form="…".
import { closeAll } from "./menu.js";

let wait;
let ours = false;

export function start() {
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-filters]")) return;
    clearTimeout(wait);
    wait = setTimeout(() => {
      ours = true;
      form.requestSubmit();
      ours = false;
    }, 200);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-filters]") && !ours) closeAll();
  });
}
