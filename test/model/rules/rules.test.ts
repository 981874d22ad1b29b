import { sentence } from '../../../model/messages/problems';
import { findProblems } from '../../../model/reading/check';
import type { Broken } from '../../../model/rules/rule';
import { rules } from '../../../model/rules/rules';
import { fixtureFiles, smallestFile } from '../../kit/bakeries';

const filesOf = ({ by, beside, named, besideNamed = 'other' }: Broken) => [
  smallestFile(by, named),
  ...(beside ? [smallestFile(beside, besideNamed)] : []),
];

test('the smallest bakery and the fixtures break no rule', () => {
  expect(findProblems([smallestFile()])).toEqual([]);
  expect(findProblems(fixtureFiles())).toEqual([]);
});

/** A row brings its own test along, and would take it away: so each is named here too. */
const promised = [
  "a bakery's name is lower-case",
  'the watchtower is not a bakery',
  "no bakery takes a name of Google's or Kubernetes'",
  'no bakery is named like a folder of what signers share',
  'names that follow from the bakery fit their limits',
  'an address is a valid tz1 to tz4 address',
  'a public key is a valid public key',
  'a public key hashes to its address',
  'a key stands once in a file',
  'a key stands in one file of a network',
  'the key of an example stays in its example',
  'bakers have different names',
  'no baker is named like the key of another',
  'a hot key is not for mainnet',
  'Cloud KMS signs for tz2 and tz3',
  'what signs with Cloud KMS reads what the bakers of the chain sign',
  'the chain knows tz4',
  'consensus keys came with Lima',
  'a companion key is tz4 and stands beside a tz4 consensus key',
  'DAL with tz4 needs a companion key',
  'each key that signs is held by a signer',
  'a signer holds keys of bakers of its file',
  'a Ledger holds one key',
  'a Ledger does not sign for tz4',
  'signers have different names',
  'signers have different ssh keys',
  'the ssh key of an example stays in its example',
  'the address of the gateway is public',
  'the host key of the gateway is no key of a signer',
  'no two bakeries have one gateway',
  'no two signers hold one key in software',
  'signers dial different ports',
  'no signer dials a port of the guard',
  'uplinks of a signer have different names',
  'a signer of each key is there',
  'no machine and no uplink takes a word that means something else there',
  'a key in software is not for mainnet',
  'a Ledger is asked by the curve of its key',
  'Ledgers with one key are asked for it alike',
  'a device is asked at home',
  'each way out of a signer has an interface of its own',
  'an address by hand is one of its network',
  'time comes from servers that are not the same',
  'people log in from networks, and not from everywhere',
  "a person's ssh key is no machine's",
  'octez-signer at home is a release that understands the baker',
  'Octez releases are known',
  'the node is at least as new as the baker',
  'the release runs the protocol of the network',
  'a sentry that tries a release can follow the chain',
  'no sentry is left behind',
  'the release can be told which network it is on',
  'octez-signer understands the baker',
  'the liquidity-baking vote is chosen where the protocol has it',
  'DAL exists on the chain',
  'a custom network names a known protocol',
  'a custom network is none of ours under another name',
  'a chain id is valid',
  'the pinned block is a valid block hash',
  'a snapshot is confirmed by two operators, or by a pinned block',
  'an old release verifies a snapshot by a pinned block only',
  'additional cycles exist in the release',
  'a pinned block is of one kind of snapshot',
  'DAL before Octez 25.2 can stall the baker',
  'a regional cluster has exactly two zones',
  'an existing cluster spans one zone or two',
  'an existing cluster is of the project and the region',
  'a new project has no cluster that exists',
  'zones lie in the region',
  'the region exists',
  'Autopilot cannot carry a bakery',
  'a zonal cluster on mainnet is a risk',
  'machine types exist',
  'the baking machines take the disks',
  'the baking pods fit their machines',
  "GKE's system pods fit the auxiliary machines",
  'a disk that moves is as large as its type wants',
  'sentries lie in zones of the cluster',
  'sentries stand in both zones',
  'a private node has at least two sentries',
  'one sentry keeps out of the public',
  'sentries have different names',
  'source ranges are CIDRs',
  'an import of the private node can download',
  'a private node that begins at genesis has sentries that keep every block',
  'on mainnet a reimport has a snapshot',
  'downloads are closed behind sentries only',
  'a disk holds the chain',
  'a sentry keeps a day of blocks',
  'the name of a sentry is no other name',
  'a sentry that everybody may dial can be filled by anybody',
  'the public address of the DAL node is public',
  'on mainnet a DAL node that strangers dial follows sentries',
  'a DAL node that strangers dial is better behind sentries',
  'receivers have different names',
  'no receiver is called heartbeat',
  'a receiver names bakers of its file',
  'where somebody is told, pages of each baker reach somebody',
  'on mainnet somebody is paged',
  'on mainnet a heartbeat tells when monitoring is dead',
  'readers of the heartbeat are different ones',
  'quiet hours begin and end',
  'the auxiliary machines take the disks of what runs there',
  'the auxiliary pods fit their machines',
  'an engine pays on the chains that it reads',
  'tezpay has an indexer that knows the chain',
  'Backerei pays only where it computes the right cycle',
  'Backerei has an archive to read',
  'what pays on mainnet does not run on spot nodes',
  'a cycle is paid before the next one ends',
  'a wallet pays for a baker of its file, and each baker has one',
  'the key of a wallet is a key',
  'what holds the key of a wallet can hold it',
  "a wallet is nobody's baker, consensus or companion key",
  'one guard pays from a wallet',
  'the wallet of an example stays in its example',
  'a wallet in a Secret is not the way on mainnet',
  'a transfer is no more than a cycle, and a cycle no more than a day',
  'who is left out of payouts, or has a rule of its own, is an account',
  'a delegator is left out or has a rule of its own, once',
  'where delegators pay the fees, nobody is paid for two of them',
  'a payout site shows what is paid from here',
  'on mainnet the payout site has a domain',
  'the domain of a payout site is one that the internet knows',
  'a domain leads to one payout site',
  'headers of a payout site are such as a load balancer sends',
  'a Content-Security-Policy lets the payout site load what is its own',
  'a theme and an explorer are where the internet can see them',
  'what was paid before is of a baker who is paid for',
  'what was paid before is read once',
  'a name in the addresses of a payout site is no other page',
  'ranges are networks',
  'ranges are addresses that Google routes inside a network',
  'ranges do not overlap',
  'ranges are large enough',
  'the control plane has a /28',
  'authorized networks are CIDRs, and not everybody',
  'one bakery of a project owns what exists once',
  'somebody owns the project',
  'what is of the whole project is set where the project is owned',
  'a budget names the account that pays',
  'bakeries of one project share no name',
  'a project is created by one bakery',
  'a maintenance window is as long as GKE accepts',
  'an exclusion ends after it begins',
  'an exclusion names days that exist',
  'exclusions have different names',
  'an exclusion lasts no longer than GKE takes',
  'GKE takes three exclusions of all upgrades',
  'exclusions leave GKE the hours that it wants',
  'a resource has no more labels than Google takes',
  'images of everybody are not let in',
  'labels are what Google takes',
];

