import type { Bakery } from '../model/bakery';
import { ADMIN } from '../model/signers';
import { cloudInitFiles } from './cloud-init.vars';
import { signerVars } from './signer.vars';
import { yaml } from './yaml.vars';

/** Below dist/. */
export const SIGNER_FOLDER = 'signer';

const INVENTORY_HEAD = `# The signers of a bakery, for: ansible-playbook --inventory inventory.yml ../site.yml --limit SIGNER
`;

/** Path below dist/ to content: what machines at home of a bakery are set up with; nothing with another custody. */
export function renderSigners(bakery: Bakery): ReadonlyMap<string, string> {
  const folder = `${SIGNER_FOLDER}/${bakery.name}`;
  if (bakery.machines.length === 0) return new Map();
  const files = bakery.machines.flatMap((signer) =>
    Object.entries(cloudInitFiles(bakery, signer)).map(
      ([name, text]) => [`${folder}/${signer.name}/${name}`, text] as const,
    ),
  );
  return new Map([[`${folder}/inventory.yml`, inventory(bakery)], ...files]);
}

/** The same of what all of them share: the playbook with its roles, and the agent; nothing if no bakery has signers at home. */
export function renderRoles(bakeries: readonly Bakery[]): ReadonlyMap<string, string> {
  if (bakeries.every(({ machines }) => machines.length === 0)) return new Map();
  return new Map([
    ...Object.entries(SIGNER_FILES).map(([path, text]) => [`${SIGNER_FOLDER}/${path}`, text] as const),
    [`${SIGNER_FOLDER}/programs/agent.mjs`, BUNDLED_PROGRAMS.agent],
  ]);
}

function inventory(bakery: Bakery): string {
  const hosts = bakery.machines.map((signer) => [
    signer.name,
    {
      ...hostOf(signer.settings.uplinks[0].static),
      ansible_user: ADMIN,
      ansible_python_interpreter: '/usr/bin/python3',
      ...signerVars(bakery, signer),
    },
  ]);
  return `${INVENTORY_HEAD}${yaml({ all: { hosts: Object.fromEntries(hosts) } })}`;
}

/** Where a person's Ansible finds it; without an address of its own by its name, or as the person says. */
function hostOf(fixed: { readonly address: string } | undefined): { readonly ansible_host?: string } {
  return fixed ? { ansible_host: fixed.address.split('/')[0] } : {};
}
