// Says when the live page has lost its server, and goes to sign in when the session is over.
// Everything else that is live is htmx and its server-sent events extension.
"use strict";

(function () {
  const SILENT_AFTER_MS = 12000;
  const RELOAD_AFTER_MS = 3000;
  let heardAt = Date.now();

  function show(lost) {
    const banner = document.getElementById("lost");
    if (banner !== null) {
      banner.hidden = !lost;
    }
    // A clock that stands still is worse than none.
    document.querySelectorAll("[data-live]").forEach(function (part) { part.hidden = lost; });
    document.querySelectorAll("[data-lost-minutes]").forEach(function (part) {
      const minutes = Math.floor((Date.now() - heardAt) / 60000);
      part.textContent = minutes < 1 ? "" : part.dataset.lostMinutes.replace("{count}", String(minutes));
    });
  }

  // A display hangs on a wall: it must not be left on the browser's own page of a server that is away.
  function reload() {
    const again = function () { setTimeout(reload, RELOAD_AFTER_MS); };
    fetch(location.href, { cache: "no-store" }).then(function (answer) {
      if (answer.status < 500) { location.reload(); } else { again(); }
    }, again);
  }

  document.addEventListener("htmx:sseOpen", function () {
    heardAt = Date.now();
    show(false);
  });

  document.addEventListener("htmx:sseMessage", function () {
    heardAt = Date.now();
    show(false);
  });

  document.addEventListener("htmx:sseError", function (event) {
    show(true);
    // Closed for good means that the server answered with a refusal: the page itself says what is to be done.
    if (event.detail.source.readyState === EventSource.CLOSED) {
      setTimeout(reload, RELOAD_AFTER_MS);
    }
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  if (document.querySelector("[sse-connect]") !== null) {
    setInterval(function () {
      if (Date.now() - heardAt > SILENT_AFTER_MS) {
        show(true);
      }
    }, 2000);
  }
})();
