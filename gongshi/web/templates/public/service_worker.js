// Static files and one page to write on without a network; nothing else is ever kept. A page of a filing, a receipt or the desk is not.
(function () {
  "use strict";
  var kept = {% autoescape off %}{{ script }}{% endautoescape %};
  var known = [kept.page].concat(Object.values(kept.others), kept.files);

  self.addEventListener("install", function (event) {
    event.waitUntil(caches.open(kept.name).then(function (cache) {
      return cache.addAll(known.map(function (address) { return new Request(address, { cache: "reload", credentials: "omit" }); }));
    }).then(function () { return self.skipWaiting(); }));
  });

  self.addEventListener("activate", function (event) {
    event.waitUntil(caches.keys().then(function (names) {
      return Promise.all(names.filter(function (name) { return name !== kept.name; }).map(function (name) { return caches.delete(name); }));
    }).then(function () { return self.clients.claim(); }));
  });

  var pageFor = function (path) {
    var prefix = Object.keys(kept.others).filter(function (one) { return path.indexOf(one) === 0; })[0];
    return prefix ? kept.others[prefix] : kept.page;
  };

  self.addEventListener("fetch", function (event) {
    var request = event.request, path = new URL(request.url).pathname;
    if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin || path.indexOf("/desk/") >= 0) { return; }
    if (request.mode === "navigate") {
      event.respondWith(fetch(request).catch(function () {
        return caches.open(kept.name).then(function (cache) { return cache.match(pageFor(path)); });
      }));
    } else if (kept.files.indexOf(path) >= 0) {
      event.respondWith(caches.open(kept.name).then(function (cache) { return cache.match(request, { ignoreVary: true }); }).then(function (hit) {
        return hit || fetch(request);
      }));
    }
  });
})();
