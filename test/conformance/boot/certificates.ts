import { join } from 'node:path';
import { cached } from '../tools/cache';
import { mustRun } from '../tools/run';

export interface KeyPair {
  /** Files, PEM. */
  readonly key: string;
  readonly certificate: string;
}

const newKey = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=tezos-bakery stand-in'];

/** Who vouches for the sites of the stand-in internet; only our images trust it, so it may lie in the cache. */
export async function standInAuthority(): Promise<KeyPair> {
  const folder = await cached('boot-authority', async (draft) => {
    const files = ['-keyout', join(draft, 'key.pem'), '-out', join(draft, 'certificate.pem'), '-days', '3650'];
    await mustRun('openssl', [...newKey, ...files]);
  });
  return { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') };
}

/** A certificate for those names. */
export async function siteCertificate(folder: string, names: readonly string[]): Promise<KeyPair> {
  const authority = await standInAuthority();
  const site = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') };
  await mustRun('openssl', [
    ...newKey,
    ...['-CA', authority.certificate, '-CAkey', authority.key, '-days', '2'],
    ...['-keyout', site.key, '-out', site.certificate],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`],
  ]);
  return site;
}
