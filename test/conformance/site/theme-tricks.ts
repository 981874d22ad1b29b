import { type MadeEntry, paxPath } from '../../programs/site-builder/made-tar';

/** Where a trick would show: folders and files of this run. */
export interface Places {
  /** Where Ruby of the theme writes a file, if anybody runs it. */
  readonly marks: string;
  /** A file that is not the theme's, and what is in it. */
  readonly secret: string;
  readonly words: string;
  /** Where Jekyll finds the theme. */
  readonly source: string;
}

/** A theme with one trick in it. */
export interface Trick {
  readonly name: string;
  /** Beside an honest layout, or over it. */
  readonly entries: (places: Places) => readonly MadeEntry[];
  /**
   * `harmless`: a site is made, and the trick has done nothing. `refused`: no site is made. `either`: it depends on the
   * release of Jekyll, and both are well.
   */
  readonly outcome: 'harmless' | 'refused' | 'either';
  /** Whether it works where a theme is simply built; a trick that works nowhere proves nothing. */
  readonly worksOtherwise?: boolean;
  /** It would never end: Jekyll gets seconds, and not as long as it takes. */
  readonly isEndless?: boolean;
}

export const honestLayout = file('_layouts/default.html', layoutWith(''));

/** In the body of an honest layout. */
function layoutWith(trick: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ page.title }}</title></head><body>${trick}<main>{{ content }}</main></body></html>
`;
}

const page = (text: string, front = '') =>
  file('page.html', `---\nlayout: default\ntitle: A page\n${front}---\n${text}\n`);
const markdown = (text: string) => file('page.md', `---\nlayout: default\ntitle: A page\n---\n${text}\n`);
const ruby = ({ marks }: Places, name: string) => `File.write(${JSON.stringify(`${marks}/${name}`)}, 'it ran')\n`;

export const tricks: readonly Trick[] = [
  {
    name: 'a plugin in its folder',
    entries: (places) => [file('_plugins/trick.rb', ruby(places, 'plugin'))],
    outcome: 'harmless',
    worksOtherwise: true,
  },
  {
    name: 'a plugin that its configuration allows itself',
    entries: (places) => [
      file('_config.yml', `plugins: ["${places.source}/lib/trick"]\nwhitelist: ["${places.source}/lib/trick"]\n`),
      file('lib/trick.rb', ruby(places, 'whitelisted')),
    ],
    outcome: 'harmless',
    worksOtherwise: true,
  },
  {
    name: 'a Gemfile',
    entries: (places) => [file('Gemfile', ruby(places, 'gemfile')), file('x.gemspec', ruby(places, 'gemspec'))],
    outcome: 'harmless',
  },
  {
    name: 'a folder of plugins by another name',
    entries: (places) => [
      file('_config.yml', 'plugins_dir: _tricks\nsafe: false\n'),
      file('_tricks/a.rb', ruby(places, 'folder')),
    ],
    outcome: 'harmless',
    worksOtherwise: true,
  },
  {
    name: 'an object of Ruby in its configuration',
    entries: () => [file('_config.yml', 'title: !ruby/object:Gem::Installer\n  i: x\n')],
    outcome: 'refused',
  },
  {
    name: 'a configuration that grows',
    entries: () => {
      const lines = Array.from(
        { length: 30 },
        (_, i) => `k${i + 1}: &k${i + 1} [${Array(10).fill(`*k${i}`).join(', ')}]`,
      );
      return [file('_config.yml', ['k0: &k0 [x, x]', ...lines, 'title: *k30', ''].join('\n'))];
    },
    outcome: 'refused',
  },
  {
    name: 'an object of Ruby in front of a page',
    entries: () => [page('x', 'x: !ruby/object:Gem::Installer\n    i: x\n')],
    outcome: 'either',
  },
  {
    name: 'a file of the machine, included',
    entries: ({ secret }) => [file('_layouts/default.html', layoutWith(`{% include ${secret} %}`))],
    outcome: 'refused',
  },
  {
    name: 'a file of the machine, included from below',
    entries: ({ secret }) => [page(`{% include_relative ../../../../../../..${secret} %}`)],
    outcome: 'refused',
  },
  {
    name: 'a file of the machine, in a style sheet',
    entries: ({ secret }) => [file('assets/a.scss', `---\n---\n@import "${secret}";\n`)],
    outcome: 'either',
  },
  {
    name: 'a file of the machine, in the place of a template of kramdown',
    entries: ({ secret }) => [markdown(`{::options template="${secret}" /}`)],
    outcome: 'either',
  },
  {
    name: 'Ruby in a template of kramdown',
    entries: (places) => [markdown(`{::options template="string://<%= ${ruby(places, 'kramdown').trim()} %>" /}`)],
    outcome: 'either',
  },
  {
    name: 'folders of the machine in its configuration',
    entries: ({ marks, secret }) => {
      const elsewhere = secret.slice(0, secret.lastIndexOf('/'));
      const keys = ['layouts_dir', 'includes_dir', 'collections_dir', 'source', 'include', 'exclude'];
      const lines = [`destination: ${marks}`, `cache_dir: ${marks}`, ...keys.map((key) => `${key}: ["${elsewhere}"]`)];
      return [file('_config.yml', `${lines.join('\n')}\n`)];
    },
    outcome: 'harmless',
  },
  {
    name: 'a theme of its own to be fetched',
    entries: () => [file('_config.yml', 'theme: no-such-theme\nremote_theme: "https://example.com/theme"\n')],
    outcome: 'harmless',
  },
  {
    name: 'data from elsewhere',
    entries: ({ secret }) => [
      file('_config.yml', `data_dir: ${secret.slice(0, secret.lastIndexOf('/'))}\nsource: /\n`),
      file('_layouts/default.html', layoutWith('{{ site.data | jsonify }}')),
    ],
    outcome: 'harmless',
  },
  {
    name: 'a page outside the site',
    entries: () => [page('x', 'permalink: /../../../outside.html\n')],
    outcome: 'either',
  },
  { name: 'word of a release', entries: () => [page('{}', 'permalink: /current.json\n')], outcome: 'refused' },
  {
    name: "somebody's payouts",
    entries: () => [page('x', 'permalink: /alice/payouts/tz1/index.html\n')],
    outcome: 'refused',
  },
  {
    name: 'a page in the place of ours',
    entries: () => [page('x', 'permalink: /payouts-template/\n')],
    outcome: 'either',
  },
  {
    name: 'a loop without an end',
    entries: () => [
      file(
        '_layouts/default.html',
        layoutWith(
          '{% for i in (1..99999) %}{% for j in (1..99999) %}{% assign x = i | plus: j %}{% endfor %}{% endfor %}',
        ),
      ),
    ],
    outcome: 'refused',
    isEndless: true,
  },
  { name: 'no place for payouts', entries: () => [file('_layouts/default.html', '<html></html>')], outcome: 'refused' },
  ...archiveTricks(),
];

/** What is refused before Jekyll sees it. */
function archiveTricks(): Trick[] {
  const links: [string, (places: Places) => readonly MadeEntry[]][] = [
    ['a symbolic link to a file of the machine', ({ secret }) => [{ path: 'page.html', type: '2', link: secret }]],
    ['a hard link to a file of the machine', ({ secret }) => [{ path: 'page.html', type: '1', link: secret }]],
    ['a folder that is a symbolic link', ({ marks }) => [{ path: 'x', type: '2', link: marks }, file('x/a', 'a')]],
    ['a device', () => [{ path: 'page.html', type: '3' }]],
    ['a path that leads upwards', ({ marks }) => [file(`../../../../../../../..${marks}/up`, 'a')]],
    ['a path from the top', ({ marks }) => [file(`${marks}/top`, 'a')]],
    ['a path that leads upwards, in a header', ({ marks }) => [paxPath(`../../..${marks}/pax`), file('a', 'a')]],
    ['a path that stands there twice', () => [file('a.html', 'a'), file('a.html', 'b')]],
    ['a file that fills the disk', () => [file('a.txt', ' '.repeat(60 * 1024 * 1024))]],
    ['more files than a theme has', () => Array.from({ length: 2500 }, (_, i) => file(`a/${i}.txt`, ''))],
  ];
  return links.map(([name, entries]) => ({ name, entries, outcome: 'refused' }));
}

function file(path: string, text: string): MadeEntry {
  return { path, text };
}
