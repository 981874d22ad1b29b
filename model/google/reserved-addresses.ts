import type { Bakery } from '../bakery';
import type { ComponentName } from '../components';
import type { SettingPath } from '../messages/problems';
import { sentriesOf } from '../sentries';

/**
 * The first GKE version that makes load balancers by their class, as their Services ask (GKE documentation, "About
 * LoadBalancer Services"). Every release channel is past it; a cluster of somebody else's may not be.
 */
export const LOAD_BALANCER_CLASS_SINCE = '1.33.1-gke.1779000';

/** An external address that is kept, whatever becomes of the Service that takes it by name. */
export interface ReservedAddress {
  readonly component: ComponentName;
  readonly instance: string;
  /** Google's name of it: `mainnet-sentry-a-p2p`. */
  readonly name: string;
  /** The Terraform output that tells it. */
  readonly output: string;
  readonly why: string;
  /** The setting that asks for it. */
  readonly setting: SettingPath;
}

/** Every reserved address of a bakery. */
export function reservedAddresses({ name, settings }: Pick<Bakery, 'name' | 'settings'>): ReservedAddress[] {
  const published = sentriesOf(settings).filter((sentry) => sentry.settings.loadBalancer);
  const addresses = published.map(({ instance, index }): ReservedAddress => {
    const setting = ['sentries', index, 'name'];
    return { component: 'sentry', instance, ...named(name, instance), why: 'peers list it by hand', setting };
  });
  if (settings.dal) {
    const why = 'goes into dal.publicAddress';
    addresses.push({ component: 'dal-node', instance: 'dal-node', ...named(name, 'dal'), why, setting: ['dal'] });
  }
  if (settings.custody.homes) {
    const why = 'signers at home dial it; goes into custody.homes.gateway.address';
    const instance = 'signer-gateway';
    const setting = ['custody', 'homes'];
    addresses.push({ component: instance, instance, ...named(name, instance, 'ssh'), why, setting });
  }
  return addresses;
}

function named(bakery: string, what: string, port = 'p2p') {
  return { name: `${bakery}-${what}-${port}`, output: `${what}-${port}-address`.replaceAll('-', '_') };
}

/** The reserved address of a component, or of one instance of it. */
export function reservedAddressOf(
  bakery: Pick<Bakery, 'name' | 'settings'>,
  component: ComponentName,
  instance: string = component,
): ReservedAddress {
  const all = reservedAddresses(bakery);
  const address = all.find((each) => each.component === component && each.instance === instance);
  if (!address) throw new Error(`no address is reserved for ${instance}`);
  return address;
}
