// A part of a page that moves (data-live names its address) is fetched again every two seconds; when nothing moves any more, the page is
// loaded once more; so it is when the session is over. Without this script the page has a link that does the same by hand.
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
