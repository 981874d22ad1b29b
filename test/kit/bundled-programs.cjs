const { programsOfCharts } = require('../../bin/bundle.cjs');

let programs;

/** What the bundle of this project has by that name; made when a test first renders a chart that holds one. */
Object.defineProperty(globalThis, 'BUNDLED_PROGRAMS', {
  get: () => {
    programs ??= programsOfCharts();
    return programs;
  },
});
