// What scrolls sideways can be reached and scrolled with the keyboard.
import { find } from "./find.js";

export function enhance(root) {
  for (const box of find(root, ".p-prose table")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
}
