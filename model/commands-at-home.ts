import type { BakerySettings } from './settings/bakery.settings';
import { ADMIN, type Signer } from './signers';

/** The public half of the key that a machine has made (signer/roles/tunnel), as the bakery file has it. */
export const PRINT_SSH_KEY = "sudo cut -d ' ' -f 1,2 /var/lib/signer-tunnel/id_ed25519.pub";

/** With the PIN entered and the baking app open; one line for each curve (ledger.available.ml; signer/roles/octez_signer). */
export const LIST_LEDGERS = 'sudo -u octez-signer octez-signer --base-dir /var/lib/octez-signer list connected ledgers';

/** A command that a person runs at a signer: over ssh where somebody may log in, else at its console. */
export function atSigner({ custody }: Pick<BakerySettings, 'custody'>, signer: Signer, command: string): string {
  if (!custody.homes?.admin) return `${command} # at the console of ${signer.name}`;
  const { static: fixed } = signer.settings.uplinks[0];
  return `ssh ${ADMIN}@${fixed ? fixed.address.split('/')[0] : signer.name} "${command}"`;
}
