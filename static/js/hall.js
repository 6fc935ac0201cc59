// The meeting room saves by itself. When a save does not get through, the page says so, keeps
// what was typed, and tries once more when the network is back.
(() => {
  "use strict";
  const waiting = new Set();

  function note(text) {
    const place = document.getElementById("refusal");
    if (!place) return;
    let box = place.querySelector("[data-lost]");
    if (!text) return box?.remove();
    if (!box) {
      box = document.createElement("div");
      box.className = "errors";
      box.setAttribute("role", "alert");
      box.dataset.lost = "";
      place.append(box);
    }
    box.textContent = text;
  }

  const formOf = (event) => event.detail.requestConfig?.elt.closest("form");

  function lost(event) {
    const form = formOf(event);
    if (form) waiting.add(form);
    note("没存上，网络断了。写的都还在这一页，先别关，网好了会再存一次。");
  }
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:timeout", lost);

  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 422) return;
    note(status === 403 || status === 401
      ? "没存上：登录过期了。把写的抄下来，再重新登录。"
      : "没存上，再试一次；还不行就刷新页面看看。");
  });

  document.addEventListener("htmx:afterOnLoad", (event) => {
    // signed out meanwhile: the answer is the sign-in page, not the room
    if (event.detail.xhr.responseURL.includes("/account/login/")) {
      note("没存上：登录过期了。把写的抄下来，再重新登录。");
      return;
    }
    waiting.delete(formOf(event));
    if (!waiting.size) note("");
  });

  window.addEventListener("online", () => {
    // a position and the draft are saved anew; a new task is sent again by the person
    for (const form of waiting) {
      const saves = form.matches("[hx-trigger]") ? form : form.querySelector("textarea[hx-post]");
      saves?.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (waiting.size) event.preventDefault();
  });
})();
