// Opens what an address points into; opens and closes a group at once.

export function start() {
  openTarget();
  addEventListener("hashchange", openTarget);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-details]");
    if (!button) return;
    const group = document.getElementById(button.getAttribute("aria-controls")) || document;
    for (const details of group.querySelectorAll("details")) details.open = button.dataset.details === "open";
  });
}

function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let details = target.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
  if (target.closest("details")) target.scrollIntoView();
}
