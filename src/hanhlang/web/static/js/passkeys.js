// Passkeys: forms with data-passkey="make" or "use" ask the device and then go as any form does.
// Without JavaScript, or where the browser knows no passkeys, such forms stay hidden.
"use strict";

(() => {
  if (!window.PublicKeyCredential) return;

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function make({ publicKey }) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        user: { ...publicKey.user, id: bytes(publicKey.user.id) },
        excludeCredentials: named(publicKey.excludeCredentials),
        // One that signs in by itself: it knows whose it is and asks who holds it.
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      },
    });
    const { clientDataJSON, attestationObject } = made.response;
    const transports = made.response.getTransports ? made.response.getTransports() : [];
    return about(made, { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject), transports });
  }

  async function use({ publicKey }) {
    const used = await navigator.credentials.get({
      publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: named(publicKey.allowCredentials) },
    });
    const { clientDataJSON, authenticatorData, signature, userHandle } = used.response;
    return about(used, {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    });
  }

  function about(credential, response) {
    const said = { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
    return { ...said, authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults() };
  }

  async function options(form) {
    if (form.dataset.ask) {
      const answer = await fetch(form.dataset.ask, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(`passkey: ${answer.status}`);
      return (await answer.json()).request_options;
    }
    const given = JSON.parse(document.getElementById("passkey-options").textContent);
    return given.creation_options || given.request_options;
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const failed = form.querySelector("[data-passkey-failed]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const work = form.dataset.passkey === "make" ? make : use;
        form.elements.credential.value = JSON.stringify(await work(await options(form)));
      } catch {
        failed.hidden = false;
        return;
      }
      form.submit();
    });
  }
  for (const note of document.querySelectorAll("[data-passkey-missing]")) note.hidden = true;
})();
