import { sentence } from '../../../model/messages/problems';
import { findProblems } from '../../../model/reading/check';
import { customNetwork } from '../../../model/rules/edits';
import type { Edit } from '../../../model/rules/rule';
import { smallestFile } from '../../kit/bakeries';

const NO_HOST = 'names no host that pods can dial';
const said = (edit: Edit) =>
  findProblems([smallestFile(edit)])
    .map(sentence)
    .join('\n');
const places: Record<string, (host: string) => Edit> = {
  'a public node': (host) => [[['bringUp'], { publicRpcs: [{ operator: 'x', url: `https://${host}/a` }] }]],
  'a snapshot': (host) => [[['bringUp'], { snapshots: [{ operator: 'x', url: `https://${host}/{mode}` }] }]],
  'a config': (host) => [
    [['network'], { custom: { ...customNetwork('ushuaia'), config: { url: { url: `https://${host}/a` } } } }],
  ],
  'a peer': (host) => [[['network'], { custom: { ...customNetwork('ushuaia'), bootstrapPeers: [host] } }]],
  'a DAL peer': (host) => [[['network'], { custom: { ...customNetwork('ushuaia'), dalBootstrapPeers: [host] } }]],
};

describe.each(Object.entries(places))('%s', (_, at) => {
  test.each([
    '1.2.3.4.5',
    'a.1',
    'localhost',
    'LocalHost.',
    'a.localhost',
    'localhost.localdomain',
    'metadata.google.internal',
    '127.0.0.1',
    '127.0.0.2',
    '127.1',
    '0x7f.1',
    '2130706433',
    '0.0.0.0',
    '10.1.2.3',
    '169.254.169.254',
    'a..example',
    '.example',
    'a.example..',
    'example',
    '-',
    '.',
    '...',
    '-a.example',
    'a-.example',
    'xn--a.example',
    `${'a'.repeat(64)}.example`,
  ])('%s is no host that a pod can dial', (host) => {
    expect(said(at(host))).toContain(NO_HOST);
  });

  test.each(['a.example', 'A-b.Example.', 'xn--bcher-kva.example', '8.8.8.8', '1.a.example'])('%s is one', (host) => {
    expect(said(at(host))).not.toContain(NO_HOST);
  });
});

test.each(['10.1.2.3:9732', '172.16.0.1:9732', '192.168.1.1', '100.64.0.1:9732'])(
  'a peer that the policies would let nobody dial is refused: %s',
  (peer) => {
    expect(said(places['a peer'](peer))).toContain(NO_HOST);
  },
);

test.each(['a.example:0', 'a.example:65536', 'a.example:99999'])('a peer has a port that exists: %s', (peer) => {
  expect(said(places['a peer'](peer))).toContain('a port is a number from 1 to 65535');
});

test.each(['a.example:1', 'a.example:65535', 'a.example:9732#idrVGTsrXtXFAKVTXTLJRxDsy2afsm'])('a peer: %s', (peer) => {
  expect(said(places['a peer'](peer))).not.toContain(NO_HOST);
});
