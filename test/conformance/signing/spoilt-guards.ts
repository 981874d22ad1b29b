import { askSigner } from './ask-signer';
import { ownFolder } from './child-program';
import { requestHex } from './made-requests';
import { type Broken, ownPrograms } from './own-programs';
import { SigningWorld, type WorldParts } from './signing-world';

/** Rules whose absence must be seen by whoever looks at what passes. */
const spoilt: readonly { readonly name: string; readonly broken: readonly Broken[] }[] = [
  {
    name: 'sends before it marks',
    broken: [
      {
        file: 'guard/guard-core.ts',
        from: 'this.marks.raise(asked.key, asked.kind, asked);',
        to: 'setTimeout(() => this.marks.raise(asked.key, asked.kind, asked), 500);',
      },
    ],
  },
  {
    name: 'has no floor',
    broken: [
      {
        file: 'guard/guard-core.ts',
        from: "if (this.floor.covers(slot)) return 'at or below the floor';",
        to: '',
      },
    ],
  },
];

/** What the checker sees of a guard that is broken on purpose, by what is broken. */
export async function doublesOfSpoiltGuards(root: string, parts: WorldParts): Promise<Map<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const [i, { name, broken }] of spoilt.entries()) {
    const folder = `${parts.folder}-${i}`;
    const programs = await ownPrograms(root, ownFolder(folder), broken);
    const world = new SigningWorld({ ...parts, name: `${parts.name}-${i}`, folder, programs });
    try {
      await world.start();
      found.set(name, await provoke(world));
    } finally {
      await world.stop();
    }
  }
  return found;
}

/** Asks twice, restarts the guard, and asks twice again. */
async function provoke(world: SigningWorld): Promise<readonly string[]> {
  await world.signs(world.pod);
  const level = world.chain.head.level + 1;
  await askTwice(world, level);
  await world.pod.killGuard();
  world.pod.startGuard();
  await world.opens(world.pod);
  await askTwice(world, level);
  return world.checker.doubles;
}

async function askTwice({ pod, keys }: SigningWorld, level: number): Promise<void> {
  const key = keys[0]!;
  const path = `/keys/${key}?version=3`;
  for (const payload of ['one', 'another']) {
    const hex = requestHex({ key, kind: 'attestation', level, round: 0, payload, branch: 'b' });
    await askSigner({ port: pod.port, path, body: JSON.stringify(hex) });
  }
}
