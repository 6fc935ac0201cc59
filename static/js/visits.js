// The round: the form of a minute stands on the page itself, so that any of its doors can be
// written down without a signal. Without this script the buttons lead to the form's own page.
(() => {
  "use strict";
  // ask for the reason only where nobody was met
  for (const form of document.querySelectorAll("form.minute")) {
    const reasons = [...form.elements].filter((one) => one.name === "missed");
    const look = () => {
      const missed = form.elements.state.value === "missed";
      for (const one of reasons) one.required = missed;
    };
    form.addEventListener("change", look);
    form.addEventListener("reset", () => setTimeout(look));
    look();
  }

  const box = document.getElementById("quick");
  const form = box?.querySelector("form");
  const rows = new Map();
  for (const row of document.querySelectorAll("[data-visit]")) rows.set(row.dataset.visit, row);
  let open = null;

  function mark(row, name, words) {
    if (!row || (row.dataset.state === "sent" && name !== "sent")) return;
    row.dataset.state = name;
    const said = row.querySelector("[data-said]");
    if (said) said.textContent = words;
  }

  if (box?.showModal) {
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-quick]");
      if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open = button.closest("[data-visit]");
      form.reset();
      say("");
      form.action = open.dataset.visit;
      document.dispatchEvent(new CustomEvent("tongxin:renew", { detail: form }));
      box.querySelector("[data-door]").textContent = open.querySelector("[data-door]").textContent;
      box.querySelector("[data-name]").textContent = open.querySelector("[data-name]")?.textContent ?? "";
      box.querySelector("[data-whole]").href = open.dataset.visit;
      box.showModal();
    });
    box.querySelector("[data-close]").addEventListener("click", () => box.close());
  }

  function say(words) {
    const place = form?.querySelector("[data-refused]");
    if (!place) return;
    place.textContent = words;
    place.hidden = !words;
    if (words) place.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("tongxin:sent", ({ detail }) => {
    if (detail.form !== form || detail.fields.state === "help") {
      location.assign(detail.url);
      return;
    }
    mark(rows.get(new URL(form.action).pathname), "sent", "记下了");
    box.close();
    document.dispatchEvent(new CustomEvent("tongxin:say", { detail: "记下了。" }));
    focusNext();
  });
  document.addEventListener("tongxin:kept", ({ detail }) => {
    if (detail.form === form) {
      box.close();
      focusNext();
      return;
    }
    const done = document.getElementById("kept");
    if (done) {
      detail.form.hidden = true;
      done.hidden = false;
      done.focus();
    }
  });
  document.addEventListener("tongxin:refused", ({ detail }) => {
    if (detail.form === form) return say(detail.errors.join(""));
    const place = detail.form.querySelector("[data-refused]");
    place.textContent = detail.errors.join("");
    place.hidden = false;
    place.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("tongxin:outbox", ({ detail }) => {
    for (const [url, row] of rows) {
      if (detail.waiting.includes(url)) mark(row, "kept", "留在手机上");
      else if (row.dataset.state === "kept") mark(row, "", "");
    }
  });
  document.addEventListener("tongxin:arrived", ({ detail }) => {
    mark(rows.get(detail.url), "sent", "记下了");
    document.dispatchEvent(new CustomEvent("tongxin:say", { detail: "刚才留着的走访，发出去了。" }));
    const kept = document.querySelector("#kept [data-page]");
    if (kept && new URL(document.querySelector("form.minute").action).pathname === detail.url) {
      kept.href = detail.page;
      kept.hidden = false;
    }
  });
  function focusNext() {
    const left = [...rows.values()].find((row) => !row.dataset.state);
    left?.querySelector("[data-quick]")?.focus({ preventScroll: true });
  }
})();
