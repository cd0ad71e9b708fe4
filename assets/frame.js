// Inside an embed: tells the page around it how tall it is, and draws the interactive figure once it is in view.
(function () {
  'use strict';

  var LEAST = 320; // pixels that figures are made for; a narrower frame keeps its picture, which is drawn for it
  var STILL = 150; // ms that an embed has to be in view: whoever scrolls past loads nothing
  var host = window.parent === window ? null : window.parent;
  var page = document.querySelector('.embed');
  var last = 0;

  function read(id) {
    var element = document.getElementById(id);
    return element ? JSON.parse(element.textContent) : null;
  }

  // --- Height: in our own words, as Datawrapper and Embedly say it, and as pym.js does where it frames us ---------

  var pym = new URLSearchParams(location.search).get('childId');

  function tell(again) {
    var height = Math.ceil(page.getBoundingClientRect().height);
    if (!host || !height || (height === last && !again)) return;
    last = height;
    var told = { 'hue-height': height, 'datawrapper-height': {} };
    told['datawrapper-height'][page.id || 'embed'] = height;
    host.postMessage(told, '*');
    host.postMessage(JSON.stringify({ src: location.href, context: 'iframe.resize', height: height }), '*');
    if (pym) host.postMessage('pymxPYMx' + pym + 'xPYMxheightxPYMx' + height, '*');
  }

  new ResizeObserver(function () { tell(); }).observe(page);

  window.addEventListener('message', function (event) {
    if (host && event.source === host && event.data && event.data['hue-ask'] === 'height') tell(true);
  });

  // --- The interactive figure ---------------------------------------------------------------------------------

  var figure = read('hue-figure');
  var place = document.getElementById('drawn');
  var waiting = 0;

  // Where it cannot be drawn, as in a sandbox that keeps outlines from it, the picture stays.
  function draw() {
    window.Plotly.newPlot(place, figure).then(function () {
      if (place.querySelector('.main-svg')) new ResizeObserver(change).observe(place);
    }, function () {
      place.remove();
    });
  }

  // A frame that was made too narrow for the figure shows its picture again.
  function change() {
    var fits = place.clientWidth >= LEAST;
    place.nextElementSibling.hidden = fits;
    place.classList.toggle('ready', fits);
  }

  function look() {
    clearTimeout(waiting);
    if (!inView || place.clientWidth < LEAST) return;
    waiting = setTimeout(function () {
      seen.disconnect();
      room.disconnect();
      window.hueInOrder(read('hue-boot').bundle, draw);
    }, STILL);
  }

  if (figure && place && 'IntersectionObserver' in window) {
    var inView = false;
    var room = new ResizeObserver(look);
    var seen = new IntersectionObserver(function (entries) {
      inView = entries[entries.length - 1].isIntersecting;
      look();
    });
    seen.observe(place.parentElement);
    room.observe(place);
  }
})();
