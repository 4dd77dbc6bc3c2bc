// Small helps on top of pages that are complete without them. Nothing is stored beyond the tab; nothing is sent.
(function () {
  "use strict";
  var each = function (selector, action) { Array.prototype.forEach.call(document.querySelectorAll(selector), action); };

  // 1. A second press of the same button does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    setTimeout(function () {
      if (event.defaultPrevented || form.method !== "post") { return; }
      form.dataset.sent = "yes";
      Array.prototype.forEach.call(form.querySelectorAll("button:not([type=button])"), function (button) {
        button.setAttribute("aria-disabled", "true");
      });
    }, 0);
  });
  window.addEventListener("pageshow", function () {
    each("form[data-sent]", function (form) {
      delete form.dataset.sent;
      Array.prototype.forEach.call(form.querySelectorAll("[aria-disabled]"), function (button) {
        button.removeAttribute("aria-disabled");
      });
    });
  });

  // 2. How much room is left: <textarea data-room="5000" data-room-left="还可以写{n}字" data-room-over="多了{n}字">
  each("[data-room]", function (box) {
    var line = document.createElement("p");
    var room = Number(box.dataset.room);
    line.className = "counter";
    line.setAttribute("aria-live", "polite");
    box.insertAdjacentElement("afterend", line);
    var count = function () {
      var left = room - Array.from(box.value).length;
      line.hidden = left > room * 0.4;
      line.classList.toggle("counter-over", left < 0);
      line.textContent = (left < 0 ? box.dataset.roomOver : box.dataset.roomLeft).replace("{n}", Math.abs(left));
    };
    box.addEventListener("input", count);
    count();
  });

  // 3. Names of chosen files, each can be taken back: <input type="file" multiple data-remove="去掉">
  each("input[type=file][data-remove]", function (input) {
    var list = document.createElement("ul");
    list.className = "chosen";
    input.insertAdjacentElement("afterend", list);
    var show = function () {
      list.textContent = "";
      Array.prototype.forEach.call(input.files, function (file, index) {
        var item = document.createElement("li");
        var button = document.createElement("button");
        item.textContent = file.name + " (" + (file.size / 1e6).toFixed(1) + " MB)";
        button.type = "button";
        button.className = "button button-link";
        button.textContent = input.dataset.remove;
        button.setAttribute("aria-label", input.dataset.remove + " " + file.name);
        button.addEventListener("click", function () {
          var rest = new DataTransfer();
          Array.prototype.forEach.call(input.files, function (other, at) { if (at !== index) { rest.items.add(other); } });
          input.files = rest.files;
          show();
          input.focus();
        });
        item.appendChild(button);
        list.appendChild(item);
      });
    };
    input.addEventListener("change", show);
    show();
  });

  // 4. Text not yet sent outlives a crash or a lost connection, in this tab only: <form id="…" data-keep="…">, where the
  //    value changes once the text has arrived (a draft's id, a version). Where the server keeps drafts (6), the tab holds what came after
  //    the revision in the form's "draft". <form data-forget>: nothing is left behind. Only text areas and text inputs without data-private;
  //    never contact fields, passwords or receipts. data-keep-at="/offline/": a page that stands in for others has one address.
  var prefix = "kept:";
  var worded = "textarea[name]:not([data-private]), input[type=text][name]:not([data-private])";
  var store;
  try { store = window.sessionStorage; store.getItem(prefix); } catch (refused) { store = null; }
  var read = function (key) {
    try { return JSON.parse(store.getItem(key)) || {}; } catch (broken) { return { sent: true }; }
  };
  var mark = function (form) { return form.querySelector(".draft input[name=draft]"); };
  var keyOf = function (form) {
    return [prefix + (form.dataset.keepAt || location.pathname), form.id, form.dataset.keep].concat(mark(form) ? mark(form).value.split(".")[1] : []).join("#");
  };
  if (store) {
    // The page that stands in without a network is no answer: nothing that was sent before it has arrived.
    var unanswered = document.querySelector("[data-unanswered]");
    var here = Array.prototype.map.call(document.querySelectorAll("form[data-keep]"), keyOf);
    Object.keys(store).forEach(function (key) {
      if (key.indexOf(prefix) === 0 && here.indexOf(key) < 0 && read(key).sent) {
        if (unanswered) { store.setItem(key, JSON.stringify({ text: read(key).text, sent: false })); } else { store.removeItem(key); }
      }
    });
    each("form[data-forget]", function (form) {
      form.addEventListener("submit", function () { store.clear(); });
    });
    each("form[data-keep]", function (form) {
      var key = keyOf(form);
      var kept = read(key).text || {};
      var boxes = Array.prototype.slice.call(form.querySelectorAll(worded));
      var waiting;
      var keep = function (sent) {
        var text = {};
        boxes.forEach(function (box) { if (box.value) { text[box.name] = box.value; } });
        if (key !== keyOf(form)) { store.removeItem(key); key = keyOf(form); }
        try { store.setItem(key, JSON.stringify({ text: text, sent: sent })); } catch (full) { store.removeItem(key); }
      };
      boxes.forEach(function (box) {
        if (!kept[box.name] || (box.value && !mark(form))) { return; }
        box.value = kept[box.name];
        box.dispatchEvent(new Event("input", { bubbles: true }));
      });
      form.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(keep, 400, false); });
      form.addEventListener("submit", function () { clearTimeout(waiting); keep(true); });
    });
  }

  // 5. After a refused form, the reader starts at what is wrong. Buttons that print.
  each("[data-focus]", function (part) { part.focus(); });
  each("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // 6. A draft that the server did not keep says so: <div data-failed="…" hx-post="…">. A sign-in page comes from another address.
  var failed = function (event) {
    var part = event.detail.elt;
    var said = part.dataset.failed && part.querySelector("[data-said]");
    if (!part.dataset.failed || (event.detail.xhr.status === 200 && event.detail.xhr.responseURL.endsWith(part.getAttribute("hx-post")))) { return; }
    event.detail.shouldSwap = false;
    if (said) { said.textContent = part.dataset.failed; said.className = "near"; said.setAttribute("role", "alert"); }
  };
  ["htmx:beforeSwap", "htmx:sendError"].forEach(function (name) { document.addEventListener(name, failed); });

  // 7. A phrase goes in where one was typing: <button type="button" hidden data-insert="…" data-into="[name=decided]">.
  var last;
  document.addEventListener("focusin", function (event) { if (event.target.matches("textarea")) { last = event.target; } });
  each("[data-insert]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var box = last || document.querySelector(button.dataset.into);
      box.setRangeText(button.dataset.insert, box.selectionStart, box.selectionEnd, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.focus();
    });
  });
})();
