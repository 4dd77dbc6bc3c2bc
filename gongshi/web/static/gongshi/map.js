// The map of published cases, on lines that this server draws: no tiles. Each view is one small answer, with the list that says the same.
(function () {
  "use strict";
  var box = document.getElementById("map"), L = window.L;
  if (!box || !L) { return; }
  var told = box.dataset, form = document.getElementById("filter"), kept = form.elements.box;
  var note = document.querySelector("[data-map-note]"), asked = 0;
  var mark = function (at, text, kind, layer) {
    var span = document.createElement("span");
    span.textContent = text;
    var icon = L.divIcon({ html: span, className: kind, iconSize: null });
    return L.marker(at, { icon: icon, interactive: kind === "map-cluster", keyboard: false }).addTo(layer);
  };
  box.hidden = note.hidden = false;
  document.querySelector("#map ~ figure").hidden = true;
  box.setAttribute("role", "application");
  var map = L.map(box, { minZoom: 8, maxZoom: 18, zoomControl: false, attributionControl: false });
  var cells = L.layerGroup().addTo(map), names = L.layerGroup(), b = told.bounds.split(",");
  L.control.zoom({ zoomInTitle: told.in, zoomOutTitle: told.out }).addTo(map);
  map.fitBounds([[b[0], b[1]], [b[2], b[3]]]);

  var named = function () { map[map.getZoom() > 15 ? "addLayer" : "removeLayer"](names); };
  var ask = function (address, then) {
    fetch(address).then(function (answer) {
      if (!answer.ok) { throw answer; }
      return answer.json();
    }).then(then).catch(function () { note.lastChild.textContent = told.failed; });
  };
  ask(told.base, function (base) {
    base.areas.forEach(function (area) {
      L.polygon(area.rings, { className: "map-area", interactive: false }).addTo(map);
      mark(area.at, area.name, "map-name", map);
    });
    base.names.forEach(function (name) { mark([name[1], name[2]], name[0], "map-name map-spot", names); });
    named();
  });

  var look = function (first) {
    var mine = ++asked, w = map.getBounds(), query = new URLSearchParams(new FormData(form));
    var seen = [w.getSouth(), w.getWest(), w.getNorth(), w.getEast()].map(function (n) { return n.toFixed(6); }).join();
    query.set("box", seen);
    ask(told.view + "?" + query + "&zoom=" + map.getZoom(), function (view) {
      if (mine !== asked) { return; }
      note.lastChild.textContent = "";
      cells.clearLayers();
      view.cells.forEach(function (cell) {
        mark(cell, cell[2], "map-cluster", cells).on("click", function () { map.setView(cell, map.getZoom() + 2); });
      });
      if (first === true) { return; }
      document.getElementById("found").innerHTML = view.list;
      history.replaceState(null, "", "?" + query);
      kept.value = seen;
      kept.disabled = false;
    });
  };
  map.on("moveend", named).on("moveend", look);
  look(true);
  // Filters keep the view; another area is looked for everywhere.
  form.elements.area.addEventListener("change", function () { kept.disabled = true; });
})();
