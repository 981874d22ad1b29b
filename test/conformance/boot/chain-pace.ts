/** Of every simulated chain, in milliseconds. A third of mainnet's: there is always another block to wait for. */
export const BLOCK_TIME_MS = 2000;