test('no rule is lost', () => {
  expect(rules.map(({ name }) => name)).toEqual(promised);
});

const cases = rules.flatMap((rule) =>
  [rule.broken, ...(rule.alsoBroken ?? [])].map((broken) => [rule.name, broken.says, rule, broken] as const),
);

describe.each(cases)('%s: %s', (_, __, rule, broken) => {
  test('its edit is answered with its words, and with nothing else', () => {
    const problems = findProblems(filesOf(broken));
    const alone = findProblems(filesOf(broken), [rule]);
    expect(alone.length).toBeGreaterThan(0);
    for (const problem of alone) expect(sentence(problem)).toContain(broken.says);
    expect(problems.map(sentence)).toEqual(alone.map(sentence));
  });

  test('without the row nothing is said', () => {
    expect(
      findProblems(
        filesOf(broken),
        rules.filter((other) => other !== rule),
      ),
    ).toEqual([]);
  });
});

test('an exclusion that ends before it begins is the one that is named', () => {
  const at = (name: string, from: string, to: string) => ({ name, from, to, scope: 'NO_UPGRADES' });
  const exclusions = [
    at('no-day', '2027-02-30T00:00:00Z', '2027-03-01T00:00:00Z'),
    at('right', '2027-04-01T00:00:00Z', '2027-04-02T00:00:00Z'),
    at('backwards', '2027-06-02T00:00:00Z', '2027-06-01T00:00:00Z'),
  ];
  const said = findProblems([smallestFile([[['maintenance'], { exclusions }]])]).map(sentence);
  expect(said.filter((each) => each.includes('is not after from'))).toEqual([
    expect.stringContaining('maintenance.exclusions[2].to: '),
  ]);
});
