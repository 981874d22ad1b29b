import { absoluteRoot, Chrome, rooted, TEMPLATE_FOLDER } from './chrome';
import { RETIRED } from './retired';
import { SCRIPT, STYLE } from './site-assets';
import { CURRENT, NOT_FOUND, type SiteBuilderConfig, siteFolders, siteUrl } from './site-builder.contract';
import type { SiteFiles } from './site-files';
import { pageName, SiteLinks } from './site-links';

/** What a theme may leave on the site: the same letters as in its archive, without spaces. */
const PLAIN_PATH = /^[\w,@+~-][\w.,@+~-]{0,99}(\/[\w,@+~-][\w.,@+~-]{0,99}){0,7}$/;
/** Of these only text holds links. */
const IS_TEXT = /\.(html|css|js|svg|xml|txt|json|webmanifest)$/i;

type ChromeConfig = Pick<SiteBuilderConfig, 'address' | 'bucket' | 'bakers'>;

/** Takes what Jekyll has made of the theme into the site; answers what puts our pages into its layout. */
export function makeChrome(config: ChromeConfig, built: ReadonlyMap<string, Buffer>, files: SiteFiles): Chrome {
  const { address, bucket } = config;
  const template = built.get(pageName(TEMPLATE_FOLDER));
  if (!template) throw new Error('Jekyll has not built the page that our content goes into');
  for (const [path, content] of built) {
    // Home is ours, and the template is no page for visitors.
    if (path === pageName(TEMPLATE_FOLDER) || path === pageName('')) continue;
    mustBeFree(path, config);
    // A script runs on pages of every depth, and a browser reads its links from there.
    const isAnywhere = path === NOT_FOUND || path.endsWith('.js');
    const root = isAnywhere ? absoluteRoot(address, bucket) : new SiteLinks(path, address).root;
    const isPage = path.endsWith('.html');
    const body = IS_TEXT.test(path) ? rooted(content.toString('utf8'), { root, address, bucket }) : content;
    files.add(path, path === NOT_FOUND ? 'home' : isPage ? 'list' : 'asset', body);
  }
  const style = files.addData('site', 'css', STYLE);
  const script = files.addData('site', 'js', SCRIPT);
  return new Chrome({ template: template.toString('utf8'), address, bucket, style, script });
}

/** Throws if a theme's file would lie where ours are, now or one day. */
function mustBeFree(path: string, { bakers, address, bucket }: ChromeConfig): void {
  if (!PLAIN_PATH.test(path))
    throw new Error(`the theme makes ${JSON.stringify(path.slice(0, 200))}, which is no plain path`);
  const [first] = path.split('/');
  const { data, old, frame } = siteFolders;
  const ours = [CURRENT, RETIRED, data, old, frame, ...bakers.map(({ name }) => name)];
  if (ours.includes(first))
    throw new Error(`the theme makes ${path}, and ${siteUrl(address, bucket)}/${first} is the site's own`);
}
