// What a browser can add to a page that is whole without it: the age of what is
// new, in place of its date, and the sheet of the reader's device for sharing.
// Pages are cached, so the server never writes an age into them.
(() => {
  "use strict";
  const ages = new Intl.RelativeTimeFormat("ar-u-nu-latn");
  const minute = 60e3, hour = 60 * minute, day = 24 * hour;

  function tellAges() {
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const age = Date.now() - Date.parse(time.dateTime);
      time.title ||= time.textContent;
      if (!(age >= minute && age < day)) time.textContent = time.title;
      else if (age < hour) time.textContent = ages.format(-Math.floor(age / minute), "minute");
      else time.textContent = ages.format(-Math.floor(age / hour), "hour");
    }
  }
  tellAges();
  setInterval(tellAges, minute);
  addEventListener("pageshow", tellAges); // also of a page that comes back from the browser's memory

  if (navigator.share) {
    for (const button of document.querySelectorAll("button[data-share]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        navigator.share({ title: document.querySelector("h1").textContent, url: button.dataset.share }).catch(() => {});
      });
    }
  }
})();
