// 楼栋图: filter by kind, choose a home, walk with the arrow keys; without it every step is a link.
(() => {
  "use strict";
  const front = document.querySelector("[data-front]");
  const house = front?.querySelector(".house");
  if (!house) return;
  const all = (selector, root = front) => [...root.querySelectorAll(selector)];
  const cells = all("a.h");
  const keyOf = (cell) => new URLSearchParams(cell.search).get("home");
  const ring = house.querySelector("[data-ring]");
  const query = new URLSearchParams(location.search);
  let kind = query.get("kind") || "";
  let chosen = front.querySelector(".h.is-sel");

  // ----- one entrance at a time on a phone
  const tabs = front.querySelector("[data-tabs]");
  if (tabs) tabs.hidden = false;
  house.classList.add("js-tabs");
  if (!house.querySelector(".ent.is-shown")) showEntrance(house.querySelector(".ent")?.dataset.stair);

  function showEntrance(key) {
    for (const part of all(".ent, .door")) part.classList.toggle("is-shown", (part.dataset.stair || part.dataset.door) === key);
    for (const tab of all("[data-entrance]")) {
      const yes = tab.dataset.entrance === key;
      tab.classList.toggle("is-on", yes);
      tab.setAttribute("aria-pressed", yes);
    }
    circle();
  }

  tabs?.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-entrance]");
    if (tab) showEntrance(tab.dataset.entrance);
  });

  // ----- the red circle lies round the chosen home
  function circle() {
    if (!ring || !chosen || chosen.offsetParent === null) return ring?.setAttribute("hidden", "");
    const home = chosen.getBoundingClientRect();
    const box = house.getBoundingClientRect();
    const out = Math.max(12, home.width * 0.13);
    const up = Math.max(8, Math.min(15, home.height * 0.4));
    ring.removeAttribute("hidden");
    Object.assign(ring.style, {
      left: `${home.left - box.left - out}px`,
      top: `${home.top - box.top - up}px`,
      width: `${home.width + out * 2}px`,
      height: `${home.height + up * 2}px`,
    });
  }

  function address() {
    const fresh = new URLSearchParams();
    if (kind) fresh.set("kind", kind);
    if (chosen) fresh.set("home", keyOf(chosen));
    return fresh.size ? `?${fresh}` : location.pathname;
  }

  function filter(chip) {
    kind = chip.dataset.kind === kind ? "" : chip.dataset.kind;
    front.classList.toggle("is-filtered", Boolean(kind));
    for (const other of all(".kf")) {
      const yes = other.dataset.kind === kind;
      front.classList.toggle(`c-${other.dataset.colour}`, yes);
      other.classList.toggle("is-on", yes);
      if (yes) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    }
    if (kind) front.classList.add(`c-${chip.dataset.colour}`);
    for (const cell of cells) cell.classList.toggle("is-hit", Boolean(kind) && cell.dataset.k.split(" ").includes(kind));
    const note = front.querySelector("[data-hit-note]");
    note.hidden = !kind;
    note.lastElementChild.textContent = `${chip.querySelector("span").textContent} ${chip.dataset.homes} 户`;
    history.replaceState(null, "", address());
  }

  // ----- the panel of a home: its own page's part
  async function loadPanel(cell) {
    const panel = document.getElementById("home-panel");
    panel.classList.add("is-loading");
    const own = `/map/homes/${keyOf(cell)}/`;
    for (const [url, target] of [[own, "home-panel"], [address(), "home-panel"]]) {
      try {
        const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": target }, credentials: "same-origin" });
        if (!answer.ok || answer.redirected) continue;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("home-panel");
        if (!fresh) continue;
        const now = document.getElementById("home-panel");
        now.replaceWith(document.adoptNode(fresh));
        window.htmx?.process(fresh);
        if (matchMedia("(max-width: 1100px)").matches) fresh.scrollIntoView({ block: "start", behavior: "smooth" });
        return;
      } catch {
        break;
      }
    }
    location.assign(address());
  }

  function choose(cell) {
    if (chosen) {
      chosen.classList.remove("is-sel");
      chosen.removeAttribute("aria-current");
    }
    chosen = cell;
    cell.classList.add("is-sel");
    cell.setAttribute("aria-current", "true");
    stop(cell);
    const stair = cell.closest(".ent").dataset.stair;
    if (cell.offsetParent === null) showEntrance(stair);
    circle();
    history.replaceState(null, "", address());
    loadPanel(cell);
  }

  front.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const chip = event.target.closest("a.kf");
    const cell = event.target.closest("a.h");
    const pick = event.target.closest("a[data-pick]");
    const picked = pick && cells.find((one) => keyOf(one) === pick.dataset.pick);
    if (!chip && !cell && !picked) return;
    event.preventDefault();
    if (chip) filter(chip);
    else choose(cell || picked);
  });

  // ----- arrows walk from home to home; Tab leaves the house
  function stop(cell) {
    for (const other of cells) other.tabIndex = other === cell ? 0 : -1;
  }
  stop(chosen || cells[0]);

  house.addEventListener("keydown", (event) => {
    const here = event.target.closest("a.h");
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!here || !way) return;
    event.preventDefault();
    const from = here.getBoundingClientRect();
    const x = from.left + from.width / 2;
    const y = from.top + from.height / 2;
    let best = null;
    let least = Infinity;
    for (const cell of cells) {
      if (cell === here || cell.offsetParent === null) continue;
      const box = cell.getBoundingClientRect();
      const dx = box.left + box.width / 2 - x;
      const dy = box.top + box.height / 2 - y;
      const along = dx * way[0] + dy * way[1];
      const across = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      if (along < 4) continue;
      const far = along + across * 6;
      if (far < least) [best, least] = [cell, far];
    }
    if (!best) return;
    stop(best);
    best.focus();
  });

  addEventListener("resize", circle);
  document.fonts?.ready.then(circle);
  circle();
  if (chosen) loadPanel(chosen);
  front.dataset.ready = "true";
})();
