// Starts a page: loads what draws it after the first paint, dresses every chart in the house
// theme, and changes the server's first picture for the drawn page without a jump.
(function () {
  'use strict';

  var LONGEST_WAIT = 10000; // ms that the first picture stays for charts that do not come
  var settings = read('hue-boot') || {};
  var theme = read('hue-theme') || {};
  var dark = window.matchMedia('(prefers-color-scheme: dark)');

  function read(id) {
    var element = document.getElementById(id);
    return element ? JSON.parse(element.textContent) : null;
  }

  // --- Loading ---------------------------------------------------------------------------

  function afterFirstPaint(go) {
    var gone = false;
    function once() {
      if (gone) return;
      gone = true;
      go();
    }
    var types = (window.PerformanceObserver || {}).supportedEntryTypes || [];
    if (document.visibilityState === 'visible' && types.indexOf('paint') >= 0) {
      new PerformanceObserver(function (list, observer) {
        if (!list.getEntriesByName('first-contentful-paint').length) return;
        observer.disconnect();
        once();
      }).observe({ type: 'paint', buffered: true });
    }
    setTimeout(once, document.visibilityState === 'visible' ? 1000 : 0);
  }

  function load() {
    if (settings.plotly) fetchEarly(settings.plotly);
    inOrder(settings.scripts, start);
  }

  // Loads scripts one after the other, then goes on. Embeds load theirs with it too.
  function inOrder(addresses, then) {
    addresses.forEach(function (address, index) {
      var script = document.createElement('script');
      script.src = address;
      script.async = false;
      if (index === addresses.length - 1) script.onload = then;
      document.head.appendChild(script);
    });
  }

  window.hueInOrder = inOrder;

  function fetchEarly(address) {
    var link = document.createElement('link');
    link.rel = 'preload';
    link.as = 'script';
    link.href = address;
    document.head.appendChild(link);
  }

  function start() {
    watch();
    window.renderer = new window.DashRenderer(window.hueHooks || {});
  }

  // --- Charts ----------------------------------------------------------------------------

  var FIXED = { displaylogo: false, showSendToCloud: false, displayModeBar: false };

  function template() {
    return (dark.matches && theme.dark) || theme.light;
  }

  function dress(box, layout) {
    var own = template();
    var themed = Boolean(own) && !(layout && layout.template);
    box.dataset.themed = themed ? 'house' : 'own';
    return themed ? Object.assign({}, layout, { template: own }) : layout;
  }

  function settle(config) {
    var fixed = Object.assign({}, config, FIXED);
    if (settings.topojson) fixed.topojsonURL = settings.topojson;
    if (/^cy\b/.test(document.documentElement.lang)) fixed.locale = 'cy';
    return fixed;
  }

  // Panels say how they differ in boxes that are narrow: fewer stand beside each other.
  function narrowOf(box, figure) {
    var narrow = figure.layout && figure.layout.meta && figure.layout.meta.narrow;
    return narrow && box.clientWidth < narrow.below ? narrow : null;
  }

  function fit(box, figure) {
    var narrow = narrowOf(box, figure);
    box.dataset.narrow = narrow ? 'yes' : '';
    return narrow ? merge(figure, { data: narrow.data, layout: narrow.layout }) : figure;
  }

  function merge(old, own) {
    if (!old || !own || typeof own !== 'object') return own;
    if (Array.isArray(own)) return own.map(function (each, place) { return merge(old[place], each); });
    var both = Object.assign({}, old);
    Object.keys(own).forEach(function (key) {
      if (own[key] === null) delete both[key];
      else both[key] = merge(old[key], own[key]);
    });
    return both;
  }

  function dressed(draw) {
    return function (box, data, layout, config) {
      var target = typeof box === 'string' ? document.getElementById(box) : box;
      var given = data && !Array.isArray(data) ? data : { data: data, layout: layout, config: config };
      var figure = fit(target, given);
      target.given = given;
      if (target.closest('.figure')) target.closest('.figure').classList.toggle('empty', !(figure.data || []).length);
      return draw(target, Object.assign({}, figure, {
        data: window.hueTraces(figure.data, ((template() || {}).layout || {}).colorway || [], theme.tiles),
        layout: dress(target, figure.layout),
        config: settle(figure.config)
      }));
    };
  }

  function wrap(library) {
    if (!library || library.hue) return library;
    return Object.assign({}, library, {
      hue: true,
      react: dressed(library.react),
      newPlot: dressed(library.newPlot)
    });
  }

  // Whichever bundle comes, ours or the one of Dash, it arrives by setting window.Plotly.
  var plotly;
  Object.defineProperty(window, 'Plotly', {
    configurable: true,
    get: function () { return plotly; },
    set: function (library) { plotly = wrap(library); }
  });

  // A chart is drawn again as it was given when the page turns dark or a phone is turned.
  function again(changed) {
    if (!plotly) return;
    document.querySelectorAll('.js-plotly-plot').forEach(function (box) {
      if (box.given && changed(box)) plotly.react(box, box.given);
    });
  }

  dark.addEventListener('change', function () {
    again(function (box) { return box.dataset.themed === 'house'; });
  });

  window.addEventListener('resize', function () {
    again(function (box) { return Boolean(box.dataset.narrow) !== Boolean(narrowOf(box, box.given)); });
  });

  // --- From the first picture to the drawn page ------------------------------------------

  var first = document.getElementById('first');
  var mount = document.getElementById('react-entry-point');
  var touched = new Set();
  var acted = false;

  if (first) {
    ['pointerdown', 'keydown'].forEach(function (type) {
      first.addEventListener(type, function () { acted = true; }, true);
    });
    // A browser that restores a form on Back changes it too, but not after an act of the reader.
    first.addEventListener('change', function (event) {
      if (acted) touched.add(event.target);
    }, true);
  }

  function watch() {
    if (!first || !mount) return;
    var arrived = 0;
    var asked = false;
    var observer = new MutationObserver(ask);
    observer.observe(mount, { childList: true, subtree: true });

    function ask() {
      if (asked) return;
      asked = true;
      requestAnimationFrame(look);
    }

    function look() {
      asked = false;
      if (!first.isConnected || !hasContent()) return;
      if (!arrived) {
        arrived = performance.now();
        setTimeout(ask, LONGEST_WAIT);
      }
      if (!chartsDrawn() && performance.now() - arrived < LONGEST_WAIT) return;
      observer.disconnect();
      change();
    }
  }

  function hasContent() {
    var pages = mount.querySelector('#_pages_content');
    if (pages) return pages.childElementCount > 0;
    return mount.childElementCount > 0 && !mount.querySelector('._dash-loading');
  }

  function chartsDrawn() {
    return Array.prototype.every.call(mount.querySelectorAll('.dash-graph'), function (graph) {
      return graph.querySelector('.main-svg');
    });
  }

  function change() {
    var left = window.scrollX;
    var top = window.scrollY;
    var focused = first.contains(document.activeElement) ? document.activeElement : null;
    var next = focused && twin(focused);
    var pairs = Array.from(touched, function (control) { return [control, twin(control)]; });
    var open = Array.from(first.querySelectorAll('details'), function (box) { return [box, twin(box)]; });
    first.querySelectorAll('[data-kept]').forEach(keep);
    first.remove();
    mount.removeAttribute('style');
    mount.removeAttribute('inert');
    if (next) takeFocus(focused, next);
    open.forEach(function (pair) { if (pair[1]) pair[1].open = pair[0].open; });
    pairs.forEach(function (pair) { if (pair[1]) repeat(pair[0], pair[1]); });
    window.scrollTo({ left: left, top: top, behavior: 'instant' });
    document.dispatchEvent(new CustomEvent('hue:drawn'));
  }

  // What the server alone draws, and no choice changes, moves into its place in the drawn page.
  function keep(box) {
    var place = twin(box);
    while (place && box.firstChild) place.appendChild(box.firstChild);
  }

  // The same element in the drawn page: by id, else by what it is and its place among its likes.
  function twin(element) {
    if (element.id) {
      var same = mount.querySelector('#' + CSS.escape(element.id));
      if (same) return same;
    }
    // A text field's value is no attribute of the drawn one.
    var boxed = element.type === 'checkbox' || element.type === 'radio';
    var selector = element.localName + ['name', 'href'].concat(boxed ? 'value' : []).map(function (key) {
      var value = element.getAttribute(key);
      return value === null ? '' : '[' + key + '="' + CSS.escape(value) + '"]';
    }).join('');
    var place = Array.prototype.indexOf.call(first.querySelectorAll(selector), element);
    return mount.querySelectorAll(selector)[place] || null;
  }

  function takeFocus(old, next) {
    next.focus({ preventScroll: true });
    if (old.selectionStart === undefined || old.selectionStart === null) return;
    try {
      next.setSelectionRange(old.selectionStart, old.selectionEnd);
    } catch (error) {
      if (error.name !== 'InvalidStateError') throw error; // this kind of input has no caret
    }
  }

  // What the reader set before the page was drawn is set again, so that Dash hears of it.
  function repeat(old, next) {
    if (old.type === 'checkbox' || old.type === 'radio') {
      if (old.checked !== next.checked) next.click();
      return;
    }
    if (old.value === next.value) return;
    var kind = Object.getPrototypeOf(next);
    Object.getOwnPropertyDescriptor(kind, 'value').set.call(next, old.value);
    next.dispatchEvent(new Event('input', { bubbles: true }));
    next.dispatchEvent(new Event('change', { bubbles: true }));
  }

  // --- The sheet of filters stands open beside the charts where there is room ----------------

  var wide = window.matchMedia('(min-width: 1024px)');

  function openFilters() {
    if (!wide.matches) return;
    document.querySelectorAll('#filter-sheet').forEach(function (sheet) { sheet.open = true; });
  }

  wide.addEventListener('change', openFilters);
  openFilters();

  if (settings.scripts) afterFirstPaint(load);
})();
