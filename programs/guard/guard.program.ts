import { runProgram } from '../runtime/run-program';
import { sayTo } from './control';
import { GUARD_CONFIG, type GuardConfig } from './guard.contract';
import { startGuard } from './start-guard';

/** `guard [--config <file>]` runs it; with `status`, `fence <signer>` or `floor <level> <round>` behind, says so to the one that runs here. */
runProgram<GuardConfig>({
  configFile: GUARD_CONFIG,
  start: startGuard,
  say: async ({ control }, words) => {
    const { text, isTaken } = await sayTo(control, words);
    process.stdout.write(text);
    return isTaken;
  },
});
