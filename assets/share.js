// Opens "Embed" of a card in place of a page of its own, follows its choices, and copies its texts.
(function () {
  'use strict';

  var dialog;

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
    if (dialog) dialog.remove();
    title.id = 'share-title';
    close.type = 'button';
    close.addEventListener('click', function () { dialog.close(); });
    dialog = make('dialog', 'share-dialog', [make('div', 'share-head', [title, close]), box]);
    dialog.setAttribute('aria-labelledby', title.id);
    dialog.addEventListener('close', function () { dialog.remove(); link.focus(); });
    document.body.appendChild(dialog);
    dialog.showModal();
    part(link.href).then(function (found) { box.replaceWith(found); }, function () { location.assign(link.href); });
  }

  // --- Another choice ----------------------------------------------------------------------------------------------

  function follow(form) {
    var asked = new URLSearchParams(new FormData(form));
    Array.from(asked.entries()).forEach(function (pair) { if (!pair[1]) asked.delete(pair[0]); });
    var address = form.action + '?' + asked;
    var box = document.getElementById('share');
    var focused = box.contains(document.activeElement) ? document.activeElement.id : '';
    part(address).then(function (found) {
      box.replaceWith(found);
      if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
      say('The code follows your choice.');
      if (!dialog || !dialog.open) history.replaceState(history.state, '', address);
    }, function () { location.assign(address); });
  }

  function say(words) {
    var place = document.querySelector('#share .copy-says');
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
