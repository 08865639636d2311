// Passkeys need a script: the browser alone can ask the device. A form with data-passkey="hoi" signs in or proves, one with "moi" makes a new
// one; what the device signed goes into its field "credential", and the form is sent as any other. Without this script the forms stay hidden.
const can = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
for (const form of can ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  form.addEventListener("submit", async event => {
    if (form.elements.credential.value) { return; }
    event.preventDefault();
    const what = form.dataset.passkey;
    const failed = form.querySelector("[data-failed]");
    if (failed) { failed.hidden = true; }
    try {
      const answer = await fetch("/khoa-may/" + what, {
        method: "POST",
        headers: { RequestVerificationToken: form.elements.__RequestVerificationToken.value },
      });
      if (!answer.ok) { throw new Error(String(answer.status)); }
      const options = await answer.json();
      const credential = what === "moi"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      if (failed) { failed.hidden = false; }
    }
  });
}
