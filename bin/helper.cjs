// A second thread that renders bakeries beside the first. It starts before the program does: both take the same time to
// load, and for a handful of bakeries that is longer than to render them.
const { readdirSync } = require('node:fs');
const { availableParallelism } = require('node:os');
const { join } = require('node:path');
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');
const { run } = require('./kept-bundle.cjs');

const FEWEST_BAKERIES = 50;

/** A thread that waits for a job from `program`; undefined where it would not pay. */
exports.start = (program, cwd) => {
  if (availableParallelism() < 2 || entriesOf(join(cwd, 'bakeries')) < FEWEST_BAKERIES) return undefined;
  const helper = new Worker(__filename, { workerData: program });
  helper.on('error', () => {}); // what it leaves undone the first thread does, and meets the same error
  helper.unref();
  return helper;
};

/** How many files there are. If there is no such folder, the program has better words for it. */
function entriesOf(folder) {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}

if (!isMainThread) {
  process.noDeprecation = true;
  run(workerData).help(parentPort);
}
