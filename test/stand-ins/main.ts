import { basename } from 'node:path';
import { backereiProgram } from './backerei/backerei.program';
import { chainProgram } from './chain/chain.program';
import { accuserProgram } from './client/accuser.program';
import { bakerProgram } from './client/baker.program';
import { clientProgram } from './client/client.program';
import { endorserProgram } from './client/endorser.program';
import { dalNodeProgram } from './dal-node/dal-node.program';
import { indexerProgram } from './indexer/indexer.program';
import { Exit, endUncaught, type Program } from './kit/program';
import { currentRelease, programNames } from './kit/release';
import { nodeProgram } from './node/node.program';
import { signatoryProgram } from './signatory/signatory.program';
import { signerProgram } from './signer/signer.program';
import { tezpayProgram } from './tezpay/tezpay.program';
import { webProgram } from './web/web.program';

/**
 * One program with the real programs' names. `stand-in.cjs <name> <words>` (the launcher of the image), or a link with
 * the name to the bundle.
 */
const programs: readonly (readonly [RegExp, Program])[] = [
  [/^stand-in-chain$/, chainProgram],
  [/^stand-in-web$/, webProgram],
  [/^stand-in-indexer$/, indexerProgram],
  [/^tezpay$/, tezpayProgram],
  [/^backerei$/, backereiProgram],
  [/^signatory$/, signatoryProgram],
  [/^(octez|tezos)-node$/, nodeProgram],
  [/^(octez|tezos)-signer$/, signerProgram],
  [/^(octez|tezos)-client$/, clientProgram],
  [/^(octez|tezos)-dal-node$/, dalNodeProgram],
  [/^(octez|tezos)-baker(-|$)/, bakerProgram],
  [/^(octez|tezos)-accuser(-|$)/, accuserProgram],
  [/^tezos-endorser-/, endorserProgram],
];

async function main(): Promise<number> {
  const linked = basename(process.argv[1] ?? '').replace(/\.c?js$/, '');
  const [name, words] =
    linked === 'stand-in' ? [process.argv[2] ?? '', process.argv.slice(3)] : [linked, process.argv.slice(2)];
  const program = programs.find(([pattern]) => pattern.test(name))?.[1];
  const release = currentRelease();
  const isOurs = name.startsWith('stand-in-') || ['tezpay', 'backerei', 'signatory'].includes(name);
  if (!program || (!isOurs && !programNames(release.version).includes(name))) {
    throw new Exit(127, `${name}: not found in version ${release.version}`);
  }
  return program({ name, release, words });
}

process.on('uncaughtException', endUncaught);
main().then(
  (code) => process.exit(code),
  (error: NodeJS.ErrnoException) => {
    const isOurs = error instanceof Exit;
    // Files and addresses that are not to be had are errors; 126 is an exception nobody caught (octez.md 3.4).
    const code = isOurs ? error.code : error.code ? 1 : 126;
    process.stderr.write(`${isOurs ? error.message : error.code ? `Error: ${error.message}` : error.stack}\n`);
    process.exit(Number(code));
  },
);
