// What the pages do better with script. Everything works without it.
import htmx from "htmx.org/dist/htmx.esm.js";
import * as autosave from "./autosave.js";
import * as copy from "./copy.js";
import * as count from "./count.js";
import * as details from "./details.js";
import * as drafts from "./drafts.js";
import * as filters from "./filters.js";
import * as forms from "./forms.js";
import * as live from "./live.js";
import * as menu from "./menu.js";
import * as played from "./played.js";
import * as scroll from "./scroll.js";
import * as study from "./study.js";

window.htmx = htmx;
document.documentElement.classList.add("p-scripted");

const modules = [menu, live, filters, forms, drafts, autosave, count, copy, details, played, scroll, study];
for (const module of modules) module.start?.();

// htmx says "load" for the body at first, then for each piece that it adds.
htmx.onLoad((root) => {
  for (const module of modules) module.enhance?.(root);
});
