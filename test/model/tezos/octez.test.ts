import { compareReleases, octezRelease, releaseNames, releaseProblem } from '../../../model/tezos/octez';
import { protocols } from '../../../model/tezos/protocols';

test('known releases are found, oldest first by number, not by letter', () => {
  expect([...releaseNames].sort(compareReleases)).toEqual(releaseNames);
  expect(releaseNames.at(0)).toBe('7.5');
  expect(releaseNames.at(-1)).toBe('25.2');
  for (const name of releaseNames) expect(octezRelease(name)?.version).toBe(name);
  expect(compareReleases('25.10', '25.2')).toBeGreaterThan(0);
  expect(compareReleases('7.5', '25.2')).toBeLessThan(0);
  expect(compareReleases('24.4', '24.4')).toBe(0);
});

test('a security release that we do not know yet takes the facts of the release before it', () => {
  const { version, imageTag, ...facts } = octezRelease('25.3')!;
  const { version: _v, imageTag: _i, ...known } = octezRelease('25.2')!;
  expect([version, imageTag]).toEqual(['25.3', 'octez-v25.3']);
  expect(facts).toEqual(known);
});

test('a release between two that we know takes the facts of the older one', () => {
  expect(octezRelease('21.2')?.hasWithoutDal).toBe(false);
  expect(octezRelease('21.5')?.hasWithoutDal).toBe(true);
  expect(octezRelease('20.2')).toMatchObject({ bakerProtocols: ['018', '019', '020'], dataVersion: '3.0' });
});

test('an unknown major version, or something else, is refused with what to write', () => {
  for (const text of ['26.0', '19.1', '7.4', '25', 'v25.2', '25.2.1', '25.02', ''])
    expect(octezRelease(text)).toBeUndefined();
  expect(releaseProblem('25.2')).toBeUndefined();
  expect(releaseProblem('26.0')).toBe(
    '"26.0" is not an Octez release that we know; write major.minor, e.g. 25.2 (known major versions: 7, 20, 21, 22, 23, 24, 25)',
  );
});

test('7.5 has the names and lacks the features of its time', () => {
  expect(octezRelease('7.5')).toMatchObject({
    imageTag: 'v7.5',
    binaries: { node: '/usr/local/bin/tezos-node', signer: '/usr/local/bin/tezos-signer' },
    architectures: ['amd64'],
    hasKeepAlive: false,
    hasMetricsServer: false,
    generatesIdentity: false,
    dalChoice: 'absent',
  });
});

test('data and snapshots of 20.3 are those of 21, and signers before 23.0 know no version', () => {
  const facts = ['20.1', '20.3', '21.4', '22.1', '23.3', '25.2'].map((name) => octezRelease(name)!);
  expect(facts.map(({ dataVersion }) => dataVersion)).toEqual(['3.0', '3.2', '3.2', '3.2', '3.2', '3.3']);
  expect(facts.map(({ snapshotVersions }) => snapshotVersions?.at(-1))).toEqual([7, 8, 8, 8, 9, 9]);
  expect(facts.map(({ signerApiVersion }) => signerApiVersion)).toEqual([0, 0, 0, 0, 2, 3]);
});

test('bakers run protocols that exist, each release the one it was made for', () => {
  const numbers = protocols.map(({ number }) => number);
  for (const name of releaseNames)
    expect(numbers).toEqual(expect.arrayContaining([...octezRelease(name)!.bakerProtocols]));
  expect(octezRelease('25.2')?.bakerProtocols).toContain('025');
  expect(octezRelease('24.4')?.bakerProtocols).not.toContain('025');
});
