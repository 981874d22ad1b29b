import { relative } from 'node:path';
import type { Finding } from '../findings';
import type { Context } from '../part';
import { run } from '../tools/run';
import { kubernetesVersion } from '../tools/tools';

const VERSION = 'v1.20.0';
/** Not asked by default, and worth asking. */
const OPTIONAL = ['container-ports-check', 'container-seccomp-profile'];
/** Grades: 1 is critical, 5 a warning, 7 almost well, 10 well. */
const WELL = 10;

interface Scored {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string; readonly namespace?: string };
  readonly file_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { path: string; summary: string; description: string }[] | null;
  }[];
}

/** How kube-score was asked, and what it found. */
export interface Scores {
  /** Why it could not read the files, in its words; it judges none of them then. */
  readonly unread?: string;
  readonly objects: number;
  readonly findings: readonly Finding[];
}

/** Scores files together: it looks across objects (does a policy match a pod, has a StatefulSet its Service). */
export async function kubeScore(context: Context, files: readonly string[], alone: string): Promise<Scores> {
  const program = await context.tools.goInstall('github.com/zegl/kube-score/cmd/kube-score', VERSION, 'kube-score');
  context.report.version('kube-score', VERSION);
  const minor = kubernetesVersion.split('.').slice(0, 2).join('.');
  const optional = OPTIONAL.flatMap((check) => ['--enable-optional-test', check]);
  // What is judged must not choose what it is judged for: --disable-ignore-checks-annotations.
  const words = [
    'score',
    '--kubernetes-version',
    minor,
    '--disable-ignore-checks-annotations',
    ...optional,
    '-o',
    'json',
    ...files,
  ];
  const answer = await run(program, words, { cwd: context.root, alone });
  if (!answer.stdout.startsWith('['))
    return { unread: (answer.stderr || answer.stdout).trim(), objects: 0, findings: [] };
  const scored: Scored[] = JSON.parse(answer.stdout);
  return { objects: scored.length, findings: scored.flatMap((object) => findingsOf(context.root, object)) };
}

function findingsOf(root: string, { type_meta, object_meta, file_name, checks }: Scored): Finding[] {
  const { name, namespace } = object_meta;
  const object = `${type_meta.kind} ${namespace ? `${namespace}/` : ''}${name}`;
  const file = file_name.startsWith('/') ? relative(root, file_name) : file_name;
  const bad = checks.filter(({ grade, skipped }) => grade < WELL && !skipped);
  return bad.flatMap(({ check, comments }) => {
    const said = comments?.length ? comments : [{ path: '', summary: check.id, description: '' }];
    return said.map(({ path, summary, description }) => ({
      check: check.id,
      object: path ? `${object} container ${path}` : object,
      file,
      words: [summary, description].filter(Boolean).join('. '),
    }));
  });
}
