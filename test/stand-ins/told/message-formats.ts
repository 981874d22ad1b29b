/** What a service was sent. */
export interface Asked {
  readonly method: string;
  /** Content-Type. */
  readonly type: string;
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

type Check = readonly [isRight: boolean, otherwise: string];

const isText = (value: unknown, most = Number.POSITIVE_INFINITY): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= most;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const has = <T extends string>(list: readonly T[], value: unknown) => list.some((each) => each === value);
const unknownOf = (value: Record<string, unknown>, known: readonly string[]) =>
  Object.keys(value).filter((key) => !known.includes(key));

function objectOf({ method, type, text }: Asked): Record<string, unknown> | undefined {
  if (method !== 'POST' || !/^application\/json\b/.test(type)) return undefined;
  try {
    const body = JSON.parse(text);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

const json = (status: number, body: object): Answer => {
  return { status, type: 'application/json', text: JSON.stringify(body) };
};

const PAGERDUTY_BYTES = 512 * 1024;
const eventFields = ['routing_key', 'event_action', 'dedup_key', 'payload', 'images', 'links', 'client', 'client_url'];
const payloadFields = ['summary', 'source', 'severity', 'timestamp', 'component', 'group', 'class', 'custom_details'];

/** PagerDuty's Events API v2, `POST /v2/enqueue` (developer.pagerduty.com/docs/events-api-v2). */
export function pagerDutyAnswer(asked: Asked, isKey: (key: string) => boolean): Answer {
  const event = objectOf(asked);
  if (!event) return invalidEvent(['Event object format is unrecognized']);
  if (Buffer.byteLength(asked.text) > PAGERDUTY_BYTES) return json(413, { status: 'error', message: 'too large' });
  const errors = [...eventChecks(event), ...payloadChecks(event)].flatMap(([isRight, otherwise]) =>
    isRight ? [] : [otherwise],
  );
  if (errors.length > 0) return invalidEvent(errors);
  if (!isKey(String(event.routing_key))) return invalidEvent(['Invalid routing key']);
  return json(202, { status: 'success', message: 'Event processed', dedup_key: event.dedup_key ?? 'made up' });
}

const invalidEvent = (errors: readonly string[]) =>
  json(400, { status: 'invalid event', message: 'Event object is invalid', errors });

function eventChecks(event: Record<string, unknown>): Check[] {
  const { routing_key: key, event_action: action, dedup_key: dedup } = event;
  const unknown = unknownOf(event, eventFields);
  const list = (value: unknown) => value === undefined || value === null || Array.isArray(value);
  return [
    [unknown.length === 0, `unknown fields ${unknown}`],
    [isText(key) && /^[0-9A-Za-z]{32}$/.test(key), "Length of 'routing_key' is incorrect (should be 32 characters)"],
    [has(['trigger', 'acknowledge', 'resolve'], action), "'event_action' is invalid"],
    [dedup === undefined ? action === 'trigger' : isText(dedup, 255), "'dedup_key' is missing, blank or too long"],
    [list(event.images) && list(event.links), "'images' and 'links' are lists"],
  ];
}

/** Whose payload is there is judged; to resolve needs none. */
function payloadChecks({ payload, event_action: action }: Record<string, unknown>): Check[] {
  if (payload === undefined && action !== 'trigger') return [];
  if (!isObject(payload)) return [[false, "'payload' is missing or blank"]];
  const unknown = unknownOf(payload, payloadFields);
  const { timestamp } = payload;
  return [
    [unknown.length === 0, `unknown fields of 'payload': ${unknown}`],
    [isText(payload.summary, 1024), "'payload.summary' is missing, blank or longer than 1024 characters"],
    [isText(payload.source), "'payload.source' is missing or blank"],
    [has(['critical', 'warning', 'error', 'info'], payload.severity), "'payload.severity' is invalid"],
    [timestamp === undefined || !Number.isNaN(Date.parse(String(timestamp))), "'payload.timestamp' is no time"],
    [payload.custom_details === undefined || isObject(payload.custom_details), "'payload.custom_details' is no object"],
  ];
}

const SLACK_TEXT = 40_000;
const SLACK_ATTACHMENTS = 100;
const messageFields = [
  ...['text', 'blocks', 'attachments', 'channel', 'username', 'icon_emoji', 'icon_url', 'link_names', 'mrkdwn'],
  ...['response_type', 'thread_ts', 'replace_original', 'delete_original', 'unfurl_links', 'unfurl_media'],
];
const attachmentFields = [
  ...['title', 'title_link', 'pretext', 'text', 'fallback', 'callback_id', 'color', 'fields', 'actions', 'image_url'],
  ...['thumb_url', 'footer', 'footer_icon', 'ts', 'mrkdwn_in', 'author_name', 'author_link', 'author_icon', 'blocks'],
];
const markedFields = ['pretext', 'text', 'fields', 'fallback', 'title'];

/** Slack's incoming webhooks (api.slack.com/messaging/webhooks, api.slack.com/reference/messaging/attachments). */
export function slackAnswer(asked: Asked, isHook: boolean): Answer {
  const say = (status: number, text: string): Answer => ({ status, type: 'text/html', text });
  if (!isHook) return say(404, 'no_service');
  const message = objectOf(asked);
  if (!message) return say(400, 'invalid_payload');
  const { attachments = [], channel, text, blocks } = message;
  if (unknownOf(message, messageFields).length > 0) return say(400, `invalid_payload`);
  if (channel !== undefined && !(isText(channel) && /^([#@][^\s#@]+|[CGDU][A-Z0-9]{8,})$/.test(channel)))
    return say(404, 'channel_not_found');
  if (!Array.isArray(attachments) || !attachments.every(isAttachment)) return say(400, 'invalid_attachments');
  if (attachments.length > SLACK_ATTACHMENTS) return say(400, 'too_many_attachments');
  if (!isText(text) && !Array.isArray(blocks) && attachments.length === 0) return say(400, 'no_text');
  return asked.text.length > SLACK_TEXT ? say(400, 'msg_too_long') : say(200, 'ok');
}

function isAttachment(value: unknown): boolean {
  if (!isObject(value) || unknownOf(value, attachmentFields).length > 0) return false;
  const texts = ['title', 'title_link', 'pretext', 'text', 'fallback', 'color', 'footer', 'callback_id'];
  const { color, fields, actions, mrkdwn_in: marked } = value;
  const isList = (list: unknown) => list === undefined || list === null || Array.isArray(list);
  return (
    texts.every((key) => value[key] === undefined || typeof value[key] === 'string') &&
    (isText(value.text) || isText(value.fallback) || isText(value.pretext)) &&
    (color === undefined || /^(good|warning|danger|#?[0-9a-fA-F]{6}|)$/.test(String(color))) &&
    [fields, actions].every(isList) &&
    (marked === undefined || (Array.isArray(marked) && marked.every((each) => has(markedFields, each))))
  );
}
