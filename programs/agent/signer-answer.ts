import type { Answer } from '../runtime/ask-http';
import { type Reason, reasons, type SignEnding } from './agent.contract';

/**
 * What octez-signer's words mean, or those of a program that speaks as it does. Only what says for certain that the
 * device has not signed may be asked of another one.
 *
 * Sources: status words of Ledger devices as octez-signer writes them (ledgerwallet, `Status.to_string`);
 * src/bin_signer/handler.ml and src/lib_signer_backends/unix/ledger.available.ml of tezos-mirror d26a8bef; tezsign
 * answers 403 while it is locked and 409 below its mark.
 */
const notAsked: readonly [words: RegExp, reason: Reason][] = [
  [/Security status unsatisfied|0x6982/i, 'locked'],
  [/Instruction not supported|Incorrect class|0x6d00|0x6e00/i, 'wrong app'],
  [/Found no ledger corresponding to/, 'absent'],
];
const BELOW_MARK = /(not above|below) high watermark|already signed with different data|Incorrect data|0x6a80/i;
const SIGNATURE = /^(edsig|spsig1|p2sig|BLsig|sig)[1-9A-HJ-NP-Za-km-z]{90,140}$/;

/** How a request that octez-signer has answered ended. */
export function endingOf({ status, text }: Answer): SignEnding {
  if (status === 200) {
    const signature = signatureIn(text);
    return signature ? { ending: 'signed', signature } : { ending: 'unknown', why: 'an answer without a signature' };
  }
  if (status === 403) return unasked('locked');
  if (status === 409 || BELOW_MARK.test(text)) return { ending: 'refused for its mark', why: shortened(text) };
  const known = notAsked.find(([words]) => words.test(text));
  if (known) return unasked(known[1]);
  return { ending: 'unknown', why: `octez-signer answered ${status}: ${shortened(text)}` };
}

function unasked(reason: Reason): SignEnding {
  return { ending: 'not asked', why: reasons[reason], reason };
}

function signatureIn(text: string): string | undefined {
  try {
    const { signature } = JSON.parse(text) as { signature?: unknown };
    return typeof signature === 'string' && SIGNATURE.test(signature) ? signature : undefined;
  } catch {
    return undefined;
  }
}

function shortened(text: string): string {
  return text.trim().slice(0, 300);
}
