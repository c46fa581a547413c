// Colours and shapes that tell kinds of things apart in a drawing: neither is ever alone.

// Corners of each shape from -1 to 1, as cytoscape and SVG both read them; the first is a circle.
const regular = (corners, turn = -Math.PI / 2, inner = 1) =>
  Array.from({ length: corners }, (_, place) => {
    const length = place % 2 ? inner : 1;
    const angle = turn + (place * 2 * Math.PI) / corners;
    return [Math.cos(angle) * length, Math.sin(angle) * length];
  });
const square = [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]];
const cross = [
  [-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35],
  [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35],
];
const bow = [[-1, -0.8], [0, -0.25], [1, -0.8], [1, 0.8], [0, 0.25], [-1, 0.8]];
const bar = [[-1, -0.5], [1, -0.5], [1, 0.5], [-1, 0.5]];
const slope = [[-0.4, -0.8], [1, -0.8], [0.4, 0.8], [-1, 0.8]];

const SHAPES = [
  regular(24), regular(3), square, regular(4), regular(3, Math.PI / 2), regular(10, -Math.PI / 2, 0.45),
  cross, regular(5), bow, regular(6), bar, slope,
];

/** How many kinds can be told apart; what comes after is drawn as the last. */
export const MOST = SHAPES.length;

/** The corners of the shape of this number, as a flat list. */
export const corners = (number) => SHAPES[number].flat();

/** A small drawing of it for a legend. */
export function drawing(number) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of [["viewBox", "-1.2 -1.2 2.4 2.4"], ["width", "20"], ["height", "20"], ["aria-hidden", "true"], ["focusable", "false"]]) {
    svg.setAttribute(name, value);
  }
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  shape.setAttribute("points", SHAPES[number].map((corner) => corner.join(",")).join(" "));
  shape.setAttribute("class", `p-kind p-kind--${number + 1}`);
  svg.append(shape);
  return svg;
}
