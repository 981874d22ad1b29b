import type { Report } from '../part';
import { inlineScripts } from './inline-scripts';
import type { Container, DistObject } from './read-objects';
import type { Script } from './scripts';
import { reportProof } from './verdict';

const MISTAKE = 'rm $name';

/** Ways to tell a shell a script; each must be found, whatever stands around it. */
const told: readonly Partial<Container>[] = [
  { command: ['sh', '-c', MISTAKE] },
  { command: ['/bin/sh', '-e', '-c', MISTAKE] },
  { command: ['sh', '-c', '-e', MISTAKE] },
  { command: ['/bin/bash', '-ec', MISTAKE] },
  { command: ['bash', '-euo', 'pipefail', '-c', MISTAKE] },
  { command: ['timeout', '5', 'ash', '-c', MISTAKE] },
  { command: ['sh'], args: ['-ec', MISTAKE, 'sh'] },
  { livenessProbe: { exec: { command: ['busybox', 'sh', '-c', MISTAKE] } } },
];

/** Shells that run what nobody can judge. */
const untold: readonly Partial<Container>[] = [
  { command: ['sh', '-c'] },
  { command: ['timeout', '5', 'sh'] },
  { command: ['sh', '-c'], args: ['$(SCRIPT)'] },
  { command: ['sh', '/data/a.sh'] },
  { command: ['sh', '/scripts/a'] },
  { command: ['sh', '/scripts-of-another/a.sh'] },
];

const mounted: Partial<Container> = { command: ['sh', '/scripts/a.sh', 'word'] };

/** `complaints`: what shellcheck says of scripts. */
export async function proveInline(
  report: Report,
  complaints: (scripts: readonly Script[]) => Promise<ReadonlyMap<Script, string>>,
): Promise<void> {
  const found = told.map((container) => inlineScripts([podWith(container)]).scripts);
  const said = await complaints(found.flat());
  for (const [i, [script]] of found.entries()) {
    reportProof(report, `shellcheck: ${JSON.stringify(told[i])}`, script && said.get(script));
  }
  for (const container of untold) {
    const [problem] = inlineScripts([podWith(container)]).unjudged;
    reportProof(report, `a shell that runs nobody knows what: ${JSON.stringify(container)}`, problem?.why);
  }
  const [problem] = inlineScripts([podWith(mounted)]).unjudged;
  if (problem) report.fail('refused: a script of a ConfigMap', problem.why);
}

function podWith(container: Partial<Container>): DistObject {
  const volumes = [
    { name: 'scripts', configMap: { name: 'a' } },
    { name: 'data', emptyDir: {} },
  ];
  const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/${name}` }));
  const containers = [{ name: 'a', volumeMounts, ...container }];
  const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers, volumes } };
  return { bakery: 'a', file: 'nowhere', name: 'Pod a', manifest };
}
