/** Elements at or under `root` that match `selector`. */
export function find(root, selector) {
  const found = [...root.querySelectorAll(selector)];
  return root.matches?.(selector) ? [root, ...found] : found;
}
