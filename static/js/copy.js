// "Copy link": a button that only works with script, so it is hidden without.
import { find } from "./find.js";
import { announce } from "./live.js";

export function enhance(root) {
  if (!navigator.clipboard) return;
  for (const button of find(root, "[data-copy]")) button.hidden = false;
}

export function start() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
    announce("Link copied");
    const words = button.querySelector("[data-copy-words]") || button;
    const before = words.textContent;
    if (before === "Copied") return;
    words.textContent = "Copied";
    setTimeout(() => {
      words.textContent = before;
    }, 2000);
  });
}
