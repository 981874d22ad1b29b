/** Of every simulated chain, in milliseconds. A third of mainnet's: there is always another block to wait for. */
export const BLOCK_TIME_MS = 2000;

/** Blocks of a cycle there: more than a run sees. Its sixteenth, between two snapshots of the stake, is whole. */
export const CYCLE_BLOCKS = 768;

/** In which a chain begins: so many cycles are history, with everybody's votes. */
export const CURRENT_CYCLE = 7;

/** Blocks of the history that are of that cycle. */
const BEGUN_BLOCKS = 40;
export const START_LEVEL = CURRENT_CYCLE * CYCLE_BLOCKS + BEGUN_BLOCKS;
