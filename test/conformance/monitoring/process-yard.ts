import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { standInBundle } from '../../stand-ins/build';
import { distObjects } from '../dist-objects';
import { Child } from '../signing/child-program';

/** Programs that run here for a while, in a folder of their own, on free ports of loopback. */
export class ProcessYard {
  private readonly children: Child[] = [];

  constructor(
    private readonly root: string,
    readonly folder: string,
  ) {
    mkdirSync(folder, { recursive: true });
    this.write('stand-in.cjs', standInBundle(join(root, 'test', 'stand-ins')));
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** Answers its path. */
  write(name: string, content: unknown): string {
    mkdirSync(join(this.path(name), '..'), { recursive: true });
    writeFileSync(this.path(name), typeof content === 'string' ? content : JSON.stringify(content));
    return this.path(name);
  }

  makeFolder(name: string): string {
    mkdirSync(this.path(name), { recursive: true });
    return this.path(name);
  }

  /** A script, before all others in the PATH of what is started here. */
  writeProgram(name: string, script: string): void {
    chmodSync(this.write(`bin/${name}`, `#!/bin/sh\n${script}\n`), 0o755);
  }

  /** A program of Octez, or of the world around it, as the stand-in behaves; until it says `ready`. */
  standIn(name: string, words: readonly string[], ready: RegExp): Promise<Started> {
    return this.start(name, [this.path('stand-in.cjs'), name, ...words], ready);
  }

  /** A program of ours as dist/ holds it: the same text as in its pod or at home. */
  own(name: 'guard' | 'agent' | 'chain-exporter', words: readonly string[]): Promise<Started> {
    return this.start(name, [this.write(`${name}.mjs`, ownProgram(this.root, name)), ...words]);
  }

  async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => child.kill()));
  }

  private async start(name: string, words: readonly string[], ready?: RegExp): Promise<Started> {
    let output = '';
    const child = new Child({
      program: process.execPath,
      words,
      env: { PATH: `${this.path('bin')}:${process.env.PATH}`, HOME: this.folder, STAND_IN_VERSION: '25.2' },
      onLine: (line) => (output += `${line}\n`),
    });
    this.children.push(child);
    const started = new Started(child, () => output);
    if (ready) {
      await until(
        `${name} is ready`,
        () => ready.test(output) || !child.isRunning,
        () => output,
      );
      if (!child.isRunning) throw new Error(`${name} ended: ${output.slice(-500)}`);
    }
    return started;
  }
}

/** One that runs. */
export class Started {
  constructor(
    readonly child: Child,
    private readonly output: () => string,
  ) {}

  /** The numbers after `word` in what it says of itself. */
  ports(word: string): number[] {
    const [, found = ''] = new RegExp(`${word} ([\\d ]+)`).exec(this.output()) ?? [];
    return found.trim().split(' ').map(Number);
  }

  get said(): string {
    return this.output();
  }
}

function ownProgram(root: string, name: 'guard' | 'agent' | 'chain-exporter'): string {
  if (name === 'agent') return readFileSync(join(root, 'dist', 'signer', 'programs', 'agent.mjs'), 'utf8');
  const file = `${name}.mjs`;
  const [found] = distObjects(root, 'mainnet').flatMap(({ manifest }) => (manifest as any).data?.[file] ?? []);
  if (found === undefined) throw new Error(`dist/charts/mainnet holds no ${file}`);
  return found;
}

/** Waits until it is so; the error says what `state` tells. */
export async function until(
  what: string,
  isSo: () => unknown,
  state: () => unknown = () => '',
  seconds = 30,
): Promise<void> {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`has not come to be within ${seconds} s: ${what}; ${String(await state()).slice(-1500)}`);
}
