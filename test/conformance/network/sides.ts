import type { Bakery } from '../../../model/bakery';
import {
  isInternet,
  isListedCaller,
  isWithin,
  metadataAddresses,
  resolverAddresses,
  sourceRangesOf,
} from './addresses';
import type { Endpoint, Port } from './endpoints';
import { componentOf } from './pods-and-strangers';
import type { Rendered } from './rendered-bakeries';
import { type Line, type Trait, type Who, wanted } from './wanted';

/** One side of one flow: the policies of `from` (out) or of `to` (in) allow it. */
export interface Side {
  readonly side: 'out' | 'in';
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly port: Port;
}

/** A set of sides; the key is made of names. */
export type Sides = ReadonlyMap<string, Side>;

export function sidesOf(sides: Iterable<Side>): Sides {
  return new Map([...sides].map((each) => [keyOf(each), each]));
}

export function keyOf({ side, from, to, port }: Side): string {
  return [side, from.name, to.name, port.protocol, port.port].join('|');
}

/** A bakery as this part sees it. */
export interface Subject {
  readonly bakery: Bakery;
  readonly rendered: Rendered;
  /** The pods of its namespaces. */
  readonly own: readonly Endpoint[];
}

/** Everything there is: every endpoint, every port. */
export interface Stage {
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly Port[];
}

/** What the list wants of one bakery, with every word replaced by the endpoints and ports it stands for. */
export function wantedOf(subject: Subject, stage: Stage): { sides: Side[]; empty: Line[] } {
  const traits = traitsOf(subject);
  const lines = wanted.filter(({ where = [] }) => where.every((trait) => traits[trait]));
  const expanded = lines.map((line) => ({ line, sides: expand(line, subject, stage) }));
  return {
    sides: expanded.flatMap(({ sides }) => sides),
    empty: expanded.filter(({ sides }) => sides.length === 0).map(({ line }) => line),
  };
}

/** What a bakery file says, in words; nothing here is read from what was rendered. */
function traitsOf({ bakery: { settings, network, protocol } }: Subject): Record<Trait, boolean> {
  const { own } = settings.monitoring;
  const mails = (own?.receivers ?? []).filter(({ to }) => to.email).length;
  const webs = (own?.receivers ?? []).length - mails + (own?.heartbeat?.hosted ? 1 : 0);
  const snapshots = settings.bringUp.snapshots ?? network.snapshots;
  const imports = snapshots.length > 0 && !settings.privateNode.historyMode.archive;
  const configuredByUrl = network.config.alias === undefined && network.config.url !== undefined;
  // Backerei reads states of weeks ago, which archives have.
  const asked = settings.sentries.filter(({ historyMode }) => historyMode.archive || !settings.payouts?.backerei);
  const paying = settings.payouts?.tezpay ?? settings.payouts?.backerei;
  return {
    'pays delegators': paying?.wallets.some(({ key }) => key !== undefined) ?? false,
    'shows payouts': settings.site !== undefined && (paying?.wallets.some(({ key }) => key !== undefined) ?? false),
    'has sentries that payouts can ask': asked.length > 0,
    'has no sentries that payouts can ask': asked.length === 0,
    'has sentries': settings.sentries.length > 0,
    'has no sentries': settings.sentries.length === 0,
    'has a sentry with a load balancer': settings.sentries.some(({ loadBalancer }) => loadBalancer),
    'has a DAL node': settings.dal !== undefined,
    'tells DAL peers an address': settings.dal?.publicAddress !== undefined,
    'has an endorser': protocol.number < '012', // from Ithaca on the baker attests by itself
    'has signers at home': settings.custody.homes !== undefined,
    'signs with Cloud KMS': settings.custody.kms !== undefined,
    'gives the baker pod something to download': (imports || configuredByUrl) && !settings.privateNode.downloads.closed,
    'has nodes without metrics': Number(settings.octez.node.split('.')[0]) < 13,
    'has nodes with metrics': Number(settings.octez.node.split('.')[0]) >= 13,
    'does not sign by octez-signer': settings.custody.hot === undefined,
    'watches itself': own !== undefined,
    'writes a heartbeat': own?.heartbeat?.bucket !== undefined,
    'tells people': mails + webs > 0,
    'tells people by the web': webs > 0,
    'tells people by e-mail': mails > 0,
  };
}

function expand(line: Line, subject: Subject, stage: Stage): Side[] {
  const ports = stage.ports.filter((port) => isOn(port, line.on, subject));
  const isOurs = (endpoint: Endpoint) => subject.own.includes(endpoint);
  return endpointsOf(line.from, subject, stage).flatMap((from) =>
    answering(line, from, subject, stage).flatMap((to) =>
      ports.flatMap((port) => [
        ...(isOurs(from) ? [{ side: 'out', from, to, port } as const] : []),
        // No pod of ours answers everybody: the other side keeps them out.
        ...(isOurs(to) && line.to !== 'everybody' ? [{ side: 'in', from, to, port } as const] : []),
      ]),
    ),
  );
}

/** The far end; which sentry a listed caller may dial depends on the sentry. */
function answering({ from: who, to }: Line, from: Endpoint, subject: Subject, stage: Stage): Endpoint[] {
  const endpoints = endpointsOf(to, subject, stage).filter((endpoint) => endpoint !== from);
  if (who !== 'listed callers') return endpoints;
  const { sentries } = subject.bakery.settings;
  return endpoints.filter((pod) =>
    sentries.some((each) => pod.name.endsWith(`/sentry-${each.name}`) && isListedCaller(from, sourceRangesOf(each))),
  );
}

function endpointsOf(who: Who, { bakery, own }: Subject, { endpoints }: Stage): Endpoint[] {
  switch (who) {
    case 'DNS':
      return endpoints.filter(
        ({ name, ip }) =>
          ['kube-system/kube-dns', 'kube-system/node-local-dns'].includes(name) || resolverAddresses.includes(ip),
      );
    case 'metadata server':
    case 'metadata server of Calico clusters':
      return endpoints.filter(({ ip }) => ip === metadataAddresses[who]);
    case 'control plane':
      return endpoints.filter(({ ip }) => isWithin(ip, bakery.settings.google.ranges.controlPlane));
    case 'everybody':
      return [...endpoints];
    case 'internet':
      return endpoints.filter(isInternet);
    case 'listed callers':
      return endpoints.filter((each) => isListedCaller(each, bakery.settings.sentries.flatMap(sourceRangesOf)));
    case 'sentry with a load balancer': {
      const names = bakery.settings.sentries.filter((each) => each.loadBalancer).map(({ name }) => `/sentry-${name}`);
      return own.filter((pod) => names.some((name) => pod.name.endsWith(name)));
    }
    default:
      return own.filter((pod) => componentOf(pod) === who);
  }
}

function isOn({ protocol, port }: Port, on: Line['on'], { bakery }: Subject): boolean {
  const signers = bakery.settings.custody.homes?.signers ?? [];
  if (on === 'TCP, the ports of its signers') return protocol === 'TCP' && signers.some((each) => each.port === port);
  if (on === 'any TCP') return protocol === 'TCP';
  const words = on.split(' ');
  return words.includes(protocol) && words.includes(String(port));
}
