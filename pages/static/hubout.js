// Says when the live page has lost its server, and goes to sign in when the session is over.
// Everything else that is live is htmx and its server-sent events extension.
"use strict";

(function () {
  const SILENT_AFTER_MS = 12000;
  const RELOAD_AFTER_MS = 3000;
  const OVER_AFTER_MS = 500;
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

  // The server feeds this page no more: its session has ended, or its link was withdrawn.
  document.addEventListener("htmx:sseClose", function (event) {
    if (event.detail.type === "message") { setTimeout(reload, OVER_AFTER_MS); }
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // The floor plan's editor: what is dragged writes its numbers, and what is written moves.
  document.querySelectorAll("[data-plan]").forEach(function (plan) {
    const field = function (axis, key) { return document.getElementsByName(axis + "-" + key)[0]; };
    const axes = function (mark) {
      return ["x", "y", "width", "height"].filter(function (axis) { return field(axis, mark.dataset.key); });
    };
    const place = function (mark) {
      const at = {};
      axes(mark).forEach(function (axis) { at[axis] = field(axis, mark.dataset.key).value; });
      mark.setAttribute("visibility", Object.values(at).includes("") ? "hidden" : "visible");
      mark.setAttribute("transform", "translate(" + Number(at.x) + " " + Number(at.y) + ")");
      ["width", "height"].forEach(function (axis) {
        if (axis in at) { mark.querySelector("rect").setAttribute(axis, String(Math.max(0, Number(at[axis])))); }
      });
    };
    plan.querySelectorAll("[data-key]").forEach(function (mark) {
      axes(mark).forEach(function (axis) {
        field(axis, mark.dataset.key).addEventListener("input", function () { place(mark); });
      });
      let gripped = { x: 0, y: 0 };
      const under = function (event) {
        return new DOMPoint(event.clientX, event.clientY).matrixTransform(plan.getScreenCTM().inverse());
      };
      mark.addEventListener("pointerdown", function (event) {
        const at = under(event);
        gripped = { x: at.x - field("x", mark.dataset.key).value, y: at.y - field("y", mark.dataset.key).value };
        mark.setPointerCapture(event.pointerId);
      });
      mark.addEventListener("pointermove", function (event) {
        if (!mark.hasPointerCapture(event.pointerId)) { return; }
        const at = under(event);
        ["x", "y"].forEach(function (axis) {
          field(axis, mark.dataset.key).value = String(Math.max(0, Math.round(at[axis] - gripped[axis])));
        });
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
