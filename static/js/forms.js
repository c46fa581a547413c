// One press sends once; unsaved changes are asked about; errors get the focus.
import { find } from "./find.js";

const changed = new Set();

export function start() {
  addEventListener("beforeunload", (event) => {
    for (const form of changed) if (!form.isConnected) changed.delete(form);
    if (changed.size) event.preventDefault();
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", (event) => {
    changed.delete(event.target);
    const button = event.submitter;
    if (!button?.matches("[data-once]")) return;
    if (button.dataset.sent) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    button.dataset.sent = "1";
    setTimeout(() => delete button.dataset.sent, 5000);
  }, true);
}

export function enhance(root) {
  find(root, "[data-focus]")[0]?.focus();
}
