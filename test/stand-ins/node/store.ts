import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from '../chain/block';
import { BlockTree } from '../chain/block-tree';
import { type ChainContext, genesisHash } from '../chain/chain-context';
import { readJson, readText, replaceFile, toJson } from '../kit/files';
import { Exit, say } from '../kit/program';
import { currentRelease } from '../kit/release';
import { type HistoryMode, historyModeFromJson, historyModeJson } from './history-mode';
import type { Network } from './known-networks';

/** `store/` and `context/` of the data directory. Written block by block; a kill leaves half a line, which the next start drops. */
interface StoreState {
  readonly chainName: string;
  readonly chainId: string;
  readonly historyMode: unknown;
  readonly caboose: number;
  readonly context?: ChainContext;
}

export const storeDir = (dataDir: string) => join(dataDir, 'store');
export const contextDir = (dataDir: string) => join(dataDir, 'context');

export class Store {
  private readonly folder: string;

  constructor(private readonly dataDir: string) {
    this.folder = storeDir(dataDir);
  }

  private path(name: string): string {
    return join(this.folder, name);
  }
  get exists(): boolean {
    return existsSync(this.folder);
  }
  get state(): StoreState | undefined {
    return readJson<StoreState>(this.path('state.json'));
  }

  /** Everything but `state.json`: without that one the store counts as damaged. */
  begin(first: Block): void {
    mkdirSync(this.folder, { recursive: true });
    mkdirSync(contextDir(this.dataDir), { recursive: true });
    writeFileSync(this.path('blocks.jsonl'), `${JSON.stringify(first)}\n`);
  }

  finish(facts: { network: Network; historyMode: HistoryMode; caboose: number; context?: ChainContext }): void {
    const { network, historyMode, caboose, context } = facts;
    const { chainName, chainId } = network;
    const state: StoreState = { chainName, chainId, historyMode: historyModeJson(historyMode), caboose, context };
    writeFileSync(join(contextDir(this.dataDir), 'version'), 'brassaia\n');
    this.write(state);
  }

  update(change: Partial<StoreState>): void {
    this.write({ ...(this.state as StoreState), ...change });
  }

  /** Beside our own file what others read of a store since 10.0: naming.ml, chain_config of store_types.ml. */
  private write(state: StoreState): void {
    const config = { history_mode: state.historyMode, genesis: genesisHash(state.chainName), expiration: null };
    const folder = this.path(`chain_${state.chainId.slice(0, 13)}`);
    if (currentRelease().version !== '7.5') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'config.json'), toJson(config));
    }
    replaceFile(this.path('state.json'), toJson(state));
  }

  append(block: Block): void {
    appendFileSync(this.path('blocks.jsonl'), `${JSON.stringify(block)}\n`);
    writeFileSync(join(contextDir(this.dataDir), 'head'), `${block.level} ${block.hash}\n`);
  }

  /** What a kill in the middle of a write leaves; answers whether it is the first one of that block. */
  appendHalf(block: Block): boolean {
    const record = this.path('torn');
    if (readText(record) === block.hash) return false;
    writeFileSync(record, block.hash);
    const line = JSON.stringify(block);
    appendFileSync(this.path('blocks.jsonl'), line.slice(0, line.length / 2));
    return true;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(contextDir(this.dataDir), { recursive: true, force: true });
  }

  /** All blocks, after a repair where the last write was cut short. */
  private blocks(): Block[] {
    const path = this.path('blocks.jsonl');
    const text = readText(path);
    if (text === undefined) throw damaged(this.dataDir, 'no blocks');
    if (!text.endsWith('\n')) {
      say('the store is in an inconsistent state (it was not closed properly): restoring consistency');
      truncateSync(path, Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)));
    }
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Block);
  }

  load(network: Network): { tree: BlockTree; state: StoreState; historyMode: HistoryMode } {
    const { state } = this;
    if (!state) throw damaged(this.dataDir, 'an import was interrupted');
    if (state.chainName !== network.chainName) {
      throw new Exit(1, `Error: The store is of chain ${state.chainName}, the configuration of ${network.chainName}.`);
    }
    if (!existsSync(contextDir(this.dataDir))) throw damaged(this.dataDir, 'no context');
    const [first, ...rest] = this.blocks();
    if (!first) throw damaged(this.dataDir, 'no block');
    const tree = new BlockTree(first);
    tree.history = state.context;
    for (const block of rest) tree.add(block);
    tree.caboose = state.caboose;
    tree.branchSwitches = 0;
    tree.ignoredHeads = 0;
    if (rest.length > 20_000) this.compact(tree);
    return { tree, state, historyMode: historyModeFromJson(state.historyMode) };
  }

  private compact(tree: BlockTree): void {
    tree.forgetBelow(tree.head.level - 2000);
    const lines: string[] = [];
    for (let level = tree.caboose; level <= tree.head.level; level++) lines.push(JSON.stringify(tree.at(level)));
    replaceFile(this.path('blocks.jsonl'), `${lines.join('\n')}\n`);
    this.update({ caboose: tree.caboose });
  }
}

const damaged = (dataDir: string, why: string) =>
  new Exit(1, `Error: Failed to load the store of ${dataDir}: ${why}. Import a snapshot into an empty data directory.`);

/** Where a chain begins for a node that has nothing. */
export function genesisBlock({ chainName }: Network): Block {
  const hash = genesisHash(chainName);
  const protocol = 'PrihK96nBAFSxVL1GLJTVhu9YnzkMFiBeuJRPA8NwuZVZCE1L6i';
  return { hash, level: 0, round: 0, predecessor: hash, timeMs: 0, protocol, baker: '', operations: [] };
}

/** A baker reads the node's context from its disk: what it must find (octez.md 5, `run with local node`). */
export function readLocalContext(dataDir: string): { level: number } | undefined {
  try {
    return { level: Number(readFileSync(join(contextDir(dataDir), 'head'), 'utf8').split(' ')[0]) };
  } catch {
    return existsSync(contextDir(dataDir)) ? { level: 0 } : undefined;
  }
}
