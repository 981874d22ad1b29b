import type { Protocol } from './protocols';

/**
 * Facts of Signatory v1.4.0, the tag of images.yaml, from its source and that of gotez v2.4.3, by which it reads what it
 * is asked to sign (protocol/proto_024_PtTALLiN/sign_request.go).
 */

/** What bakers sign that it can read, by the first byte: block, preattestation, attestation. Of other bytes it refuses all. */
const readable: readonly string[] = ['0x11', '0x12', '0x13'];

/** Whether it can read what bakers of that protocol sign. */
export function signatoryReads({ magicBytes }: Protocol): boolean {
  return magicBytes.every((byte) => readable.includes(byte));
}

/**
 * The kinds of requests that a baker makes, as `tezos.<address>.allow` names them; all others (transactions, votes,
 * evidence) are refused. Each kind has a watermark of its own, and to Signatory an attestation with DAL is another kind
 * than one without: what a baker without a DAL node never asks for is not allowed either, so that nobody who gets at the
 * gateway has a second attestation of one level and round signed.
 */
export function requestKinds({ dal }: { readonly dal: boolean }): readonly string[] {
  return ['block', 'preattestation', 'attestation', ...(dal ? ['attestation_with_dal'] : [])];
}

/**
 * How long one request to Cloud KMS may take, and how often it is made again: within half of a block of six seconds. Its
 * own words are 10 s and three times, after which the baker would still wait for a block long gone.
 */
export const kmsPatience = { timeoutSeconds: 1, retries: 1 } as const;
