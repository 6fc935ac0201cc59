// Small acts every page may have. Without JavaScript each page still works.
(() => {
  "use strict";
  const store = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } },
  };
  if (store.get("large") === "1") document.documentElement.classList.add("large");

  document.addEventListener("click", async (event) => {
    const hit = (name) => event.target.closest(`[${name}]`);
    if (hit("data-print")) window.print();
    if (hit("data-shut")) hit("data-shut").closest("[data-message]")?.remove();
    const copy = hit("data-copy");
    if (copy) {
      try {
        await navigator.clipboard.writeText(copy.dataset.copy);
      } catch {
        const box = Object.assign(document.createElement("textarea"), { value: copy.dataset.copy });
        document.body.append(box);
        box.select();
        document.execCommand("copy");
        box.remove();
      }
      say(copy.dataset.done || "复制好了");
    }
    if (hit("data-large")) {
      const on = document.documentElement.classList.toggle("large");
      store.set("large", on ? "1" : "0");
      named();
    }
    // a menu closes when one clicks elsewhere
    for (const menu of document.querySelectorAll("details[data-menu][open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });

  // 大字版 says what a press brings: the normal size when the large one is on
  function named() {
    const on = document.documentElement.classList.contains("large");
    for (const button of document.querySelectorAll("[data-large]")) {
      button.dataset.words ||= button.textContent;
      button.textContent = on ? "普通字" : button.dataset.words;
      button.setAttribute("aria-pressed", String(on));
      button.hidden = false;
    }
  }
  named();

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // a select or box with data-auto sends its form (filters); the button stays for others
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-auto]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-all]"))
      for (const box of document.querySelectorAll(`input[name="${event.target.dataset.all}"]`)) {
        box.checked = event.target.checked;
        box.closest("tr")?.classList.toggle("is-sel", box.checked);
      }
    count();
  });

  // the bar over a list appears when rows are chosen and says how many
  function count() {
    for (const bar of document.querySelectorAll("[data-bulk]")) {
      const boxes = document.querySelectorAll(`input[name="${bar.dataset.bulk}"]`);
      const chosen = [...boxes].filter((box) => box.checked).length;
      for (const box of boxes) box.closest("tr")?.classList.toggle("is-sel", box.checked);
      bar.hidden = chosen === 0;
      const words = bar.querySelector("[data-chosen]");
      if (words) words.textContent = `选中 ${chosen} 件`;
    }
  }

  // how many characters are left in a textarea with maxlength and data-count="id"
  function left(area) {
    const words = document.getElementById(area.dataset.count);
    if (words) words.textContent = `${[...area.value].length} / ${area.maxLength} 字`;
  }
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-count]")) left(event.target);
  });

  // a form is sent once
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method.toLowerCase() !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  function say(text) {
    const list = document.getElementById("messages");
    if (!list) return;
    const note = document.createElement("div");
    note.className = "message";
    note.dataset.message = "";
    const words = document.createElement("p");
    words.textContent = text;
    note.append(words);
    list.append(note);
    setTimeout(() => note.remove(), 5000);
  }
  document.addEventListener("tongxin:say", (event) => say(event.detail));

  document.querySelector("[data-focus]")?.focus();
  for (const area of document.querySelectorAll("textarea[data-count]")) left(area);
  count();
  // plain news goes by itself; what can be undone, and what went wrong, stays longer
  for (const note of document.querySelectorAll("[data-message]:not(.error-note)"))
    setTimeout(() => note.remove(), note.querySelector("[data-undo]") ? 30000 : 8000);

  // a row of tabs that is wider than the screen: the current one in view, faded where it goes on
  for (const row of document.querySelectorAll("[data-tabs]")) {
    const fade = () => {
      row.classList.toggle("is-cut-start", row.scrollLeft > 4);
      row.classList.toggle("is-cut-end", row.scrollLeft + row.clientWidth < row.scrollWidth - 4);
    };
    const here = row.querySelector("[aria-current]");
    if (here) {
      const off = here.getBoundingClientRect().left - row.getBoundingClientRect().left;
      row.scrollLeft += off - (row.clientWidth - here.offsetWidth) / 2;
    }
    row.addEventListener("scroll", fade, { passive: true });
    addEventListener("resize", fade);
    fade();
  }
})();
