import { join } from 'node:path';
import { DamagedFile, readDurable, writeDurably } from '../runtime/durable-file';
import type { Epoch } from '../runtime/epoch';
import type { AgentStore, Session } from './agent-core';

/**
 * The agent's two files. A damaged epoch is no missing one: whoever reads it throws DamagedFile, until a person has
 * looked. A damaged session is none: the guard announces itself again.
 */
export class AgentFiles implements AgentStore {
  private readonly epochFile: string;
  private readonly sessionFile: string;

  constructor({ stateFolder, runFolder }: { readonly stateFolder: string; readonly runFolder: string }) {
    this.epochFile = join(stateFolder, 'epoch');
    this.sessionFile = join(runFolder, 'session');
  }

  epoch(): Epoch | undefined {
    return parsed(readDurable(this.epochFile));
  }

  keepEpoch(epoch: Epoch): void {
    writeDurably(this.epochFile, JSON.stringify(epoch));
  }

  session(): Session | undefined {
    try {
      return parsed(readDurable(this.sessionFile));
    } catch (error) {
      if (error instanceof DamagedFile) return undefined;
      throw error;
    }
  }

  keepSession(session: Session): void {
    writeDurably(this.sessionFile, JSON.stringify(session));
  }
}

function parsed<T>(text: string | undefined): T | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
