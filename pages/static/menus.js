// The navigation's menus open and close by themselves; Escape and whatever is done elsewhere close the open one, too.
"use strict";

(function () {
  const close = function (event) {
    document.querySelectorAll(".hub-menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  };
  document.addEventListener("click", close);
  document.addEventListener("focusin", close);
  document.addEventListener("keydown", function (event) {
    const menu = event.key === "Escape" && event.target.closest(".hub-menu[open]");
    if (menu) {
      menu.querySelector("summary").focus();
      menu.open = false;
    }
  });
})();
