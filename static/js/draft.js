// What was typed is not lost. A form[data-draft="key"] keeps its words in this browser until the
// page after it says [data-draft-done="key"]. Photos are kept by photos.js under the same key.
// Without a connection nothing is sent behind the person's back: the page says so and they send
// again themselves.
(() => {
  "use strict";
  const PREFIX = "draft:";
  const KEPT_DAYS = 7;
  const skip = (field) => !field.name || field.disabled || field.matches("[type=hidden], [type=file], [type=password], [data-no-draft]") || field.closest(".honey");

  function read(key) {
    try {
      const kept = JSON.parse(localStorage.getItem(PREFIX + key));
      return kept && Date.now() - kept.at < KEPT_DAYS * 864e5 ? kept.values : null;
    } catch { return null; }
  }
  function write(key, values) {
    try { localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values })); } catch { /* full or private */ }
  }
  function forget(key) {
    try { localStorage.removeItem(PREFIX + key); } catch { /* private */ }
    document.dispatchEvent(new CustomEvent("tongxin:forget", { detail: key }));
  }

  function collect(form) {
    const values = {};
    for (const field of form.elements) {
      if (skip(field)) continue;
      if (field.type === "radio") { if (field.checked) values[field.name] = field.value; }
      else if (field.type === "checkbox") (values[field.name] ||= []).push(...(field.checked ? [field.value] : []));
      else if (field.value) values[field.name] = field.value;
    }
    return values;
  }
  function restore(form, values) {
    let changed = false;
    for (const field of form.elements) {
      if (skip(field) || !(field.name in values)) continue;
      const kept = values[field.name];
      if (field.type === "radio" || field.type === "checkbox") {
        const on = field.type === "radio" ? kept === field.value : kept.includes(field.value);
        changed ||= on !== field.checked;
        field.checked = on;
      } else if (!field.value || field.tagName === "SELECT") {
        changed ||= field.value !== kept;
        field.value = kept;
      }
    }
    return changed;
  }

  for (const done of document.querySelectorAll("[data-draft-done]")) forget(done.dataset.draftDone);

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = form.dataset.draft;
    // after a refused form the server has kept the words already
    const refused = form.querySelector("[aria-invalid=true]") || document.querySelector(".errors");
    const kept = read(key);
    if (kept && !refused && restore(form, kept)) {
      const note = document.createElement("p");
      note.className = "draft-note";
      note.setAttribute("role", "status");
      note.append("上次没写完的，给您留着。");
      const fresh = Object.assign(document.createElement("button"), { type: "button", textContent: "重新写" });
      fresh.addEventListener("click", () => { form.reset(); forget(key); note.remove(); });
      note.append(fresh);
      form.prepend(note);
      for (const area of form.querySelectorAll("textarea")) area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    let timer;
    const keep = () => { clearTimeout(timer); timer = setTimeout(() => write(key, collect(form)), 250); };
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    window.addEventListener("pagehide", () => write(key, collect(form)));
    form.addEventListener("submit", (event) => {
      write(key, collect(form));
      if (navigator.onLine === false) {
        event.preventDefault();
        event.stopImmediatePropagation();
        offline(true);
        document.querySelector(".offline-note")?.focus();
      }
    }, true);
  }

  // the connection, said kindly
  function offline(gone) {
    let note = document.querySelector(".offline-note");
    if (gone && !note) {
      note = document.createElement("div");
      note.className = "offline-note";
      note.tabIndex = -1;
      note.setAttribute("role", "status");
      note.textContent = document.querySelector("form[data-draft]")
        ? "网络断了。您写的都留在这台手机上，等网络好了再按一次就行。"
        : "网络断了，等一等再试。";
      document.body.prepend(note);
    } else if (!gone && note) {
      note.remove();
      document.dispatchEvent(new CustomEvent("tongxin:say", { detail: "网络好了，可以接着办。" }));
    }
  }
  window.addEventListener("offline", () => offline(true));
  window.addEventListener("online", () => offline(false));
  if (navigator.onLine === false) offline(true);
})();
