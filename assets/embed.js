// For pages that show embeds: gives each frame the height of its content, whenever that grows or shrinks.
(function () {
  'use strict';

  var own = new URL(document.currentScript.src).origin + '/embed/';

  function frames() {
    return Array.prototype.filter.call(document.querySelectorAll('iframe'), function (frame) {
      return frame.src.indexOf(own) === 0;
    });
  }

  // A message counts where its sender is the window of an embed of ours; frames in a sandbox have no origin to go by.
  addEventListener('message', function (event) {
    var told = event.data || {};
    var common = told['datawrapper-height'];
    var height = Number(told['hue-height'] || (common && common[Object.keys(common)[0]]));
    if (!(height > 0 && height < 20000)) return;
    frames().forEach(function (frame) {
      if (frame.contentWindow === event.source) frame.style.height = height + 'px';
    });
  });

  // Frames that were drawn before this script ran are asked.
  frames().forEach(function (frame) {
    frame.contentWindow.postMessage({ 'hue-ask': 'height' }, '*');
  });
})();
