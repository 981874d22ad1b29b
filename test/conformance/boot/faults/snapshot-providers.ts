import type { Edit } from '../../../../model/rules/rule';
import { until } from '../../cluster/processes';
import type { SpareProvider } from '../outside';
import type { Scene } from '../scene';
import type { Fault } from './fault';
import { imported, markerOf, privateNodeImports, volumeHash } from './import-state';

/** Providers that cannot be used, and what the import says of each. */
const faulty = [
  ['down', 'the download failed'],
  ['lies', 'the download failed'],
  ['cut-short', 'the import failed'],
  ['other-chain', 'it holds block'],
] as const;

/** The bakery with another list of providers, and a new state wanted. */
function reimportFrom({ outside }: Scene, names: readonly SpareProvider[]): Edit {
  return [
    [['bringUp', 'snapshots'], names.map((name) => outside.snapshotAt(name))],
    [['privateNode', 'reimport'], names.join('-')],
  ];
}

const faultyNames = faulty.map(([name]) => name);

/** One provider is down, one lies about its size, one is cut short, one has another chain's block: the fifth is used. */
export const nextProvider: Fault = {
  name: 'providers that are down, lie about their size, are cut short or have another chain are passed over for the next one',
  word: 'next-provider',
  fits: privateNodeImports,
  seconds: 24,
  async run(scene) {
    await scene.applyEdited(reimportFrom(scene, [...faultyNames, 'good']), 'baker');
    await imported(scene);
    const log = await scene.log('baker', 'import');
    for (const [name, words] of faulty) {
      if (!log.includes(`${name}: ${words}`)) throw new Error(`the import does not say: ${name}: ${words}\n${log}`);
    }
    if (!markerOf(scene).includes(scene.outside.snapshotAt('good').url))
      throw new Error(`the marker says: ${markerOf(scene)}`);
    await scene.restore();
    const lines = log.split('\n').filter((line) => faulty.some(([name, words]) => line.includes(`${name}: ${words}`)));
    return { log: lines.join('\n') };
  },
};

/** None of them is left. */
export const noProvider: Fault = {
  name: 'with no provider left the error says which, why, and the volume is as before',
  word: 'no-provider',
  fits: privateNodeImports,
  seconds: 31,
  async run(scene) {
    await scene.scale('baker', 0);
    const before = volumeHash(scene);
    await scene.applyEdited(reimportFrom(scene, faultyNames), 'baker');
    const said = (words: string) => async () => (await scene.log('baker', 'import')).includes(words);
    await until('the import gives up', 60, said('take reimport out of the bakery file'));
    const log = await scene.log('baker', 'import');
    const summary = log.slice(log.indexOf('import: no provider has a snapshot that can be used'));
    for (const [name, words] of faulty) {
      const line = `${name} (${scene.outside.snapshotAt(name).url}): ${words}`;
      if (!summary.includes(line)) throw new Error(`the error does not say: ${line}\n${summary}`);
    }
    if (volumeHash(scene) !== before) throw new Error('the volume is another one');
    const event = await until('an event speaks of it', 30, async () =>
      (await scene.events('baker')).find((line) => line.startsWith('BackOff')),
    );
    const { metadata } = await scene.pod('baker');
    const status = await scene.line('baker');
    // What the error tells the operator to do.
    await scene.restore();
    await scene.podAfter('baker', metadata.uid);
    await until('the node starts with what it had', 60, said('the data is complete'));
    return { event, status, log: summary.split('\n').slice(0, 4).join('\n') };
  },
};
