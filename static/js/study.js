// That one reads a page is noted after some seconds; who wants that has it marked as done at its end.
import { find } from "./find.js";

const READ_AFTER = 15; // seconds in which the page was in view
const DONE_AFTER = 10; // so that a short page is not done before it is read

let seconds = 0;
let atEnd = false;
let noted = false;

function panel() {
  return document.querySelector("[data-study]");
}

function note(address) {
  noted = true;
  const token = panel()?.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token) return;
  // Nobody waits for it, and nothing is lost if it fails.
  fetch(address, { method: "POST", body: new URLSearchParams({ csrfmiddlewaretoken: token }), keepalive: true }).catch(() => {});
}

function mark() {
  const form = panel()?.querySelector("[data-study-done]");
  if (atEnd && seconds >= DONE_AFTER && panel().matches("[data-mark-at-end]")) {
    panel().removeAttribute("data-mark-at-end");
    form?.requestSubmit();
  }
}

export function enhance(root) {
  for (const button of find(root, "[data-print]")) button.hidden = false;
  const found = find(root, "[data-study][data-read]")[0];
  if (!found) return;
  const address = found.dataset.read;
  if (found.matches("[data-mark-at-end]")) {
    new IntersectionObserver((entries) => {
      atEnd = atEnd || entries.some((entry) => entry.isIntersecting);
      mark();
    }).observe(found);
  }
  const clock = setInterval(() => {
    if (document.visibilityState !== "visible") return;
    seconds += 1;
    if (seconds >= READ_AFTER && !noted) note(address);
    mark();
    if (noted && !panel()?.matches("[data-mark-at-end]")) clearInterval(clock);
  }, 1000);
}

export function start() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });
}
