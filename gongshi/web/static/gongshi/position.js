// The browser's own position, asked for once and only when the button is pressed. Without this script it is not shown.
(function () {
  "use strict";
  var part = document.querySelector("[data-position]");
  if (!part || !navigator.geolocation) { return; }
  var button = part.querySelector("button");
  var line = part.querySelector("[data-position-failed]");
  part.hidden = false;
  button.addEventListener("click", function (event) {
    if (part.dataset.found) { return; }
    event.preventDefault();
    button.setAttribute("aria-disabled", "true");
    navigator.geolocation.getCurrentPosition(function (found) {
      part.querySelector("[name=here-lat]").value = found.coords.latitude.toFixed(6);
      part.querySelector("[name=here-lon]").value = found.coords.longitude.toFixed(6);
      part.dataset.found = "yes";
      button.removeAttribute("aria-disabled");
      button.click();
    }, function () {
      button.removeAttribute("aria-disabled");
      line.textContent = line.dataset.positionFailed;
    }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  });
})();
