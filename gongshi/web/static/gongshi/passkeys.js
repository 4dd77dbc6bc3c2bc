/* The buttons of passkeys: shown where the browser can, wired to the library's forms, with a sentence when it fails. */
(function () {
  "use strict";
  const forms = window.allauth && window.allauth.webauthn && window.allauth.webauthn.forms;
  const button = document.getElementById("passkey-button");
  if (!forms || !button || !window.PublicKeyCredential) return;
  const kind = button.dataset.passkey;
  const ids = { credential: "passkey-credential", data: "passkey-data", passwordless: button.dataset.alone };
  ids[kind] = button.id;
  const wire = { add: forms.addForm, login: forms.loginForm, authenticate: forms.authenticateForm };
  wire[kind]({ ids: ids });
  button.hidden = false;
  document.querySelectorAll("[data-passkey-off]").forEach(function (one) { one.hidden = true; });

  function failed(hide) {
    document.querySelectorAll("[data-passkey-failed]").forEach(function (one) { one.hidden = hide; });
  }
  button.addEventListener("click", function () { failed(true); });
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    failed(false);
  });
})();
