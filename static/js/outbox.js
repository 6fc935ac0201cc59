// Forms that may wait for a signal. A form[data-outbox="走访"] is kept on this phone first and then
// sent; without a connection it is sent later by itself, from whichever page is open then. Its
// field `token` makes it one act however often it is sent. Kept are the address of the form and
// what was chosen and typed, sealed with a key that only a signed-in page has; it is forgotten as
// soon as it has arrived. Without this script the forms are sent like any other.
(() => {
  "use strict";
  const { user, key, token } = document.currentScript.dataset;
  const PREFIX = "outbox:";
  const EVERY = 30_000, PATIENCE = 20_000;
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`tongxin:${name}`, { detail }));
  let state = "";  // "", "offline", "sign-in"
  let sending = null;

  // ---- what is kept
  function items() {
    const found = [];
    try {
      for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX)))
        try { found.push({ ...JSON.parse(localStorage.getItem(name)), name }); } catch { /* not ours */ }
    } catch { /* private window: nothing can be kept */ }
    return found.sort((a, b) => a.at - b.at);
  }
  const mine = () => items().filter((item) => item.user === user);
  const put = ({ name, ...item }) => localStorage.setItem(name, JSON.stringify(item));
  const drop = (item) => localStorage.removeItem(item.name);

  // ---- sealed with the key of this person; browsers offer it on https and on localhost
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const text = (some) => btoa(String.fromCharCode(...new Uint8Array(some)));
  const raw = () => Uint8Array.from(key.match(/../g), (hex) => parseInt(hex, 16));
  const aes = () => crypto.subtle.importKey("raw", raw(), "AES-GCM", false, ["encrypt", "decrypt"]);
  async function seal(fields) {
    if (!window.crypto?.subtle) return { fields };
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(fields));
    return { iv: text(iv), sealed: text(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await aes(), plain)) };
  }
  async function unseal(item) {
    if (item.fields) return item.fields;
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(item.iv) }, await aes(), bytes(item.sealed));
    return JSON.parse(new TextDecoder().decode(plain));
  }

  // ---- keep
  function fresh() {
    if (window.crypto?.randomUUID) return crypto.randomUUID();
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
  document.addEventListener("tongxin:renew", (event) => { event.detail.elements.token.value = fresh(); });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-outbox]")) return;
    event.preventDefault();  // before acts.js: pressing twice is the same token
    if (form.dataset.keeping) return;
    form.dataset.keeping = "1";
    const fields = Object.fromEntries(new FormData(form));
    delete fields.csrfmiddlewaretoken;
    if (!fields.at) fields.at = new Date().toISOString();  // when it was, not when it arrives
    if (!fields.token) fields.token = fresh();
    const url = new URL(form.action).pathname;
    const item = { name: PREFIX + fields.token, user, url, what: form.dataset.outbox, at: Date.now(), ...(await seal(fields)) };
    try {
      put(item);
    } catch {
      return form.submit();  // no room to keep it: send it as forms are sent
    }
    draw();
    const came = await flush(item);
    delete form.dataset.keeping;
    const detail = { form, url, token: fields.token, fields, ...came };
    if (came.url) { tell("sent", detail); again(); }
    else if (came.errors) { drop(item); tell("refused", detail); }
    else tell("kept", detail);
    draw();
  }, true);

  // ---- send
  async function send(item) {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(item.url, {
        method: "POST", body: new URLSearchParams(await unseal(item)), redirect: "manual", signal: stop.signal,
        headers: { "X-CSRFToken": token, "X-Outbox": "1", Accept: "application/json" },
      });
      if (answer.status === 201) { drop(item); state = ""; return { url: (await answer.json()).url }; }
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) { state = "sign-in"; return {}; }
      if (answer.status === 422) { state = ""; return { errors: (await answer.json()).errors }; }
      if (answer.status === 404) { state = ""; return { errors: ["这一户现在打不开，可能已经迁出，或不归您管了。"] }; }
      state = "offline";
      return {};
    } catch (error) {
      if (error.name === "OperationError") return { errors: ["这一次的内容打不开了。"] };
      state = "offline";
      return {};
    } finally {
      clearTimeout(clock);
    }
  }
  async function flush(wanted) {
    while (sending) await sending;
    let came = {};
    sending = (async () => {
      for (const item of wanted ? [wanted] : mine().filter((one) => !one.errors)) {
        const answer = await send(item);
        if (wanted) came = answer;
        else if (answer.url) tell("arrived", { url: item.url, page: answer.url });
        else if (answer.errors) put({ ...item, errors: answer.errors });
        if (state) break;
      }
    })();
    await sending;
    sending = null;
    draw();
    return came;
  }
  const again = () => { if (mine().some((item) => !item.errors)) flush(); };
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
  setInterval(again, EVERY);

  // ---- say
  const make = (tag, facts = {}, ...inside) => { const one = Object.assign(document.createElement(tag), facts); one.append(...inside); return one; };
  function draw() {
    const kept = items();
    const own = kept.filter((item) => item.user === user);
    const waiting = own.filter((item) => !item.errors);
    let bar = document.getElementById("outbox");
    if (!kept.length) { bar?.remove(); return tell("outbox", { waiting: [] }); }
    if (!bar) {
      bar = make("section", { id: "outbox", className: "outbox" });
      bar.setAttribute("aria-label", "还没发出的");
      bar.setAttribute("role", "status");
      document.getElementById("main")?.before(bar);
    }
    const lines = [];
    if (waiting.length) {
      const words = make("p", {}, make("b", {}, `还有 ${waiting.length} 次${waiting[0].what}没发出。`));
      if (state === "sign-in") {
        const next = encodeURIComponent(location.pathname + location.search);
        words.append("登录过期了，", make("a", { href: `/account/login/?next=${next}` }, "重新登录"), "就会发出，内容留着。");
        lines.push(words);
      } else {
        words.append("都留在这台手机上，有信号就自己发，不用再记。");
        const now = make("button", { type: "button", className: "btn btn-s", textContent: "现在发" });
        now.addEventListener("click", () => flush());
        lines.push(words, now);
      }
    }
    for (const item of own.filter((one) => one.errors)) {
      const away = make("button", { type: "button", className: "btn btn-s", textContent: "不要了" });
      away.addEventListener("click", () => { drop(item); draw(); });
      const where = make("a", { href: item.url }, "打开那一户");
      lines.push(make("p", { className: "late" }, `有一次${item.what}没记成：${item.errors.join("")}`, where), away);
    }
    const others = kept.length - own.length;
    if (others) lines.push(make("p", {}, `这台手机上还有别人没发出的 ${others} 次，等他本人登录再发。`));
    bar.replaceChildren(...lines);
    tell("outbox", { waiting: waiting.map((item) => item.url) });
  }

  // ---- signing out empties this browser: say so while something is unsent
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.action.includes("/account/logout/") || form.dataset.sure) return;
    const kept = items().length;
    if (!kept) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const stay = make("button", { className: "btn btn-main", value: "stay", textContent: "先不退出" });
    const leave = make("button", { className: "btn", value: "leave", textContent: "不要了，退出" });
    const title = make("h2", { id: "outbox-leave", textContent: `还有 ${kept} 次没发出` });
    const box = make("dialog", { className: "outbox-leave" }, make("form", { method: "dialog" }, title,
      make("p", {}, "退出会清空这台手机上留着的内容，没发出的就没有了。等有了信号，发出去再退出。"), make("div", { className: "btn-row" }, stay, leave)));
    box.setAttribute("aria-labelledby", "outbox-leave");
    box.addEventListener("close", () => {
      box.remove();
      if (box.returnValue === "leave") { form.dataset.sure = "1"; form.requestSubmit(); }
    });
    document.body.append(box);
    box.showModal();
    again();
  }, true);

  draw();
  again();
})();
