// Makes whole charts of the figures that the server sends. What a browser can tell by itself is not sent:
// what traces have in common, where tiles lie, bands, whiskers, dashes, marks in empty cells.
(function () {
  'use strict';

  // The traces as plotly draws them. `colours` is the colour way, `tiles` the grid of each level of places.
  window.hueTraces = function (traces, colours, tiles) {
    var behind = [];
    var drawn = (traces || []).map(function (trace, place, all) {
      var own = 'like' in trace ? alike(all[trace.like], trace) : trace;
      var meta = own.meta || {};
      if (meta.tiles) return tiled(own, tiles[meta.tiles]);
      if (meta.gaps) behind.push(gaps(own, meta.gaps));
      if (meta.parts) {
        behind.push(parted(own, meta.parts, colours[place % colours.length]));
        own = paled(own, meta.parts);
      }
      if (meta.whiskers) behind.push(whiskered(own, meta.whiskers));
      if (own.type || !own.y) return own;
      var colour = (own.line && own.line.color) || colours[place % colours.length];
      var line = meta.band ? banded(own, colour, behind) : own;
      return meta.late || meta.revised || meta.alone ? pointed(line, meta, colour, behind) : line;
    });
    return drawn.concat(behind);
  };

  // What another trace has and this one does not say; what it does not have is null.
  function alike(other, own) {
    var both = Object.assign({}, other, own);
    Object.keys(both).forEach(function (key) { if (both[key] === null || key === 'like') delete both[key]; });
    return both;
  }

  // --- Tiles and cells ----------------------------------------------------------------------

  // A place of the grid: column, line, short name, name.
  function tiled(trace, grid) {
    var places = trace.customdata.map(function (code) { return grid.places[code]; });
    var each = function (which) { return places.map(function (place) { return place[which]; }); };
    var words = trace.hovertext;
    return Object.assign({}, trace, {
      x: each(0), base: each(1), y: places.map(function () { return grid.side; }), width: grid.side
    }, words && {
      text: each(2), hovertext: places.map(function (place, at) { return place[3] + '<br>' + words[at]; })
    });
  }

  function gaps(trace, marks) {
    var x = [], y = [];
    trace.z.forEach(function (line, down) {
      line.forEach(function (value, across) {
        if (value !== null) return;
        x.push(trace.x[across]);
        y.push(trace.y[down]);
      });
    });
    var words = function (which) { return marks.each.map(function (kind) { return marks.kinds[kind][which]; }); };
    return {
      type: 'scatter', mode: 'text', name: 'without a figure', textfont: { size: 11 }, xperiod: 0, x: x, y: y,
      text: words(0), hovertext: words(1), hovertemplate: '<b>%{y}, %{x}</b><br>%{hovertext}<extra></extra>'
    };
  }

  // --- Bars: each value stands at the end of its bar and whisker, and the whisker reaches back from there.

  // A bar whose first part is known for certain: the part is drawn over it, and the rest stays a pale band.
  function parted(trace, parts, colour) {
    var places = Object.keys(parts);
    return {
      type: 'bar', orientation: 'h', name: 'part', hoverinfo: 'skip', hovertemplate: '',
      marker: { color: colour, opacity: strength(trace) },
      x: places.map(function (place) { return parts[place]; }), y: places.map(function (place) { return trace.y[place]; })
    };
  }

  function paled(trace, parts) {
    var opacity = trace.x.map(function (_, place) { return place in parts ? 0.2 : strength(trace); });
    return Object.assign({}, trace, { marker: Object.assign({}, trace.marker, { opacity: opacity }) });
  }

  function strength(trace) { return (trace.marker || {}).opacity || 1; }

  function whiskered(trace, said) {
    var drawn = { x: [], y: [], text: [], textposition: [] };
    var ahead = [], back = [];
    trace.x.forEach(function (value, place) {
      if (value === null) return;
      var known = (trace.customdata || [])[place], ends = known || [value, value];
      var under = value < 0;
      var length = ends[1] - ends[0];
      drawn.x.push(under ? Math.min(ends[0], value) : Math.max(ends[1], value));
      drawn.y.push(trace.y[place]);
      drawn.text.push(said.text ? said.text[place] : value);
      drawn.textposition.push(under ? 'middle left' : 'middle right');
      ahead.push(!known ? NaN : under ? length : 0);
      back.push(!known ? NaN : under ? 0 : length);
    });
    return Object.assign(drawn, {
      type: 'scatter', mode: 'text', name: 'whiskers', hoverinfo: 'skip', xperiod: 0,
      texttemplate: '\u00a0' + said.template + '\u00a0', error_x: { array: ahead, arrayminus: back }
    }, trace.xaxis && { xaxis: trace.xaxis });
  }

  // --- Lines --------------------------------------------------------------------------------

  // A line carries the ends of its intervals once, for the hover; the band is made of them here.
  function banded(trace, colour, behind) {
    var joined = /lines/.test(trace.mode || '');
    var months = trace.x || trace.y.map(function (_, place) { return Date.parse(trace.x0) + place * trace.dx; });
    var held = trace.y.map(function (value, place) { return value !== null && Boolean((trace.customdata || [])[place]); });
    var x = [], y = [], lone = [];
    for (var end, start = 0; start < held.length; start = end + 1) {
      for (end = start; held[end]; end++);
      if (end === start) continue;
      if (!joined || end === start + 1) {
        for (; start < end; start++) lone.push(start);
        continue;
      }
      var run = trace.customdata.slice(start, end);
      var along = months.slice(start, end);
      x = x.concat(along, along.slice().reverse(), null);
      y = y.concat(run.map(function (ends) { return ends[1]; }), run.map(function (ends) { return ends[0]; }).reverse(), null);
    }
    if (x.length) {
      behind.push({
        name: 'band', x: x.slice(0, -1), y: y.slice(0, -1), xaxis: trace.xaxis, yaxis: trace.yaxis, xperiod: trace.xperiod, mode: 'lines',
        line: { width: 0 }, fill: 'toself', fillcolor: clear(colour), hoverinfo: 'skip', zorder: -1
      });
    }
    return lone.length ? Object.assign({}, trace, { error_y: upright(trace, lone) }) : trace;
  }

  function upright(trace, places) {
    var reach = function (from, to) {
      return trace.y.map(function (value, place) {
        if (places.indexOf(place) < 0) return NaN; // no whisker, not one of no length
        var ends = [trace.customdata[place][0], value, trace.customdata[place][1]];
        return Math.max(ends[to] - ends[from], 0);
      });
    };
    return { type: 'data', symmetric: false, array: reach(1, 2), arrayminus: reach(0, 1) };
  }

  function clear(colour) {
    var parts = [1, 3, 5].map(function (place) { return parseInt(colour.slice(place, place + 2), 16); });
    return 'rgba(' + parts.join() + ',.2)';
  }

  // Points stand where no line runs through; what was `revised` is a diamond. What is provisional (`late`) is
  // hollow and dashed: plotly gives a line one dash.
  function pointed(trace, meta, colour, behind) {
    var among = function (places, place) { return (places || []).indexOf(place) >= 0; };
    var late = trace.y.map(function (_, place) { return among(meta.late, place); });
    var kept = function (keep) { return trace.y.map(function (value, place) { return keep(place) ? value : null; }); };
    if (meta.late) {
      behind.push(
        Object.assign({}, trace, {
          y: kept(function (place) { return late[place - 1] || late[place] || late[place + 1]; }),
          hoverinfo: 'skip', hovertemplate: '', error_y: {},
          line: Object.assign({}, trace.line, { color: colour, dash: 'dot' })
        }),
        Object.assign({}, trace, {
          y: kept(function (place) { return late[place]; }), mode: 'markers',
          marker: { color: colour, size: 7, symbol: 'circle-open', line: { width: 2 } }
        })
      );
    }
    return Object.assign({}, trace, { y: kept(function (place) { return !late[place]; }) }, (meta.revised || meta.alone) && {
      mode: 'lines+markers',
      marker: {
        color: colour, line: { width: 0 },
        size: trace.y.map(function (_, place) { return among(meta.revised, place) ? 9 : among(meta.alone, place) ? 7 : 0; }),
        symbol: trace.y.map(function (_, place) { return among(meta.revised, place) ? 'diamond' : 'circle'; })
      }
    });
  }
})();
