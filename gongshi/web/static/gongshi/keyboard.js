// Keys of the desk, on top of pages that are complete without them. A key belongs to whatever says so: aria-keyshortcuts="a".
// Single keys do nothing while somebody types, nor with Ctrl, Alt or Meta, and can be switched off (WCAG 2.1.4).
(function () {
  "use strict";
  var here = document.currentScript.dataset;
  var typing = "input:not([type=radio], [type=checkbox], [type=submit], [type=button]), select, textarea, [contenteditable]";
  var shown = function (part) { return part.getClientRects().length > 0; };
  var all = function (selector, within) { return Array.prototype.filter.call((within || document).querySelectorAll(selector), shown); };

  // Rows of lists: the link that each begins with.
  var step = function (by) {
    var rows = all("tbody th a, .items a, .causes summary");
    var at = rows.indexOf(document.activeElement);
    var to = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
    if (to) { to.focus(); to.scrollIntoView({ block: "nearest" }); }
    return Boolean(rows.length);
  };

  // Opens what is folded and goes into its first field; follows links; presses nothing that changes anything.
  var go = function (part) {
    part.focus();
    if (part.tagName !== "SUMMARY") { part.click(); return; }
    part.parentNode.open = true;
    var first = all("input, select, textarea, button", part.parentNode)[0];
    if (first) { first.focus(); first.scrollIntoView({ block: "nearest" }); }
  };

  var sheet;
  var help = function () {
    if (sheet) { sheet.showModal(); return; }
    fetch(here.sheet, { headers: { "HX-Request": "true" } }).then(function (answer) {
      if (!answer.ok || answer.redirected) { throw new Error(); }
      return answer.text();
    }).then(function (text) {
      sheet = document.createElement("dialog");
      sheet.className = "keyboard";
      sheet.setAttribute("aria-labelledby", "keyboard-title");
      sheet.innerHTML = text;
      document.body.appendChild(sheet);
      sheet.showModal();
    }).catch(function () { location.href = here.sheet; });
  };

  document.addEventListener("keydown", function (event) {
    var target = event.target;
    if (event.isComposing || event.altKey || event.metaKey || event.defaultPrevented) { return; }
    if (event.ctrlKey) {
      var form = event.key === "Enter" && target.form;
      var next = form && all("button:not([type=button])", form)[0];
      if (next) { event.preventDefault(); next.click(); }
      return;
    }
    if (/desk_keys=off/.test(document.cookie) || target.matches(typing) || document.querySelector("dialog[open]")) { return; }
    var key = event.key === "\uff1f" ? "?" : event.key;
    var done = true;
    if (key === "?") { help(); }
    else if (key === "j" || key === "k") { done = step(key === "j" ? 1 : -1); }
    else if (key === "o" && target.matches("a, summary")) { target.click(); }
    else {
      var part = /^[a-z1-9]$/.test(key) && all("[aria-keyshortcuts='" + key + "']")[0];
      if (part && !event.repeat) { go(part); } else { done = false; }
    }
    if (done) { event.preventDefault(); }
  });
})();
