import type { Bakery } from '../../model/bakery';
import { receiverFile } from '../../model/google/needed-secrets';

/** Where the Secret of the receivers is mounted. */
export const SECRETS_DIR = '/etc/alertmanager-secrets';

type Receiver = NonNullable<Bakery['settings']['monitoring']['own']>['receivers'][number];

/** What a message says, in Alertmanager's own templates: the bakery, what is wrong, and what the alert's author wrote. */
const TITLE =
  '{{ if eq .Status "resolved" }}resolved: {{ end }}{{ .CommonLabels.bakery }}: {{ (index .Alerts 0).Annotations.summary }}{{ if gt (len .Alerts) 1 }} (of {{ len .Alerts }}){{ end }}';
const TEXT =
  '{{ range .Alerts }}{{ .Labels.alertname }}: {{ .Annotations.summary }}\n{{ .Annotations.description }}\n{{ .Annotations.runbook_url }}\n{{ end }}';

/** A receiver in Alertmanager's words (prometheus.io/docs/alerting/latest/configuration). Secrets are files. */
export function receiverConfig(receiver: Receiver): object {
  const { name, to } = receiver;
  const file = `${SECRETS_DIR}/${receiverFile(receiver)}`;
  const told = { send_resolved: true };
  const { slack, email, telegram } = to;
  if (slack) {
    return { name, slack_configs: [{ ...told, api_url_file: file, channel: slack.channel, title: TITLE, text: TEXT }] };
  }
  if (to.pagerduty) {
    return {
      name,
      pagerduty_configs: [{ ...told, routing_key_file: file, description: TITLE, details: { text: TEXT } }],
    };
  }
  if (email) {
    const { from, user, server } = email;
    const mail = { to: email.to, from, smarthost: server, auth_username: user, auth_password_file: file };
    return { name, email_configs: [{ ...told, ...mail, headers: { Subject: TITLE }, html: '', text: TEXT }] };
  }
  if (telegram) {
    const chat = { chat_id: telegram.chat, message: `${TITLE}\n${TEXT}`, parse_mode: '' };
    return { name, telegram_configs: [{ ...told, bot_token_file: file, ...chat }] };
  }
  if (to.discord) return { name, discord_configs: [{ ...told, webhook_url_file: file, title: TITLE, message: TEXT }] };
  return { name, webhook_configs: [{ ...told, url_file: file }] };
}
