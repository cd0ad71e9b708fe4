// The slim Plotly bundle: the core with the four trace types that the shapes
// of this dashboard draw. `python -m dashboard.bundle` builds it.
import * as library from 'plotly.js/lib/core';
import bar from 'plotly.js/lib/bar';
import choropleth from 'plotly.js/lib/choropleth';
import heatmap from 'plotly.js/lib/heatmap';
import localeCy from 'plotly.js/lib/locales/cy';
import scatter from 'plotly.js/lib/scatter';

const Plotly = library.default || library;
Plotly.register([scatter, bar, heatmap, choropleth, localeCy]);
window.Plotly = Plotly;
