import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PayoutRecord } from '../../../programs/payout-guard/payout-guard.contract';
import { guardAnswer, type Payer } from './paid-history';

/** payout-guard's records over HTTP, as the site builder reads them: what it says, and what may come of it on the way. */
export class GuardStand {
  records: readonly PayoutRecord[] = [];
  /** Another answer than the right one: its status, and what becomes of its text. */
  spoilt: ((path: string, text: string) => { status: number; text: string; isCut?: boolean }) | undefined;
  private readonly server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '';
    const answer = guardAnswer(this.payer, path, this.records);
    const text = answer === undefined ? '' : JSON.stringify(answer);
    const told = this.spoilt?.(path, text) ?? { status: answer === undefined ? 404 : 200, text };
    const length = Buffer.byteLength(told.text);
    outgoing.writeHead(told.status, { 'content-type': 'application/json', 'content-length': length });
    if ('isCut' in told && told.isCut) outgoing.write(told.text.slice(0, length / 2), () => outgoing.destroy());
    else outgoing.end(told.text);
  });

  constructor(private readonly payer: Payer) {}

  /** Answers the start of its URL. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
