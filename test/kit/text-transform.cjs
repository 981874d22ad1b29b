const { readFileSync } = require('node:fs');

/** Imports of scripts and data files are their text, as in the bundle (jest itself would cut off a first line with `#!`). */
module.exports = {
  process: (_text, path) => {
    const text = readFileSync(path, 'utf8');
    return { code: `module.exports = ${JSON.stringify({ __esModule: true, default: text })};` };
  },
};
