// The list of regions as a map: a circle for each region that we know the outline of.
import "leaflet/dist/leaflet.css";
import { divIcon, geoJSON, map as makeMap, marker, tileLayer } from "leaflet/dist/leaflet-src.esm.js";
import outlines from "./outlines.json";

const LEAST = 28;
const MOST = 68; // pixels across, and never more than a ninth of the map

function start(section) {
  const regions = new Map([...document.querySelectorAll("[data-region]")].map((item) => [item.dataset.region, item]));
  const known = outlines.features.filter(({ properties }) => regions.has(properties.slug));
  if (!known.length) return;
  section.hidden = false;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = makeMap(section.querySelector("[data-map-canvas]"), {
    scrollWheelZoom: false,
    zoomSnap: 0.25,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
    attributionControl: Boolean(section.dataset.tiles),
  });
  if (section.dataset.tiles) {
    map.attributionControl.setPrefix(false);
    const thanks = document.createElement("span");
    thanks.textContent = section.dataset.thanks;
    tileLayer(section.dataset.tiles, { attribution: thanks.innerHTML, maxZoom: 12 }).addTo(map);
  }
  const drawn = geoJSON(
    outlines.features.filter(({ geometry }) => geometry),
    { interactive: false, style: ({ properties }) => ({ className: regions.has(properties.slug) ? "p-map__region" : "p-map__region p-map__region--none", weight: 1 }) },
  ).addTo(map);
  map.fitBounds(drawn.getBounds(), { padding: [8, 8], animate: false });
  map.setMinZoom(map.getZoom() - 1);
  const most = Math.max(...known.map(({ properties }) => Number(regions.get(properties.slug).dataset.number)));
  for (const { properties, geometry } of known) {
    const element = add(map, properties, regions.get(properties.slug), most);
    // What is nowhere on the map needs its name there.
    if (!geometry) element.append(named(regions.get(properties.slug)));
  }
  section.dataset.drawn = known.length;
}

// The area of a circle shows the number; the number stands in it as well.
function add(map, { centre: [east, north] }, item, most) {
  const number = Number(item.dataset.number);
  const size = Math.round(Math.max(LEAST, Math.min(MOST, map.getSize().x / 9) * Math.sqrt(number / most)));
  const link = item.querySelector("a");
  const icon = divIcon({ className: "p-map__circle", html: String(number), iconSize: [size, size] });
  const circle = marker([north, east], { icon, title: link.textContent, riseOnHover: true }).addTo(map);
  const element = circle.getElement();
  element.setAttribute("role", "link");
  element.setAttribute("aria-label", `${link.textContent}: ${number} ${number === 1 ? "community" : "communities"}`);
  circle.on("click", () => location.assign(link.href));
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter") location.assign(link.href);
  });
  return element;
}

function named(item) {
  const name = document.createElement("span");
  name.className = "p-map__name";
  name.textContent = item.querySelector("a").textContent;
  return name;
}

const section = document.querySelector("[data-map]");
if (section) start(section);
