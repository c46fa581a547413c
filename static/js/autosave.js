// A form that is saved after each pause: <form data-autosave="address">. What could not be saved stays on this
// device as a draft (drafts.js) and is offered again. One request at a time, so that none overtakes another.
import { find } from "./find.js";
import { note, put, read, write } from "./drafts.js";
import { announce } from "./live.js";

const PAUSE = 2500; // ms without a key
const AGAIN = 15000; // ms until another try
const LONGEST = 20000; // ms until a request counts as lost

export function enhance(root) {
  for (const form of find(root, "form[data-autosave]")) new Autosave(form);
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.area = form.querySelector("textarea[data-draft-key]");
    this.line = form.querySelector("[data-autosave-said]");
    this.saved = JSON.stringify([form.elements.title.defaultValue.trim(), this.area.defaultValue.trim()]);
    this.refused = null; // what waits for somebody to press the button
    this.unsure = null; // what was sent and never answered
    this.offer();
    form.addEventListener("input", () => this.later(PAUSE));
    form.addEventListener("submit", () => this.stop());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save({ leaving: true });
    });
    addEventListener("online", () => this.save());
    if (this.area.value !== this.area.defaultValue) this.later(PAUSE); // a draft was put back
  }

  content() {
    return JSON.stringify([this.form.elements.title.value.trim(), this.area.value.trim()]);
  }

  later(wait) {
    clearTimeout(this.wait);
    if (!this.stopped) this.wait = setTimeout(() => this.save(), wait);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.wait);
  }

  /** What is on this device and not on the server. An empty place is filled by drafts.js. */
  offer() {
    const draft = read(this.area.dataset.draftKey);
    const there = this.area.value.trim();
    if (!draft || !there) return;
    if (draft.text.trim() === there) {
      write(this.area.dataset.draftKey, null);
      return;
    }
    note(this.area, "This device has words of yours that could not be saved. ", {
      "Put them back": () => put(this.area, draft.text),
      "Leave them out": () => write(this.area.dataset.draftKey, null),
    });
  }

  async save({ leaving = false } = {}) {
    const content = this.content();
    if (this.stopped || this.busy || [this.saved, this.refused].includes(content) || !this.area.value.trim()) return;
    this.busy = true;
    this.unsure = content;
    let wait = PAUSE;
    try {
      const answer = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body: new FormData(this.form),
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: leaving,
        signal: AbortSignal.timeout(LONGEST),
      });
      wait = await this.answered(answer, content);
    } catch {
      wait = this.failed("Not saved. What you write is kept on this device, and we try again.");
    }
    this.busy = false;
    if (this.content() !== this.saved) this.later(wait);
  }

  /** Does what the answer asks for; returns how long to wait until the next, in ms. */
  async answered(answer, content) {
    if (answer.type === "opaqueredirect") {
      return this.failed("Not saved: you are signed out. What you write is kept on this device.");
    }
    if (![200, 409, 422].includes(answer.status)) throw new Error(answer.status);
    const said = await answer.json();
    if (answer.status === 409) return this.elsewhere(said);
    if (answer.status === 200) this.kept(said, content);
    else this.waits(said, content);
    return PAUSE;
  }

  kept(said, content) {
    this.unsure = null;
    const first = this.lost || !this.shown;
    this.lost = false;
    this.saved = content;
    this.settle(said);
    if (this.content() === content) write(this.area.dataset.draftKey, null);
    this.say(said.said, first);
  }

  /** From now on this form changes what it has made: a page that is opened again goes on there. */
  settle(said) {
    const before = this.area.dataset.draftKey;
    if (before !== said.draft) {
      write(before, null);
      this.area.dataset.draftKey = said.draft;
      history.replaceState(history.state, "", said.edit);
    }
    this.form.elements.version.value = said.version;
    this.form.action = said.edit;
    this.form.dataset.autosave = said.autosave;
  }

  waits(said, content) {
    this.refused = content;
    write(this.area.dataset.draftKey, { text: this.area.value, at: Date.now() });
    this.say(said.said, this.shown !== said.said, true);
  }

  /** Either our own words, of which we never heard that they had arrived, or those of another window. */
  elsewhere(said) {
    if (this.tried?.has(JSON.stringify([said.title, said.text]))) {
      this.saved = JSON.stringify([said.title, said.text]);
      this.settle(said);
      return 0;
    }
    this.stop();
    this.form.action = said.edit;
    write(this.area.dataset.draftKey, { text: this.area.value, at: Date.now() });
    this.say(said.said, true, true);
    return AGAIN;
  }

  failed(text) {
    this.tried = (this.tried || new Set()).add(this.unsure);
    const first = !this.lost;
    this.lost = true;
    write(this.area.dataset.draftKey, { text: this.area.value, at: Date.now() });
    this.say(text, first, true);
    return AGAIN;
  }

  /** Shown each time; said aloud only when it is news. */
  say(text, aloud, wrong = false) {
    this.shown = text;
    this.line.hidden = false;
    this.line.textContent = text;
    this.line.classList.toggle("p-autosave--wrong", wrong);
    if (aloud) announce(text);
  }
}
