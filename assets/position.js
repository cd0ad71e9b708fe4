// Fills in the position of a reader who asks for it, rounded to about 100 metres. It is sent when the reader says so.
(function () {
  'use strict';

  var button = document.getElementById('use-position');
  var says = document.getElementById('position-says');
  if (!button || !says || !window.isSecureContext || !navigator.geolocation) return;
  button.hidden = false;

  var why = {
    1: 'Your browser was told not to say where you are. You can type the position, or search by name.',
    2: 'Your browser could not find out where you are. You can type the position, or search by name.',
    3: 'Finding out where you are took too long. Try again, or search by name.'
  };

  button.addEventListener('click', function () {
    says.textContent = 'Asking your browser \u2026';
    navigator.geolocation.getCurrentPosition(function (found) {
      document.getElementById('position-lat').value = found.coords.latitude.toFixed(3);
      document.getElementById('position-lon').value = found.coords.longitude.toFixed(3);
      says.textContent = 'Filled in, to about 100 metres. Nothing has been sent yet: press \u201cFind\u201d.';
      button.form.querySelector('[type=submit]').focus();
    }, function (error) {
      says.textContent = why[error.code] || why[2];
    }, { timeout: 15000, maximumAge: 600000 });
  });
})();
