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

  // The floor plan's editor: what is dragged writes its numbers, and what is written moves.
  document.querySelectorAll("[data-plan]").forEach(function (plan) {
    const field = function (axis, key) { return document.getElementsByName(axis + "-" + key)[0]; };
    const place = function (mark) {
      const x = field("x", mark.dataset.key).value, y = field("y", mark.dataset.key).value;
      mark.setAttribute("visibility", x !== "" && y !== "" ? "visible" : "hidden");
      mark.setAttribute("transform", "translate(" + Number(x) + " " + Number(y) + ")");
    };
    plan.querySelectorAll("[data-key]").forEach(function (mark) {
      ["x", "y"].forEach(function (axis) {
        field(axis, mark.dataset.key).addEventListener("input", function () { place(mark); });
      });
      mark.addEventListener("pointerdown", function (event) { mark.setPointerCapture(event.pointerId); });
      mark.addEventListener("pointermove", function (event) {
        if (!mark.hasPointerCapture(event.pointerId)) { return; }
        const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(plan.getScreenCTM().inverse());
        field("x", mark.dataset.key).value = String(Math.max(0, Math.round(at.x)));
        field("y", mark.dataset.key).value = String(Math.max(0, Math.round(at.y)));
        place(mark);
      });
    });
  });

  if (document.querySelector("[sse-connect]") !== null) {
    setInterval(function () {
      if (Date.now() - heardAt > SILENT_AFTER_MS) {
        show(true);
      }
    }, 2000);
  }
})();
