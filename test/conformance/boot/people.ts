import type { Bakery } from '../../../model/bakery';
import { HEARTBEAT_FILE, neededSecrets, receiverFile } from '../../../model/google/needed-secrets';
import type { Severity } from '../../../model/severities';
import type { MessageServices, ServiceName, Told } from '../../stand-ins/told/message-services';
import { sleep, until } from '../cluster/processes';

/** A message that reached a service. */
export interface Message {
  readonly receiver: string;
  /** The names of the alerts that it is about. */
  readonly alerts: readonly string[];
  readonly isResolved: boolean;
  readonly at: number;
}

interface AlertOf {
  readonly name: string;
  readonly severity: Severity;
}

/** Milliseconds. */
interface Time {
  readonly from: number;
  readonly to: number;
}

interface Receiver {
  readonly name: string;
  readonly service: ServiceName;
  readonly secret: string;
  readonly severities: readonly Severity[];
}

/** Who hears of a bakery's alerts, by the receivers of its file that there is a stand-in for, and what they have heard. */
export class People {
  /** What the operator writes into the Secret of the receivers, by file. */
  readonly files: ReadonlyMap<string, string>;
  private readonly receivers: readonly Receiver[];
  private readonly heartbeat?: string;

  constructor(
    private readonly services: MessageServices,
    bakery: Bakery,
  ) {
    const { receivers = [] } = bakery.settings.monitoring.own ?? {};
    const known = receivers.flatMap((receiver) => {
      const service = receiver.to.slack ? 'slack' : receiver.to.pagerduty ? 'pagerduty' : undefined;
      if (!service || receiver.bakers) return [];
      const { name, severities } = receiver;
      return [
        { name, service, severities, file: receiverFile(receiver), secret: services.newSecret(service) } as const,
      ];
    });
    this.receivers = known;
    const isHosted = neededSecrets(bakery).some(({ keys }) => keys.includes(HEARTBEAT_FILE));
    this.heartbeat = isHosted ? services.newSecret('heartbeat') : undefined;
    const files = known.map(({ file, secret }) => [file, secret] as const);
    this.files = new Map([...files, ...(this.heartbeat ? [[HEARTBEAT_FILE, this.heartbeat] as const] : [])]);
  }

  /** Whether anybody hears of alerts of that severity. */
  hear(severity: Severity): boolean {
    return this.hearing(severity).length > 0;
  }

  /** Messages so far. One that its service refused is an error. */
  get messages(): readonly Message[] {
    return this.receivers.flatMap(({ name, service, secret }) =>
      this.toldBy(secret).map((told) => ({
        receiver: name,
        at: told.at,
        ...(service === 'slack' ? bySlack : byPagerDuty)(told),
      })),
    );
  }

  /**
   * Everybody has heard of the alert once in that time, and once that it is over, soon after it at the latest; anything
   * else is an error. Answers who they are.
   */
  async heardOnce({ name, severity }: AlertOf, { from, to }: Time): Promise<readonly string[]> {
    const end = to + OVER_SECONDS * 1000;
    await sleep(end - Date.now());
    const hearing = this.hearing(severity);
    for (const receiver of hearing) {
      const heard = this.heard(receiver, name, from).filter(({ at }) => at <= end);
      if (heard.map(({ isResolved }) => isResolved).join() !== 'false,true')
        throw new Error(`${receiver} heard ${heard.length} times of ${name}\n${this.lastWords()}`);
    }
    return hearing;
  }

  /** Waits until everybody has heard of the alert since then. */
  async hearOf({ name, severity }: AlertOf, since: number): Promise<void> {
    for (const receiver of this.hearing(severity))
      await until(`${receiver} hears of ${name}`, 60, async () => this.heard(receiver, name, since).length > 0);
  }

  /** Whoever waits for the heartbeat has heard it since then, most of the times; an error otherwise. Answers how often. */
  mustHaveHeartbeats(since: number, everyMs: number): number | undefined {
    if (this.heartbeat === undefined) return undefined;
    const beats = this.toldBy(this.heartbeat).filter(({ at }) => at >= since).length;
    const wanted = Math.floor((Date.now() - since) / everyMs / 2);
    if (beats < wanted) throw new Error(`the heartbeat was heard ${beats} times, not ${wanted} times or more`);
    return beats;
  }

  lastWords(): string {
    const lines = [...this.messages]
      .sort((a, b) => a.at - b.at)
      .map(({ receiver, alerts, isResolved, at }) => {
        return `${new Date(at).toISOString()} ${receiver}: ${isResolved ? 'over: ' : ''}${alerts.join(', ')}`;
      });
    return ['what people heard:', ...lines].join('\n    ');
  }

  private hearing(severity: Severity): string[] {
    return this.receivers.filter(({ severities }) => severities.includes(severity)).map(({ name }) => name);
  }

  private heard(receiver: string, alert: string, since: number): Message[] {
    return this.messages.filter(
      (each) => each.receiver === receiver && each.at >= since && each.alerts.includes(alert),
    );
  }

  private toldBy(secret: string): readonly Told[] {
    const told = this.services.told.filter((each) => each.secret === secret);
    const refused = told.find((each) => each.refused !== undefined);
    if (refused) throw new Error(`${refused.service} refuses ${JSON.stringify(refused.body)}: ${refused.refused}`);
    return told;
  }
}

/** Longer than an alert is kept firing and a group of messages waits for its next word, and some for a busy machine. */
const OVER_SECONDS = 60;

/** Of each alert three lines: its name and what happened, what to look at, and where to read on. */
const alertsIn = (text: string): string[] =>
  text.split('\n').flatMap((line, index) => (index % 3 === 0 && line !== '' ? [line.split(': ')[0]!] : []));

const byPagerDuty = ({ body }: Told) => ({
  alerts: alertsIn(body.payload.custom_details.text),
  isResolved: body.event_action === 'resolve',
});

const bySlack = ({ body: { attachments } }: Told) => ({
  alerts: alertsIn(attachments[0].text),
  isResolved: attachments[0].title.startsWith('resolved: '),
});
