// Opens "Embed" of a card in place of a page of its own, follows its choices, and copies its texts.
(function () {
  'use strict';

  var dialog;
  var asked = 0; // how often another choice was made

  function part(address) {
    return fetch(address).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (text) {
      var found = new DOMParser().parseFromString(text, 'text/html').getElementById('share');
      if (!found) throw new Error('no such part');
      return ready(document.importNode(found, true));
    });
  }

  // Buttons that need a script are shown where there is one.
  function ready(box) {
    box.querySelectorAll('[data-copies]').forEach(function (button) { button.hidden = false; });
    return box;
  }

  function make(tag, name, inside) {
    var element = document.createElement(tag);
    element.className = name;
    element.append.apply(element, inside || []);
    return element;
  }

  // --- The dialog: the browser keeps the focus inside, closes it with Escape and gives the focus back ---------------

  function open(link) {
    var title = make('h2', '', ['Embed and cite: ' + link.dataset.share]);
    var close = make('button', 'quiet', ['Close']);
    var box = make('div', 'share', ['Loading \u2026']);
    var told = make('p', 'unseen'); // for who hears the page
    if (dialog) dialog.remove();
    title.id = 'share-title';
    told.setAttribute('role', 'status');
    close.type = 'button';
    close.addEventListener('click', function () { dialog.close(); });
    dialog = make('dialog', 'share-dialog', [make('div', 'share-head', [title, close]), told, box]);
    dialog.setAttribute('aria-labelledby', title.id);
    dialog.addEventListener('close', function () { dialog.remove(); link.focus(); });
    dialog.addEventListener('load', heed, true);
    document.body.appendChild(dialog);
    dialog.showModal();
    part(link.href).then(function (found) {
      if (!box.isConnected) return;
      box.replaceWith(found);
      told.textContent = 'Loaded: code, words to copy, pictures and files.';
    }, function () { if (box.isConnected) location.assign(link.href); });
  }

  // The preview is a page of its own: Escape that is pressed there closes the dialog as well.
  function heed(event) {
    var inside = event.target.localName === 'iframe' && event.target.contentDocument;
    if (inside) inside.addEventListener('keydown', function (key) { if (key.key === 'Escape') dialog.close(); });
  }

  // --- Another choice ----------------------------------------------------------------------------------------------

  function follow(form) {
    var query = new URLSearchParams(new FormData(form));
    Array.from(query.entries()).forEach(function (pair) { if (!pair[1]) query.delete(pair[0]); });
    var address = form.action + '?' + query;
    var turn = asked += 1;
    var late = function () { return turn !== asked || !document.contains(form); }; // or the dialog was closed
    part(address).then(function (found) {
      if (late()) return;
      var held = document.activeElement;
      form.closest('#share').replaceWith(found);
      var same = held && held.id && found.querySelector('#' + CSS.escape(held.id));
      if (same) {
        if (same.type === 'text') same.value = held.value; // as far as it was typed
        same.focus();
      }
      say(found.dataset.says);
      if (!dialog || !dialog.open) history.replaceState(history.state, '', address);
    }, function () { if (!late()) location.assign(address); });
  }

  function say(words) {
    var place = document.querySelector('#share .copy-says');
    if (!place) return; // the dialog was closed meanwhile
    place.textContent = '';
    setTimeout(function () { place.textContent = words; }, 50); // so that the same words are heard again
  }

  // --- Copying -----------------------------------------------------------------------------------------------------

  function copy(button) {
    var text = document.getElementById(button.dataset.copies);
    var done = function () { say(button.dataset.says); };
    var byHand = function () {
      text.focus();
      text.select();
      if (document.execCommand('copy')) done();
      else say('The text is selected: copy it with your keyboard.');
    };
    if (!navigator.clipboard) byHand();
    else navigator.clipboard.writeText(text.value).then(done, byHand);
  }

  document.addEventListener('click', function (event) {
    var target = event.target.closest ? event.target : event.target.parentElement;
    var button = target.closest('[data-copies]');
    var link = target.closest('a[data-share]');
    if (button) copy(button);
    if (!link || !window.HTMLDialogElement || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link);
  });

  document.addEventListener('change', function (event) {
    if (event.target.form && event.target.form.className === 'share-form') follow(event.target.form);
  });

  document.addEventListener('submit', function (event) {
    if (event.target.className !== 'share-form') return;
    event.preventDefault();
    follow(event.target);
  });

  if (document.getElementById('share')) ready(document.getElementById('share'));
})();
