import type { BakerySettings } from '../settings/bakery.settings';
import { chosen } from '../settings/chosen';

/** The Google Cloud project of a bakery, there already or made by its stack. */
export function projectIdOf({ google }: Pick<BakerySettings, 'google'>): string {
  return chosen(google.project).section.id;
}
