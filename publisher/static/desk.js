// What a browser can add to a page of the desk that is whole without it: how a
// fetch goes that was asked for, as it goes.
(() => {
  "use strict";

  // bare is an address without the name and password that the page's own may
  // bear: a browser sends them by itself, and refuses to ask with them.
  const bare = address => {
    const url = new URL(address, location.href);
    url.username = url.password = "";
    return url.href;
  };

  for (const form of document.querySelectorAll("form[data-events]")) {
    form.addEventListener("submit", event => {
      event.preventDefault();
      form.querySelector("button").disabled = true;
      const steps = document.getElementById("steps");
      const events = new EventSource(bare(form.dataset.events));
      let asked = false;

      const show = said => {
        events.close();
        const page = new URL(bare(location.href));
        page.search = said ? "?said=" + said : "";
        page.hash = "";
        location.replace(page);
      };
      const plainly = () => {
        events.close();
        form.submit();
      };
      // The fetch is asked for once somebody watches it.
      const ask = () => {
        asked = true;
        fetch(bare(form.action), { method: "POST", redirect: "manual" })
          .then(answer => answer.type === "opaqueredirect" || plainly(), plainly);
      };

      events.addEventListener("idle", () => asked ? show("") : ask()); // "" after the stream was cut
      events.addEventListener("step", event => {
        if (!asked) ask();
        const { stage, text } = JSON.parse(event.data);
        let line = steps.querySelector(`[data-stage="${stage}"]`);
        if (!line) {
          line = steps.firstChild.appendChild(document.createElement("li"));
          line.dataset.stage = stage;
        }
        line.textContent = text;
        steps.hidden = false;
      });
      events.addEventListener("ended", event => show(JSON.parse(event.data).said));
      events.addEventListener("error", () => {
        if (events.readyState !== EventSource.CLOSED) return; // it comes again by itself
        if (asked) show(""); else plainly();
      });
    });
  }
})();
