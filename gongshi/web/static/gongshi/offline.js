// Reports written without a network. They lie in this browser's own database until their writer sends or deletes them; nothing leaves by itself.
(function () {
  "use strict";
  var here = document.currentScript.dataset;
  if ("serviceWorker" in navigator && here.worker) { navigator.serviceWorker.register(here.worker, { scope: here.scope }).catch(function () {}); }
  if (!window.indexedDB) { return; }

  // 1. The drawer: one record for each report. {id, text, place, photos, at, token, sending, form, maybe}
  var act = function (mode, action) {
    return new Promise(function (done, failed) {
      var asked = indexedDB.open("gongshi-not-sent", 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore("reports", { keyPath: "id", autoIncrement: true }); };
      asked.onerror = function () { failed(asked.error); };
      asked.onsuccess = function () {
        var base = asked.result, work = base.transaction("reports", mode), found = action(work.objectStore("reports"));
        work.oncomplete = function () { base.close(); done(found && found.result); };
        work.onerror = work.onabort = function () { base.close(); failed(work.error); };
      };
    });
  };
  var all = function () { return act("readonly", function (store) { return store.getAll(); }); };
  var put = function (report) { return act("readwrite", function (store) { return store.put(report); }); };
  var drop = function (id) { return act("readwrite", function (store) { return store.delete(id); }); };

  // Photos go along as if they were chosen in the form's own box.
  var attach = function (form, photos) {
    var files = document.createElement("input"), chosen = new DataTransfer();
    photos.forEach(function (photo) { chosen.items.add(photo); });
    files.type = "file"; files.name = "files-1"; files.multiple = true; files.hidden = true; files.files = chosen.files;
    form.appendChild(files);
  };

  // 2. On every other page: that something waits. A report goes once the receipt of its own draft is shown.
  var filing = document.getElementById("filing"), notice = document.querySelector("[data-not-sent-here]");
  if (filing) {
    var draft = filing.querySelector("[name=draft]").value, back = filing.querySelector("[data-photos-back]"), mine;
    // The server did not know the draft any more and gave another: whether the form arrived that was sent with the old one, nobody can tell.
    var known = all().then(function (reports) {
      return Promise.all(reports.filter(function (one) { return one.token && one.token === filing.dataset.was; }).map(function (one) {
        one.maybe = one.maybe || Boolean(one.form);
        one.token = draft; one.form = null; one.sending = "";
        return put(one);
      }));
    }).then(all).then(function (reports) {
      mine = reports.filter(function (one) { return one.token === draft; })[0] || null;
      if (!mine || !mine.photos.length || !back || filing.querySelector("[data-files]")) { return; }
      back.parentNode.hidden = false;
      back.addEventListener("click", function () {
        filing.querySelector("[name=page]").value = "text";
        filing.enctype = "multipart/form-data";
        attach(filing, mine.photos);
      });
    }).catch(function () { mine = null; });
    // That it is sent, and as what, is kept first: a reply that is lost is asked for with the very same form, or no receipt is shown.
    filing.addEventListener("submit", function (event) {
      var pressed = event.submitter, on = function () { filing.dataset.noted = "yes"; filing.requestSubmit(pressed); };
      if (filing.dataset.noted) { delete filing.dataset.noted; return; }
      if (mine === null || !pressed || pressed.value !== "send" || !filing.requestSubmit) { return; }
      event.preventDefault();
      known.then(function () {
        if (!mine) { return null; }
        mine.sending = filing.dataset.keep;
        mine.form = Array.from(new FormData(filing)).filter(function (field) { return field[0] !== "csrfmiddlewaretoken"; });
        return put(mine);
      }).then(on, on);
    });
  }
  var filed = document.querySelector("[data-filed]");
  var settled = filed ? all().then(function (reports) {
    return Promise.all(reports.filter(function (one) { return one.sending && one.sending === filed.dataset.filed; }).map(function (one) { return drop(one.id); }));
  }) : Promise.resolve();
  settled.then(all).then(function (reports) { if (notice) { notice.hidden = !reports.length; } }).catch(function () {});

  // 3. The page itself.
  var page = document.getElementById("offline");
  if (!page) { return; }
  var form = page.querySelector("[data-write]"), list = page.querySelector("[data-list]"), said = page.querySelector("[data-said]");
  var say = function (words) { said.textContent = words; };
  var make = function (kind, words, into) { var part = document.createElement(kind); part.textContent = words; into.appendChild(part); return part; };
  var button = function (words, quiet, item, press) {
    var one = make("button", words, item);
    one.type = "button";
    one.className = quiet ? "button button-quiet" : "button";
    one.addEventListener("click", press);
  };

  var field = function (into, name, value) {
    var one = document.createElement("input");
    one.type = "hidden"; one.name = name; one.value = value;
    into.appendChild(one);
  };
  // A new form is asked for, as pressing "Report" would. Its draft is kept first: sent again, it is the same filing. A draft that has grown too
  // old is replaced by the server, which files nothing before a new press (2).
  var send = function (report) {
    fetch(page.dataset.form + "?door=write", { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      if (!answer.ok) { throw new Error(); }
      return answer.text();
    }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("filing");
      report.token = report.token || fresh.querySelector("[name=draft]").value;
      return put(report).then(function () { return fresh.querySelector("[name=csrfmiddlewaretoken]").value; });
    }).then(function (csrf) {
      var out = document.createElement("form");
      var fields = report.form || [["draft", report.token], ["page", "text"], ["go", "next"], ["door", "write"], ["matters", "1"],
        ["text-1", report.text], ["place-1", report.place]];
      out.method = "post"; out.action = report.form ? page.dataset.sendTo : page.dataset.form; out.enctype = "multipart/form-data"; out.hidden = true;
      [["csrfmiddlewaretoken", csrf]].concat(fields).forEach(function (one) { field(out, one[0], one[1]); });
      if (!report.form) { attach(out, report.photos); }
      document.body.appendChild(out);
      out.submit();
    }).catch(function () { say(page.dataset.away); });
  };

  var show = function () {
    return all().then(function (reports) {
      list.textContent = "";
      page.querySelector("[data-waiting]").hidden = !reports.length;
      reports.forEach(function (report) {
        var item = make("li", "", list), row;
        make("strong", report.maybe ? page.dataset.maybe : page.dataset.notSent, item);
        make("p", report.text, item).className = "said";
        if (report.place) { make("p", report.place, item); }
        if (report.photos.length) { make("p", page.dataset.photos.replace("{n}", report.photos.length), item); }
        row = make("div", "", item);
        row.className = "actions";
        button(page.dataset.send, false, row, function () { send(report); });
        button(page.dataset.delete, true, row, function () { drop(report.id).then(show).then(function () { say(page.dataset.gone); }); });
      });
    });
  };
  // 4. What was typed in the form (it is kept in this tab, see enhance.js) can be taken over: the matters' words, wishes and place, nothing else.
  var takeOver = form.querySelector("[data-take-over]"), typed = null;
  try {
    Object.keys(sessionStorage).forEach(function (key) {
      if (!/^kept:.*\/file\/(send\/)?#filing#/.test(key)) { return; }
      var words = JSON.parse(sessionStorage.getItem(key)).text || {};
      var text = Object.keys(words).filter(function (name) { return /^(text|wish)-\d+$/.test(name); }).map(function (name) { return words[name]; });
      if (text.length || words["place-1"]) { typed = { key: key, text: text.join("\n\n"), place: words["place-1"] || "" }; }
    });
  } catch (refused) { typed = null; }
  takeOver.hidden = !typed;
  takeOver.querySelector("button").addEventListener("click", function () {
    form.text.value = [form.text.value, typed.text].filter(Boolean).join("\n\n");
    form.place.value = form.place.value || typed.place;
    form.text.dispatchEvent(new Event("input", { bubbles: true }));
    form.text.focus();
    // Once it is kept where it is now.
    setTimeout(function () { sessionStorage.removeItem(typed.key); }, 1000);
    takeOver.hidden = true;
  });
  form.hidden = false;
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var photos = Array.prototype.slice.call(form.photos.files, 0, 8);
    put({ text: form.text.value, place: form.place.value, photos: photos, at: Date.now(), token: "", sending: "" }).then(function () {
      form.reset();
      form.photos.dispatchEvent(new Event("change"));
      form.text.dispatchEvent(new Event("input", { bubbles: true }));
      return show();
    }).then(function () { say(page.dataset.kept); }).catch(function () { say(page.dataset.full); });
  });
  show().catch(function () { say(page.dataset.full); });
})();
