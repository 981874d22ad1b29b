import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { agentMetrics } from '../../programs/agent/agent.contract';
import { renderSigners } from '../../signer/main';
import { fixtures } from '../kit/bakeries';
import { ROOT } from '../kit/root';
import { filesBelow } from '../kit/user-project';
import { octezRefuses } from './octez-words';

const folder = join(ROOT, 'signer/roles');
const roles = Object.values(filesBelow(folder)).join('\n');
const card = renderSigners(fixtures().mainnet).get('signer/mainnet/attic/user-data') ?? '';

/** Units that the roles and the card bring, without their instances. */
const units = [
  ...readdirSync(folder, { recursive: true }).flatMap((path) => {
    return /([a-z-]+)@?\.service(?:\.j2)?$/.exec(String(path))?.slice(1) ?? [];
  }),
  ...[...card.matchAll(/systemd\/system\/([a-z-]+)\.service/g)].map(([, name]) => name),
];

/** Names of ours, and commands of Octez, in a text that people type or read, that are not there. */
export function wrongWords(text: string): string[] {
  const octez =
    /octez-(?:client|signer) (?:--|list|setup|import|show|rpc|register|stake|unstake|finalize|submit|set) ?.*/;
  const [command] = octez.exec(text.replace(/^ssh \S+ "(.*)"$/, '$1')) ?? [];
  const refusal = command && octezRefuses(command);
  const metrics: readonly string[] = Object.values(agentMetrics);
  const named = [...text.matchAll(/(?:--unit|status|restart) ([a-z-]+)|^((?:octez|signer)-[a-z]+)(?:@[a-z]+)?$/g)].map(
    ([, asked, alone]) => asked ?? alone,
  );
  const paths = text.match(/\/(?:var\/lib|etc|run|dev|usr\/local)\/[a-z0-9-]+/g) ?? [];
  const variables = [...text.matchAll(/\b(power_[a-z_]+)\b/g)].map(([, name]) => name);
  return [
    ...(refusal ? [refusal] : []),
    ...(text.match(/\bsigner_agent_\w+/g) ?? []).filter((name) => !metrics.includes(name)),
    ...named.filter((name) => !units.includes(name)),
    ...paths.filter((path) => !roles.includes(path.replace('/dev/', '')) && !roles.includes(path)),
    ...variables.filter((name) => !roles.includes(`${name}:`)),
  ];
}
