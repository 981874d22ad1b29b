import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tools } from '../../tools/tools';
import { standInAuthority } from '../certificates';
import { debianBase, suiteOf } from '../debian-base';
import { readDockerfile } from '../dockerfile';
import { builtImage } from '../image-builder';

const DOCKERFILE = 'charts/payout-site/image/Dockerfile';
const AUTHORITY = '/etc/ssl/certs/stand-in-authority.crt';

/**
 * What makes the payout site, by its own Dockerfile on the Debian that it names; it trusts our authority besides. Answers a
 * docker-archive. `root`: the checkout.
 */
export async function payoutSiteImage(tools: Tools, root: string, names: readonly string[]): Promise<string> {
  const text = readFileSync(join(root, DOCKERFILE), 'utf8');
  const suite = suiteOf(readDockerfile(text).base, DOCKERFILE);
  const base = await debianBase(tools, { suite, packages: [], withNode: false });
  const { certificate } = await standInAuthority();
  const context = new Map([['authority.crt', { text: readFileSync(certificate, 'utf8'), mode: 0o644 }]]);
  const trusting = `${text}\nCOPY authority.crt ${AUTHORITY}\nENV NODE_EXTRA_CA_CERTS=${AUTHORITY}\n`;
  return builtImage({ name: 'payout-site', text: trusting, base, context, names });
}
