import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { AgentUplink } from './agent.contract';

/** The guard asks over each uplink each second: this is some of these in a row. */
const SILENT_MS = 10_000;

/** The ways to the guard: what the machine sees of each, and when a request has come over it. */
export class Uplinks {
  private readonly askedMs = new Map<string, number>();
  private readonly connected = new Map<string, boolean>();

  constructor(
    readonly all: readonly AgentUplink[],
    /** `/sys` */
    private readonly sys: string,
  ) {}

  /** A request has come over it. */
  asked({ name }: AgentUplink): void {
    this.askedMs.set(name, performance.now());
  }

  isUp({ name }: AgentUplink): boolean {
    const at = this.askedMs.get(name);
    return at !== undefined && performance.now() - at < SILENT_MS;
  }

  /** Whether its interface has a cable, or whatever stands for one, and an address. */
  isConnected({ name }: AgentUplink): boolean {
    return this.connected.get(name) ?? false;
  }

  async look(): Promise<void> {
    for (const uplink of this.all) {
      const hasAddress = (networkInterfaces()[uplink.interface] ?? []).some(({ address }) => !LINK_LOCAL.test(address));
      this.connected.set(uplink.name, hasAddress && (await this.hasCarrier(uplink)));
    }
  }

  /** An interface that is down, or gone, tells none. */
  private async hasCarrier(uplink: AgentUplink): Promise<boolean> {
    const text = await readFile(join(this.sys, 'class/net', uplink.interface, 'carrier'), 'utf8').catch(() => '');
    return text.trim() === '1';
  }
}

const LINK_LOCAL = /^(169\.254\.|fe80:)/i;
