// How many characters are left; said when the writer pauses.
import { find } from "./find.js";
import { announce } from "./live.js";

export function enhance(root) {
  for (const group of find(root, "[data-count]")) {
    const input = group.querySelector("[data-count-input]");
    const message = group.querySelector("[data-count-message]");
    if (input && message) follow(input, message, Number(group.dataset.count));
  }
}

function follow(input, message, max) {
  let pause;
  const show = () => {
    const left = max - input.value.length;
    const many = Math.abs(left) === 1 ? "character" : "characters";
    const number = Math.abs(left).toLocaleString("en-GB");
    message.textContent = `You have ${number} ${many} ${left < 0 ? "too many" : "left"}.`;
    message.classList.toggle("p-count--over", left < 0);
  };
  input.addEventListener("input", () => {
    show();
    clearTimeout(pause);
    pause = setTimeout(() => announce(message.textContent), 1200);
  });
  if (input.value) show();
}
