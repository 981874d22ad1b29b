import type { SiteBuilderConfig } from '../../../programs/site-builder/site-builder.contract';
import { objectsAfter } from '../boot/edited-objects';

export interface RenderedSite {
  /** What the pod finds in its folder of configuration. */
  readonly config: SiteBuilderConfig;
  /** The text that it runs. */
  readonly program: string;
}

/** What is rendered for a bakery with a domain, whose baker has paid with Backerei before. */
export function renderedSite(root: string): RenderedSite {
  const [bakery, baker] = ['mainnet', 'example'];
  const history = [{ baker, from: { backerei: { object: 'backerei/payouts.json' } } }];
  const objects = objectsAfter(root, bakery, [[['site', 'domain', 'history'], history]]);
  const data = (file: string): string => {
    const [text] = objects.flatMap(
      ({ manifest }) => (manifest as { data?: Record<string, string> }).data?.[file] ?? [],
    );
    if (text === undefined) throw new Error(`no ConfigMap of ${bakery} holds ${file}`);
    return text;
  };
  return { config: JSON.parse(data('site-builder.json')) as SiteBuilderConfig, program: data('site-builder.mjs') };
}
