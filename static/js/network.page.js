// The network as a drawing. Where everything stands was worked out before: the browser only draws.
import cytoscape from "cytoscape";
import { announce } from "./live.js";
import { MOST, corners, drawing } from "./shapes.js";

const MANY = 400; // nodes from which on what moves is drawn in a simpler way
const ROOM = 160; // around all of them, for the largest and for names
const NOTES = {
  sector: "A community that crosses several sectors has the colour of the first by name.",
  region: "A community in several regions has the colour of the first by name.",
  stage: "",
};

// cytoscape would write a <style> element, which our Content-Security-Policy refuses. It writes none where an element of
// this id is; the one rule that it holds is in our own style sheet.
function forgoInlineStyle() {
  const there = document.createElement("template");
  there.id = "__________cytoscape_stylesheet";
  document.head.append(there);
}

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// A canvas knows no custom properties, and not every way of writing a colour that a style sheet has.
function colour(name) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = token(name) || "#555";
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red},${green},${blue})`;
}

const ends = (numbers) => [Math.min(...numbers), Math.max(...numbers)];

// The number of a community's kind, and so of its colour and shape.
const kindOf = (data, kind) => Math.min(data[kind] ?? MOST - 1, MOST - 1);

// A name as it stands beside a node; the whole of it is in the panel and in the table.
const short = (name) => (name.length > 44 ? `${name.slice(0, 40).trimEnd()}…` : name);

class Drawing {
  constructor(section, { nodes, edges, terms, left_out: leftOut }) {
    this.section = section;
    this.terms = terms;
    this.leftOut = leftOut;
    this.isLarge = nodes.length > MANY;
    this.canvas = section.querySelector("[data-canvas]");
    this.panel = section.querySelector("[data-panel]");
    this.choice = section.querySelector("[data-colour-by]");
    forgoInlineStyle();
    section.hidden = false;
    this.cy = cytoscape({
      container: this.canvas,
      elements: {
        nodes: nodes.map((node, place) => this.node(node, place)),
        edges: edges.map(([source, target]) => ({ data: { source, target } })),
      },
      layout: this.layout(nodes),
      style: this.style(),
      minZoom: 0.02,
      maxZoom: 4,
      autoungrabify: true,
      boxSelectionEnabled: false,
      userZoomingEnabled: matchMedia("(pointer: coarse)").matches,
      textureOnViewport: this.isLarge,
      hideEdgesOnViewport: nodes.length > 4 * MANY,
      pixelRatio: this.isLarge ? 1 : "auto",
    });
    this.all();
    this.legend();
    this.listen();
    this.canvas.dataset.drawn = nodes.length;
    performance.mark("network-drawn");
  }

  node([slug, name, x, y, stage, region, sector, links, steps], place) {
    const data = { id: place, slug, name, label: short(name), stage, region, sector, links, steps };
    return {
      data: { ...data, size: 24 + 8 * Math.sqrt(links), kind: kindOf(data, this.choice.value) },
      position: { x, y },
      classes: steps === 0 ? "middle" : "",
    };
  }

  // Around one community: it in the middle, who is linked with it in a ring, and those behind them in another.
  layout(nodes) {
    if (nodes[0]?.[8] == null) return { name: "preset", fit: false };
    return {
      name: "concentric",
      concentric: (node) => 2 - node.data("steps"),
      levelWidth: () => 1,
      minNodeSpacing: 110,
      padding: 24,
      animate: false,
    };
  }

  style() {
    const [text, line, paper, focus] = ["--colour-text", "--colour-border-strong", "--colour-surface", "--colour-link"].map(colour);
    const kinds = Array.from({ length: MOST }, (_, place) => ({
      selector: `node[kind = ${place}]`,
      style: { "background-color": colour(`--kind-${place + 1}`), "shape-polygon-points": corners(place) },
    }));
    return [
      {
        selector: "node",
        style: {
          shape: "polygon",
          "shape-polygon-points": corners(0),
          width: "data(size)",
          height: "data(size)",
          label: "data(label)",
          color: text,
          "font-family": token("--type-family") || "sans-serif",
          "font-size": 18,
          "min-zoomed-font-size": this.isLarge ? 11 : 7,
          "text-valign": "bottom",
          "text-margin-y": 4,
          "text-wrap": "wrap",
          "text-max-width": 120,
          "text-outline-color": paper,
          "text-outline-width": this.isLarge ? 0 : 2,
          "border-width": 1,
          "border-color": paper,
        },
      },
      { selector: "edge", style: { "curve-style": "haystack", "haystack-radius": 0, width: 2, "line-color": line, "line-opacity": this.isLarge ? 0.4 : 1 } },
      ...kinds,
      { selector: "edge.near", style: { "line-color": focus, "line-opacity": 1, width: 4 } },
      { selector: "node.middle", style: { "border-width": 4, "border-color": text } },
      { selector: "node.on", style: { "border-width": 6, "border-color": focus, "min-zoomed-font-size": 0, "z-index": 9 } },
    ];
  }

  // Colours and shapes by what is chosen, and what they mean.
  legend() {
    const kind = this.choice.value;
    const counts = new Map();
    this.cy.batch(() => {
      for (const node of this.cy.nodes().toArray()) {
        const number = kindOf(node.data(), kind);
        if (node.data("kind") !== number) node.data("kind", number);
        counts.set(number, (counts.get(number) || 0) + 1);
      }
    });
    const names = this.terms[kind];
    const list = this.section.querySelector("[data-legend]");
    const items = [...counts.keys()].sort((one, other) => one - other);
    list.replaceChildren(
      ...items.map((number) => {
        const item = document.createElement("li");
        const words = number === MOST - 1 && names.length !== MOST ? "Others" : names[number];
        item.append(drawing(number), ` ${words} (${counts.get(number)})`);
        return item;
      }),
    );
    const left = this.leftOut ? ` ${this.leftOut.toLocaleString("en-GB")} communities with fewer links are not drawn.` : "";
    this.section.querySelector("[data-legend-note]").textContent = `The larger, the more links. ${NOTES[kind]}${left}`;
  }

  listen() {
    this.cy.on("tap", "node", ({ target }) => this.open(target));
    this.cy.on("tap", ({ target }) => target === this.cy && this.close());
    this.choice.addEventListener("change", () => this.legend());
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    // The wheel moves the page, until somebody works in the drawing.
    this.canvas.addEventListener("focus", () => this.cy.userZoomingEnabled(true));
    this.canvas.addEventListener("pointerdown", () => this.canvas.focus({ preventScroll: true }));
    this.canvas.addEventListener("blur", () => this.cy.userZoomingEnabled(matchMedia("(pointer: coarse)").matches));
    this.section.querySelector("[data-panel-close]").addEventListener("click", () => this.close());
    this.panel.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    for (const button of this.section.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.zoom(button.dataset.zoom));
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.cy.style(this.style()));
  }

  zoom(how) {
    if (how === "all") return this.all();
    const middle = { x: this.canvas.clientWidth / 2, y: this.canvas.clientHeight / 2 };
    this.cy.zoom({ level: this.cy.zoom() * (how === "in" ? 1.5 : 1 / 1.5), renderedPosition: middle });
  }

  // All of it within the frame. cytoscape's own way measures each name as well, which takes a second for 2,000.
  all() {
    const spots = this.cy.nodes().map((node) => node.position());
    const [left, right] = ends(spots.map(({ x }) => x));
    const [top, bottom] = ends(spots.map(({ y }) => y));
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const zoom = Math.min(width / (right - left + ROOM), height / (bottom - top + ROOM), 1.5);
    const pan = { x: (width - zoom * (left + right)) / 2, y: (height - zoom * (top + bottom)) / 2 };
    this.cy.viewport({ zoom, pan });
  }

  key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) this.move(step);
    else if (event.key === "Enter" && this.at) this.open(this.at);
    else if (event.key === "+") this.zoom("in");
    else if (event.key === "-") this.zoom("out");
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  // To the next one in this direction: the nearest, where what lies aside counts twice.
  move([across, down]) {
    if (!this.at) return this.stand(this.cy.nodes().first());
    const from = this.at.position();
    let best = null;
    let least = Infinity;
    for (const node of this.cy.nodes().toArray()) {
      const to = node.position();
      const along = (to.x - from.x) * across + (to.y - from.y) * down;
      if (along <= 1) continue;
      const aside = Math.abs((to.x - from.x) * down) + Math.abs((to.y - from.y) * across);
      if (along + 2 * aside < least) [best, least] = [node, along + 2 * aside];
    }
    if (best) this.stand(best);
  }

  stand(node) {
    this.cy.elements(".on, .near").removeClass("on near");
    node.addClass("on");
    node.connectedEdges().addClass("near");
    this.at = node;
    const { x, y } = node.renderedPosition();
    const inside = x > 20 && y > 20 && x < this.canvas.clientWidth - 20 && y < this.canvas.clientHeight - 20;
    if (!inside) this.cy.center(node);
    announce(`${node.data("name")}, ${this.facts(node)}`);
  }

  facts(node) {
    const links = node.data("links");
    return links === 1 ? "1 link" : `${links} links`;
  }

  async open(node) {
    this.stand(node);
    const slug = encodeURIComponent(node.data("slug"));
    const name = this.panel.querySelector("[data-panel-name]");
    const summary = this.panel.querySelector("[data-panel-summary]");
    name.textContent = node.data("name");
    name.href = `${this.section.dataset.page}${slug}/`;
    this.panel.querySelector("[data-panel-around]").href = `${this.section.dataset.here}?around=${slug}`;
    this.panel.querySelector("[data-panel-facts]").textContent = this.facts(node);
    summary.textContent = "";
    this.panel.hidden = false;
    this.panel.focus({ preventScroll: true });
    try {
      const answer = await fetch(`${this.section.dataset.about}/${slug}`);
      if (answer.ok && this.at === node) summary.textContent = (await answer.json()).summary;
    } catch {
      // Its name and the way to its page are there without.
    }
  }

  close() {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.canvas.focus({ preventScroll: true });
  }
}

async function start(section) {
  try {
    const answer = await fetch(section.dataset.network);
    if (answer.ok) new Drawing(section, await answer.json());
  } catch (error) {
    section.hidden = true; // the table has it all
    throw error;
  }
}

const section = document.querySelector("[data-network]");
if (section) start(section);
