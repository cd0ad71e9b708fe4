// What a page does by itself in the browser: the address follows the selection, links and open
// tables follow the address, a click on the map chooses a place, lists can be searched.
(function () {
  'use strict';

  var hue = window.dash_clientside = window.dash_clientside || {};
  var same = function () { return window.dash_clientside.no_update; };
  var part = function (parts, key) { return key in parts ? parts[key] : same(); };

  hue.hue = {
    // The values of all filters, by the filter's id.
    gather: function () {
      var asked = {};
      window.dash_clientside.callback_context.inputs_list[0].forEach(function (filter) {
        asked[filter.id.filter] = filter.value;
      });
      return asked;
    },

    // Give each place of the page its part: by its id, in a card by the card's slug and the id's key.
    // Several cards have lines in common: a card says their places among all lines.
    spread: function (drawn) {
      var lines = drawn.lines.map(function (line) {
        return { type: line[0], namespace: 'dash_html_components', props: line[1] };
      });
      return window.dash_clientside.callback_context.outputs_list.map(function (output) {
        if (!Array.isArray(output)) return part(drawn, output.id);
        return output.map(function (place) {
          var key = Object.keys(place.id)[0];
          var own = part(drawn.cards[place.id[key]] || {}, key);
          return Array.isArray(own) ? own.map(function (at) { return lines[at]; }) : own;
        });
      });
    },

    settle: function (query, shown) {
      var address = shown.path + (query ? '?' + query : '');
      history.replaceState(history.state, '', address);
      document.querySelectorAll('[data-surface]').forEach(function (link) {
        var path = link.dataset.surface;
        var held = link.dataset.held ? (query ? '&' : '') + 'release=' + shown.release : '';
        var all = (/(^|&)release=/.test(query) ? query : query + held);
        link.setAttribute('href', path + (all ? '?' + all : ''));
      });
      document.querySelectorAll('details.as-table').forEach(function (box) {
        delete box.dataset.loaded;
        if (box.open) load(box);
      });
      return same();
    },

    offer: function (offered) {
      var told = ['options', 'disabled', 'reasons', 'hidden', 'names'];
      return window.dash_clientside.callback_context.outputs_list.map(function (outputs, place) {
        var known = (offered || {})[told[place]] || {};
        return outputs.map(function (output) {
          return part(known, output.id[Object.keys(output.id)[0]]);
        });
      });
    },

    chooseArea: function (clicks, chosen) {
      var context = window.dash_clientside.callback_context;
      var click = context.triggered.length && context.triggered[0].value;
      var point = click && click.points && click.points[0];
      var code = point && (point.location || (point.customdata && [].concat(point.customdata)[0]));
      if (typeof code !== 'string' || !/^([EWSN]\d{8}|BTP)$/.test(code)) return same();
      var before = chosen || [];
      return before.indexOf(code) < 0 ? before.concat([code]) : before.filter(function (each) { return each !== code; });
    }
  };

  // --- A slow answer dims the old figures; a lost release offers to reload ------------------------

  var ask = window.fetch;
  var waiting = 0;

  window.fetch = function (address) {
    var asked = ask.apply(this, arguments);
    if (String(address && address.url || address).indexOf('/_dash-update-component') < 0) return asked;
    var dim = setTimeout(function () { charts('add'); }, 300);
    waiting += 1;
    var done = function () {
      clearTimeout(dim);
      waiting -= 1;
      if (!waiting) charts('remove');
    };
    return asked.then(function (answer) {
      done();
      if (answer.status === 404 || answer.status === 410) offer('The figures that this page shows are no longer there.');
      else if (answer.status >= 400) offer('The page could not follow this choice.');
      return answer;
    }, function (error) {
      done();
      offer('The server could not be reached.');
      throw error;
    });
  };

  function charts(how) {
    var box = document.querySelector('#react-entry-point #charts');
    if (box) box.classList[how]('slow');
  }

  function offer(words) {
    var place = document.querySelector('#react-entry-point main');
    if (!place || document.getElementById('trouble')) return;
    var line = document.createElement('p');
    line.id = 'trouble';
    line.className = 'trouble';
    line.setAttribute('role', 'alert');
    line.textContent = words + ' ';
    var link = document.createElement('a');
    link.href = location.href;
    link.textContent = 'Reload the page';
    line.appendChild(link);
    document.body.appendChild(line);
  }

  // --- Tables load when they are opened ---------------------------------------------------

  function load(box) {
    var slot = box.querySelector('.table-slot');
    var link = document.querySelector('a[data-surface="/charts/' + slug(slot) + '.csv"]');
    if (!link || box.dataset.loaded) return;
    box.dataset.loaded = 'yes';
    slot.setAttribute('aria-busy', 'true');
    var href = link.getAttribute('href');
    var late = function () { return link.getAttribute('href') !== href; }; // the choice has changed since: another answer is awaited
    fetch(href.replace('.csv', '/table')).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (text) {
      if (late()) return;
      slot.innerHTML = text;
      slot.removeAttribute('aria-busy');
    }).catch(function () {
      if (late()) return;
      delete box.dataset.loaded;
      slot.removeAttribute('aria-busy');
      slot.textContent = 'The table could not be loaded. Close it and open it again, or reload the page.';
    });
  }

  function slug(slot) {
    return JSON.parse(slot.id).table;
  }

  document.addEventListener('toggle', function (event) {
    var box = event.target;
    if (box.matches && box.matches('#react-entry-point details.as-table') && box.open) load(box);
  }, true);

  document.addEventListener('hue:drawn', function () {
    document.querySelectorAll('#react-entry-point details.as-table[open]').forEach(load);
  });

  // --- A chip leads to the page without its choice, and the focus to the sentence that says what is shown there ---

  document.addEventListener('click', function (event) {
    var chip = event.target.closest && event.target.closest('#react-entry-point .chips a');
    if (chip) chip.hash = 'sentence';
  });

  document.addEventListener('hue:drawn', function () {
    var sentence = document.getElementById('sentence');
    if (location.hash !== '#sentence' || !sentence) return;
    sentence.tabIndex = -1;
    sentence.focus();
    history.replaceState(history.state, '', location.pathname + location.search);
  });

  // --- Lists that can be searched ------------------------------------------------------------

  document.addEventListener('input', function (event) {
    var box = event.target.closest && event.target.closest('[data-searches]');
    if (!box) return;
    var wanted = event.target.value.trim().toLowerCase();
    box.parentElement.querySelectorAll('[data-list] .form-check').forEach(function (line) {
      line.hidden = wanted !== '' && line.textContent.toLowerCase().indexOf(wanted) < 0;
    });
  });

  document.addEventListener('click', function (event) {
    if (event.target.closest && event.target.closest('[data-print]')) window.print();
  });

  // Enter in a search field would submit the form, which scripts make needless.
  document.addEventListener('submit', function (event) {
    if (event.target.id === 'filters' && event.target.closest('#react-entry-point')) event.preventDefault();
  });
})();
