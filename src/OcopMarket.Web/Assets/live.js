// A part of a page that moves (data-live names its address) is fetched again every two seconds; when nothing moves any more, the page is
// loaded once more; so it is when the session is over. Without this script the page has a link that does the same by hand.
// A part that says how a form stands (data-check names its address, data-form the form) is asked for again shortly after something was typed.
for (const part of document.querySelectorAll("[data-check]")) {
  const form = document.getElementById(part.dataset.form);
  let turn = 0, pause;
  form?.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(check, 500); });
  async function check() {
    const mine = ++turn;
    try {
      const answer = await fetch(part.dataset.check, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "text/html" } });
      const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
      if (fresh && mine === turn) { part.replaceChildren(...fresh.body.childNodes); }
    } catch {
      // No network for a moment: what is typed next asks again.
    }
  }
}
// Files that are larger together than their page takes (data-most, in bytes) are told of before they travel.
for (const form of document.querySelectorAll("form[data-most]")) {
  form.addEventListener("change", () => {
    const inputs = [...form.querySelectorAll("input[type=file]")];
    const size = inputs.flatMap(i => [...i.files]).reduce((sum, file) => sum + file.size, 0);
    inputs.at(-1).setCustomValidity(size > Number(form.dataset.most) ? form.dataset.tooLarge : "");
  });
}
const parts = document.querySelectorAll("[data-live]");
document.querySelectorAll("[data-without-script]").forEach(e => { e.hidden = true; });
for (const part of parts) {
  const again = () => setTimeout(refresh, 2000);
  async function refresh() {
    if (document.hidden) { again(); return; }
    try {
      const answer = await fetch(part.dataset.live, { headers: { Accept: "text/html" } });
      if (answer.status === 204 || answer.status === 401) { location.reload(); return; }
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        part.replaceChildren(...fresh.body.childNodes);
      }
    } catch {
      // No network for a moment: the next round tries again.
    }
    again();
  }
  again();
}
