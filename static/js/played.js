// Plays what lies elsewhere, inside the page; without script the button is a link to it.
// Nothing is asked of anybody else before it is pressed.

export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-player-start]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    play(button.closest("[data-player]"));
  });
}

function play(figure) {
  const { player } = figure.dataset;
  const frame = document.createElement("iframe");
  frame.className = "p-played__frame";
  if (player.startsWith("https://w.soundcloud.com/")) frame.classList.add("p-played__frame--sound");
  frame.title = figure.querySelector("[data-player-title]").textContent;
  frame.allow = "fullscreen; encrypted-media; picture-in-picture";
  frame.allowFullscreen = true;
  frame.referrerPolicy = "strict-origin-when-cross-origin"; // YouTube plays nothing to who does not say where from
  frame.src = player;
  figure.querySelector("[data-player-stage]").replaceChildren(frame);
  frame.tabIndex = 0;
  frame.focus();
}
