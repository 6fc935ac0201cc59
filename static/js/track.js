// A kept link is /track/#CODE: what stands behind # never reaches the server in an address.
// It moves into the field and out of the address, and the form is posted.
(() => {
  "use strict";
  const form = document.querySelector("form[data-track]");
  const field = form?.querySelector("[data-track-code]");
  function take() {
    let code = location.hash.slice(1);
    try { code = decodeURIComponent(code); } catch { /* typed by hand */ }
    if (!field || !/^[0-9A-Za-z -]{16,40}$/.test(code)) return;
    history.replaceState(null, "", location.pathname);
    field.value = code;
    form.requestSubmit();
  }
  window.addEventListener("hashchange", take);
  take();
})();
