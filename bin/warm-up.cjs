// After an install, so that the first synthesis is as fast as the others. It must never fail an install: a mistake in a
// bakery file is for the synthesis to tell.
try {
  require('./kept-bundle.cjs').load('synth/main.ts').rehearse(process.cwd());
} catch {}
