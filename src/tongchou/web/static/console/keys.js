// Security keys: asks the browser, puts its answer into the form, sends the form.
"use strict";

const bytes = (text) => {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
};
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function readable(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of ["excludeCredentials", "allowCredentials"])
    if (options[list]) for (const one of options[list]) one.id = bytes(one.id);
  return options;
}

function sendable(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function ask(form) {
  const failed = form.querySelector("[data-key-failed]");
  failed.hidden = true;
  try {
    const publicKey = readable(JSON.parse(form.dataset.options));
    const credential = await navigator.credentials[form.dataset.key]({ publicKey });
    form.elements.answer.value = JSON.stringify(sendable(credential));
    form.requestSubmit();
  } catch {
    failed.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-key]")) {
  if (!window.PublicKeyCredential) {
    const missing = form.querySelector("[data-key-missing]");
    if (missing) missing.hidden = false;
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    continue;
  }
  // Before the form counts as sent: the answer of the key has to come first.
  form.addEventListener(
    "submit",
    (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(form);
    },
    true,
  );
}
