// The menu and the filter sheet are popovers: the browser opens and closes them.
// Here: closed when the window grows past them, and the focus kept inside.

export function start() {
  document.addEventListener(
    "toggle",
    (event) => {
      if (event.newState === "open" && event.target.matches("[popover]")) {
        event.target.querySelector("button, a, input")?.focus();
      }
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const sheet = HTMLElement.prototype.hidePopover && document.querySelector("[popover]:popover-open");
    if (sheet) keepInside(sheet, event);
  });
  for (const width of [900, 990]) {
    matchMedia(`(min-width: ${width}px)`).addEventListener("change", closeAll);
  }
}

export function closeAll() {
  if (!HTMLElement.prototype.hidePopover) return;
  for (const sheet of document.querySelectorAll("[popover]:popover-open")) sheet.hidePopover();
}

function keepInside(sheet, event) {
  const stops = [...sheet.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(
    (element) => element.offsetParent !== null && !element.disabled,
  );
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
}
