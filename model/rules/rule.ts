import { Bakery, versionsOf } from '../bakery';
import type { SettingPath } from '../messages/problems';
import type { BakerySettings } from '../settings/bakery.settings';
import { networkOf } from '../tezos/networks';
import { octezRelease } from '../tezos/octez';
import { protocolNamed } from '../tezos/protocols';

/** A bakery file on its way to becoming a bakery. */
export interface Candidate {
  readonly name: string;
  /** Path to show, e.g. `bakeries/mainnet.yaml`. */
  readonly file: string;
  readonly settings: BakerySettings;
}

/** The bakery that a file would become, for rules that judge what follows from it; undefined where it names what we do not know. */
export function bakeryOf({ name, settings }: Candidate): Bakery | undefined {
  const { node, baker } = versionsOf(settings);
  const isKnown = protocolNamed(networkOf(settings).protocol) && octezRelease(node) && octezRelease(baker);
  // The signer's release decides nothing that a rule asks for.
  return isKnown ? new Bakery(name, { ...settings, octez: { node, baker } }, true) : undefined;
}

/** What a rule found: where, and what to write instead. */
export interface Finding {
  readonly setting: SettingPath;
  /** Completes the sentence `<setting>: <value> ...`, or says the value itself where `value` is null. */
  readonly message: string;
  /** Shown instead of the setting's own value; null shows none. */
  readonly value?: string | number | null;
}

/** Path and value to set in the plain data of a bakery file. */
export type Edit = readonly (readonly [path: SettingPath, value: unknown])[];

/** One row of the rules. */
export interface Rule {
  readonly name: string;
  /** Settings it reads, `[]` for every item of a list: it is silent while one of them is not readable. */
  readonly reads: readonly string[];
  readonly severity?: 'warning';
  find(candidate: Candidate, all: readonly Candidate[]): readonly Finding[];
  /** The smallest edit of the smallest bakery that breaks it, and the words it then answers with. */
  readonly broken: Broken;
  /** Other ways to break it, where one edit does not reach every part of the test. */
  readonly alsoBroken?: readonly Broken[];
}

/** An edit of the smallest bakery, and what a rule says to it. */
export interface Broken {
  readonly by: Edit;
  /** Name of the bakery, where the name itself is the matter. */
  readonly named?: string;
  /** A second file beside it: the smallest bakery of another name, with these edits. */
  readonly beside?: Edit;
  /** Name of that second file, `other` if it does not matter. */
  readonly besideNamed?: string;
  readonly says: string;
}

/** A finding, or none: for rules whose test answers with a sentence or undefined. */
export function finding(setting: SettingPath, message: string | undefined, value?: Finding['value']): Finding[] {
  return message === undefined ? [] : [value === undefined ? { setting, message } : { setting, message, value }];
}
