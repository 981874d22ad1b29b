import type { MadeEntry } from '../../programs/site-builder/made-tar';

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
  },
  { name: 'no place for payouts', entries: () => [file('_layouts/default.html', '<html></html>')], outcome: 'refused' },
];

function file(path: string, text: string): MadeEntry {
  return { path, text };
}
