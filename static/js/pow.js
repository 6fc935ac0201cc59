// Proof of work for a form the server is not sure about. form[data-challenge] carries a signed
// ALTCHA challenge (second protocol, PBKDF2/SHA-256, see stations/foundation/proof_of_work.py);
// the answer goes into <input type=hidden name=altcha>. Nobody reads crooked letters. When it
// cannot be solved here the form is sent without an answer, and the server decides.
(() => {
  "use strict";
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  async function solve({ algorithm, cost, keyLength, keyPrefix, nonce, salt }) {
    const hash = algorithm.split("/")[1];
    const front = bytes(nonce);
    const salted = bytes(salt);
    const started = performance.now();
    const attempt = async (counter) => {
      const word = new Uint8Array(front.length + 4);
      word.set(front);
      new DataView(word.buffer).setUint32(front.length, counter);
      const key = await crypto.subtle.importKey("raw", word, "PBKDF2", false, ["deriveBits"]);
      const found = hex(await crypto.subtle.deriveBits({ name: "PBKDF2", hash, salt: salted, iterations: cost }, key, keyLength * 8));
      return found.startsWith(keyPrefix) ? { counter, derivedKey: found, time: Math.round(performance.now() - started) } : null;
    };
    const side = 8; // as many at once as keep the processor busy and the page alive
    for (let from = 0; performance.now() - started < 60000; from += side) {
      const tries = Array.from({ length: side }, (_, index) => attempt(from + index));
      const found = (await Promise.all(tries)).find(Boolean);
      if (found) return found;
    }
    return null;
  }

  for (const form of document.querySelectorAll("form[data-challenge]")) {
    const answer = form.querySelector("input[name=altcha]");
    let challenge;
    try { challenge = JSON.parse(form.dataset.challenge); } catch { continue; }
    if (!answer || !challenge?.parameters || !window.crypto?.subtle) continue;
    let ready = false;
    const work = solve(challenge.parameters)
      .then((solution) => { if (solution) answer.value = btoa(JSON.stringify({ challenge, solution })); })
      .catch(() => { /* sent without; the server decides */ })
      .then(() => { ready = true; });
    form.addEventListener("submit", (event) => {
      if (ready || event.defaultPrevented) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const button = event.submitter || form.querySelector("[type=submit]");
      const words = button?.textContent;
      if (button) { button.disabled = true; button.textContent = "正在送，请稍等……"; }
      Promise.race([work, new Promise((resolve) => setTimeout(resolve, 20000))]).then(() => {
        ready = true;
        if (button) { button.disabled = false; button.textContent = words; }
        form.requestSubmit(button?.type === "submit" ? button : undefined);
      });
    }, true);
  }
})();
