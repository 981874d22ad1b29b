import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import { HEARTBEAT_OBJECT } from '../../programs/heartbeat/heartbeat.contract';
import type { Bakery } from '../bakery';

/**
 * Names by which Terraform and Kubernetes meet stand in this folder. Both sides take them from here; neither reads the
 * other's output. All of them carry the bakery's name: several bakeries may share a project.
 */

/** Labels of Terraform's resources. */
export function resourceLabels(bakery: Bakery): Record<string, string> {
  return { ...bakery.settings.google.labels, ...permanentLabels(bakery) };
}

/** Those that no bakery file changes. Disks carry no other: they are a parameter of their storage class, which is permanent. */
export function permanentLabels({ name }: Pick<Bakery, 'name'>): Record<string, string> {
  return { bakery: name, 'managed-by': 'tezos-bakery' };
}

/** Artifact Registry repository that mirrors an upstream registry: `mainnet-docker-io`. */
export function mirrorRepository(bakery: string, registry: string): string {
  return `${bakery}-${registry.replaceAll('.', '-')}`;
}

/** Artifact Registry repository of images built from this project. */
export function ownRepository(bakery: string): string {
  return `${bakery}-images`;
}

/** Key ring in Cloud KMS of the keys that sign blocks and attestations, and of no other. */
export function signingRing(bakery: string): string {
  return `${bakery}-signing`;
}

/** Key ring in Cloud KMS of the wallets from which delegators are paid, and of no other key. */
export function walletRing(bakery: string): string {
  return `${bakery}-wallets`;
}

/** Key in Cloud KMS of the wallet that pays for a baker: by the baker, as its address is known only once the key exists. */
export function walletKey(bakery: string, baker: string): string {
  return `${bakery}-wallet-${baker}`;
}

/** Bucket of the records of payouts. Names of buckets are everybody's: the project's is in it. */
export function recordsBucket({ name, projectId }: Pick<Bakery, 'name' | 'projectId'>): string {
  return `${name}-payouts-${projectId}`;
}

/** Bucket of the payout site, and the private one with what was paid before. The project's name is in both. */
export function siteBucket({ name, projectId }: Pick<Bakery, 'name' | 'projectId'>): string {
  return `${name}-site-${projectId}`;
}
export function archiveBucket({ name, projectId }: Pick<Bakery, 'name' | 'projectId'>): string {
  return `${name}-archive-${projectId}`;
}

/** What stands between the payout site's bucket and its visitors, each of its own kind: address, backend, proxies. */
export function siteName(bakery: string): string {
  return `${bakery}-site`;
}

/** What is of the site's domain, certificate and zone: those of another domain are made while the old ones are there. */
export function siteDomainName(bakery: string, domain: string): string {
  return `${siteName(bakery)}-${bytesToHex(sha256(utf8ToBytes(domain))).slice(0, 8)}`;
}

/** Firestore database of what was signed with keys in Cloud KMS. */
export function watermarkDatabase(bakery: string): string {
  return `${bakery}-watermarks`;
}

/**
 * Bucket of the heartbeat. Names of buckets are shared by all of Google's customers, so the project's is in it; with the
 * longest of both it has 61 characters, of 63.
 */
export function heartbeatBucket(bakery: Pick<Bakery, 'name' | 'projectId'>): string {
  return `${bakery.name}-heartbeat-${bakery.projectId}`;
}

/** Of whom the grant to read it is, as Terraform knows it: `user_alice_example_org`. */
export function readerId(member: string): string {
  return member.toLowerCase().replace(/[^a-z0-9]+/g, '_');
}

/** The object that is written there. */
export function heartbeatUrl(bakery: Pick<Bakery, 'name' | 'projectId'>): string {
  return `gs://${heartbeatBucket(bakery)}/${HEARTBEAT_OBJECT}`;
}

/** Pub/Sub topic to which GKE tells of upgrades. */
export function upgradeTopic(bakery: string): string {
  return `${bakery}-upgrades`;
}

/** Host and path in front of a repository's images. */
export function registryPath(bakery: Bakery, repository: string): string {
  return `${bakery.settings.google.region}-docker.pkg.dev/${bakery.projectId}/${repository}`;
}
