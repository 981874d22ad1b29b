const bundle = require('../../bin/bundle.cjs');

/** What a bundle of this project has by these names; each made when a test first renders something that holds it. */
const made = { BUNDLED_PROGRAMS: bundle.programs, SIGNER_FILES: bundle.signerFiles };

for (const [name, make] of Object.entries(made)) {
  let value;
  Object.defineProperty(globalThis, name, {
    get: () => {
      value ??= make();
      return value;
    },
  });
}
