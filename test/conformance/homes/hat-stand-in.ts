import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './machine-at-home';

const FOLDER = '/usr/local/share/hat';

/** What a UPS HAT measures. */
export interface HatState {
  readonly mains: boolean;
  readonly percent: number;
  readonly volts: number;
}

export const FULL: HatState = { mains: true, percent: 97.5, volts: 4.1 };

/** Into a folder that goes onto a card: programs that answer for the HAT, under the names of those that read it. */
export function hatFiles(scripts: string, folder: string): void {
  const programs = join(folder, 'usr/local/bin');
  mkdirSync(programs, { recursive: true });
  for (const name of ['i2cget', 'gpioget', 'gpioset']) cpSync(join(scripts, 'hat', name), join(programs, name));
  const state = join(folder, FOLDER);
  mkdirSync(state, { recursive: true });
  for (const [name, text] of Object.entries(filesOf(FULL))) writeFileSync(join(state, name), text);
}

/** From now on the HAT measures that. */
export async function setHat(home: Home, state: HatState): Promise<void> {
  const lines = Object.entries(filesOf(state)).map(([name, text]) => `echo '${text.trim()}' >${FOLDER}/${name}`);
  await home.shell(lines.join('\n'));
}

function filesOf({ mains, percent, volts }: HatState): Record<string, string> {
  return { 'mains-lost': mains ? '0\n' : '1\n', percent: `${percent}\n`, volts: `${volts}\n` };
}
