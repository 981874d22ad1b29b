import type { Edit } from '../../../../model/rules/rule';
import { until } from '../../cluster/processes';
import type { Scene } from '../scene';
import type { SpareProvider } from '../sites';
import type { Fault } from './fault';
import { imported, markerOf, nothingHalfDone, peerIdOf, privateNodeImports, volumeHash } from './import-state';

/** Providers that cannot be used, and what the import says of each: of no two the same. */
const faulty = [
  ['down', /the download failed after 0 KiB: wget: .+/],
  ['lies', /the download failed after [1-9]\d* KiB: wget: Connection closed at byte \d+/],
  ['cut-short', /the import failed, for the reason that stands above/],
  ['other-chain', /it holds block B\w+ at level \d+, but .+ has another one there/],
] as const;

/** Lines that say so of each; without one of them, an error. `title` is what comes before the words. */
function reasonsIn(text: string, title: (name: SpareProvider) => string): string[] {
  return faulty.map(([name, words]) => {
    const line = text.split('\n').find((each) => each.includes(`${title(name)}: `) && words.test(each));
    if (!line) throw new Error(`the import does not say: ${title(name)}: ${words.source}\n${text}`);
    return line;
  });
}

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
    const peerId = peerIdOf(scene);
    await scene.applyEdited(reimportFrom(scene, [...faultyNames, 'good']), 'baker');
    await imported(scene);
    if (peerIdOf(scene) !== peerId) throw new Error('the node has another identity than before the import');
    const log = reasonsIn(await scene.log('baker', 'import'), (name) => `import: ${name}`);
    if (!markerOf(scene).includes(scene.outside.snapshotAt('good').url))
      throw new Error(`the marker says: ${markerOf(scene)}`);
    await scene.restore();
    return { log: log.join('\n') };
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
    const reasons = reasonsIn(summary, (name) => `${name} (${scene.outside.snapshotAt(name).url})`);
    await nothingHalfDone(scene);
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
    return { event, status, log: reasons.join('\n') };
  },
};
