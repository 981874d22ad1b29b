/** Imports of scripts and data files are their text, as in the bundle. */
module.exports = {
  process: (text) => ({ code: `module.exports = ${JSON.stringify({ __esModule: true, default: text })};` }),
};
