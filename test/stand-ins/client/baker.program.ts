import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isLegacy } from '../chain/chain-context';
import { clicError, unrecognized } from '../kit/command-line';
import { readJson } from '../kit/files';
import { ask, askJson } from '../kit/http-client';
import { type Call, Exit, endOnSignals, type Program, say } from '../kit/program';
import { storedVersion } from '../node/data-dir';
import { readLocalContext } from '../node/store';
import { chosenKeys, readWallet, withWalletLock } from './base-dir-wallet';
import { BlockMaker } from './block-maker';
import { type DaemonCall, parseDaemon } from './daemon';
import type { Header } from './node-link';
import { Nonces } from './nonces';
import { publicKeyOf, signerOf } from './signing-key';
import { type VoteParts, vote } from './votes';
import { Watermarks } from './watermarks';

/** octez-baker and tezos-baker-006-PsCARTHA: `run with local node DIR [KEY...]`, `run remotely [KEY...]` (octez.md 5). */
export const bakerProgram: Program = async (call) => {
  const daemon = parseDaemon(call, 'baker');
  const names = keyNames(call, daemon);
  checkChoices(call, daemon);
  const keys = await withWalletLock(daemon.baseDir, () => chosenKeys(readWallet(daemon.baseDir), names));
  await Promise.all(keys.map(publicKeyOf)).catch((error: Error) => {
    throw new Exit(1, `Error:\n  ${error.message}\n`);
  });
  const signers = keys.map((key) => ({ alias: key.alias, address: key.address, sign: signerOf(key) }));
  if (signers.length === 0) throw new Exit(1, 'Error:\n  No key to bake with in the wallet\n');
  endOnSignals(async () => {});
  say(`Baker started for ${signers.map(({ alias, address }) => `${alias} (${address})`).join(', ')}`);
  return daemon.node.whileReachable(async (onAnswer) => {
    await checkVersion(call, daemon);
    const chainId = await daemon.node.get<string>('/chains/main/chain_id');
    const watermarks = new Watermarks(daemon.baseDir, chainId);
    const { node } = daemon;
    const dal = dalOf(daemon.options.value('--dal-node'));
    const work = worker({ node, chainId, signers, watermarks, version: undefined, dal }, daemon.baseDir);
    onAnswer();
    await node.heads(
      (head) => void work(head.hash).catch((error: Error) => say(`head ${head.hash}: ${error.message}`)),
    );
  });
};

function keyNames({ release }: Call, { words, options }: DaemonCall): readonly string[] {
  if (words[0] === 'remotely' && release.version !== '7.5') return words.slice(1);
  const [a, b, c, dataDir, ...keys] = words;
  if (a !== 'with' || b !== 'local' || c !== 'node' || dataDir === undefined) throw unrecognized();
  if (options.has('--extra-node')) throw clicError('--extra-node is only supported with run remotely.');
  if (storedVersion(dataDir) === undefined || !readLocalContext(dataDir)) {
    throw new Exit(
      1,
      `Error:\n  Unable to read the context of the local node: ${dataDir} is not a node's data directory\n`,
    );
  }
  return keys;
}

/** The choices that 25.2 leaves to nobody: DAL or not, and the liquidity baking vote. */
function checkChoices({ release }: Call, { options, baseDir }: DaemonCall): void {
  if (release.version === '7.5') return;
  const [dal, without] = [options.has('--dal-node'), options.has('--without-dal')];
  if (dal && without) throw new Exit(1, 'Error:\n  Please do not use --dal-node and --without-dal together\n');
  if (!dal && !without) {
    throw new Exit(
      1,
      'Error:\n  Please connect a running DAL node using --dal-node <endpoint>, or opt out with --without-dal\n',
    );
  }
  const vote = options.value('--liquidity-baking-toggle-vote');
  if (vote !== undefined && !['on', 'off', 'pass'].includes(vote)) {
    throw clicError('Wrong value for command line option --liquidity-baking-toggle-vote.');
  }
  const files = [options.value('--votefile'), 'per_block_votes.json', join(baseDir, 'per_block_votes.json')];
  const file = files.find((each) => each !== undefined && existsSync(each));
  if (!file && vote === undefined)
    throw new Exit(
      1,
      'Error:\n  Missing liquidity baking toggle vote, please use either the --liquidity-baking-toggle-vote or --votefile option.\n',
    );
  if (file && Object.keys(readJson<object>(file) ?? {}).join() !== 'liquidity_baking_toggle_vote') {
    throw new Exit(1, `Error:\n  Invalid vote file ${file}\n`);
  }
}

/** A baker that is newer than its node refuses to start (octez.md 5). */
async function checkVersion({ release }: Call, { node, options }: DaemonCall): Promise<void> {
  if (release.version === '7.5' || options.has('--node-version-check-bypass')) return;
  const { version } = await node.get<{ version: { major: number; minor: number } }>('/version');
  const [major, minor] = release.version.split('.').map(Number);
  if (version.major < major || (version.major === major && version.minor < minor)) {
    throw new Exit(
      1,
      `Error:\n  The baker (${release.version}) is newer than its node (${version.major}.${version.minor})\n`,
    );
  }
}

/** Octez' bakers send the version of their protocol: 024 sends 2, 025 sends 3 (octez.md 7.2). */
const requestVersion = (protocol: string) =>
  protocol.startsWith('PsUshuai') ? 3 : protocol.startsWith('PtTALLiN') ? 2 : undefined;

function worker(parts: VoteParts, baseDir: string): (hash: string) => Promise<void> {
  const nonces = new Nonces(baseDir, parts.chainId);
  const maker = new BlockMaker(parts, nonces);
  return async (hash) => {
    const head = await parts.node.get<Header>(`/chains/main/blocks/${hash}/header`);
    const version = requestVersion(head.protocol);
    const ours = { ...parts, version };
    const planned = maker.plan(head, version);
    if (!isLegacy(head.protocol)) await vote(ours, head);
    await planned;
    await revealNonces(parts, nonces, head);
  };
}

async function revealNonces({ node }: VoteParts, nonces: Nonces, head: Header): Promise<void> {
  const { cycle } = await node.get<{ cycle: number }>(`/chains/main/blocks/${head.hash}/helpers/current_level`);
  for (const data of nonces.reveal(cycle, head.hash)) await node.post('/injection/operation?chain=main', data);
}

/** What the DAL node says is attestable; it is asked, and never waited for (octez.md 5: fixed in 25.2). */
function dalOf(url: string | undefined): VoteParts['dal'] {
  if (!url) return undefined;
  const base = url.replace(/\/$/, '');
  return async (delegate, level) => {
    try {
      const { status } = await ask(`${base}/health`, { timeoutMs: 500 });
      if (status !== 200) return undefined;
      const slots = await askJson<number[]>(`${base}/profiles/${delegate}/attestable_slots?level=${level}`, {
        timeoutMs: 500,
      });
      return slots.reduce((bits, slot) => bits + 2 ** slot, 0) || undefined;
    } catch {
      return undefined;
    }
  };
}
