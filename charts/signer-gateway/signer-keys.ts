import type { Bakery } from '../../model/bakery';
import type { Files } from '../component-chart';
import { walletFiles } from '../kit/octez/wallet';

/** The public half of the signer's wallet; the names are those that the Secret's secret_keys must use. */
export function publicKeyFiles(bakery: Bakery): Files {
  const { public_key_hashs, public_keys } = walletFiles(bakery);
  return { public_key_hashs, public_keys };
}
