/**
 * The gateway's problems: every sentence that a client may read in the `detail` of a problem document, in one place so that one person can
 * read them in one sitting. Each says what is wrong and then, in a sentence of its own, what to do. Refusals of an import, of a change of
 * status and of changed rules come from the packages that decide them.
 */

const some = (items: readonly string[]): string => items.join(', ');
const tryAgain = 'Try again later.';
const askOperator = 'ask your operator for a higher quota';

/** Bodies, headers and paths. */
export const sentences = {
  notJson: 'The body is not valid JSON (RFC 8259). Correct it and send it again.',
  notUtf8: 'The body is not valid UTF-8 (RFC 8259 §8.1). Encode it as UTF-8.',
  tooDeep: (field: string, depthMax: number) =>
    `${partOf(field)} is nested more than ${depthMax} levels deep. Flatten it.`,
  halfCharacter: (field: string) =>
    `${partOf(field)} contains an unpaired surrogate. Replace it with a whole character.`,
  repeated: (field: string) => `\`${field}\` is given more than once. Send it once.`,
  repeatedHeader: (name: string) => `The header ${name} is given more than once (RFC 9110 §5.3). Send it once.`,
  missingMember: (name: string) => `"${name}" is required.`,
  unknownMember: (name: string, meant: string | undefined) => `Unknown field "${name}". ${adviceOn(meant)}`,
  unknownParameter: (name: string, meant: string | undefined) =>
    `Unknown query parameter "${name}". ${adviceOn(meant)}`,
  notAllowed: (value: string, field: string, allowed: readonly string[]) =>
    `${value} is not a valid value for ${field}. Use one of: ${some(allowed)}.`,
  /** `rule`: the validator's words, such as "must be string". */
  breaksRule: (field: string, rule: string) => `${partOf(field)} ${rule}.`,
  tooLarge: (limitBytes: number) => `The body exceeds the limit of ${limitBytes} bytes. Send a smaller one.`,
  bodyTooSlow: (seconds: number) =>
    `The request body did not arrive within ${seconds} s. Send it faster, or send a smaller one.`,
  bodyDrips: (bytesPerS: number) =>
    `The request body arrives at less than ${bytesPerS} bytes per second. Send it faster.`,
  requestTooSlow: 'The request did not arrive in time. Send it again.',
  bodyMustBeJson: 'Send the body as JSON, with the header Content-Type: application/json.',
  noForm: 'Send the file itself as the body (curl --data-binary @file), not as a form.',
  noContentEncoding: 'Content-Encoding is not supported. Send the body uncompressed.',
  noTransferCoding:
    'The only Transfer-Encoding accepted is chunked. Send the body in chunks, or with a Content-Length.',
  contentTypeMissing: 'State the media type of the body in the header Content-Type.',
  hostInvalid: 'The Host header is missing or invalid. Send it as name:port (RFC 9112 §3.2).',
  headersTooLarge: 'The request headers are too large. Send fewer or shorter ones.',
  notHttp: 'This is not a valid HTTP/1.1 request (RFC 9112).',
  noTunnel: 'CONNECT is not supported, because this service is not a proxy.',
  pathNotUtf8: 'The path is not percent-encoded UTF-8 (RFC 3986 §2.1). Correct it.',
  /** `message`: the framework's, without a period at its end. */
  badRequest: (message: string) => `${message}. Correct the request.`,
  noSuchPath:
    'This path does not exist. The API is described at /docs and in /openapi.json. No API path ends with a slash.',
  noSuchFile: 'The documentation has no such file. Start at /docs.',
  methodNotAllowed: (allowed: readonly string[]) => `This path supports only ${some(allowed)}.`,
  idempotencyKeyInvalid: (charsMax: number) =>
    `An idempotency key is a quoted string of 1 to ${charsMax} printable ASCII characters, such as a UUID.`,
  lastEventIdInvalid:
    'Last-Event-ID must be the id of an event of this stream. Send it as you received it, or leave the header out.',

  // Who calls, and how often.
  tokenMissing: 'Send a token: Authorization: Bearer <token>.',
  tokenInvalid: 'This token is invalid or was revoked. Use another one.',
  tokenExpired: 'This token has expired. Use another one.',
  addressNotAllowed:
    'This token may not be used from your IP address. Use another token, or ask your operator to allow the address.',
  scopeMissing: (scope: string | undefined) =>
    `This token does not have the scope ${scope}, which this call needs. Use a token that has it.`,
  issuerUnavailable: `The keys of the token's issuer cannot be fetched now. ${tryAgain}`,
  rateLimited: (perMinute: number, retryAfterS: number) =>
    `The limit of ${perMinute} calls per minute is used up. Try again in ${retryAfterS} s. This call was not counted.`,
  /** `whose`: the subject, such as "This token has". */
  tooManyAtOnce: (whose: string, limit: number, what: string) =>
    `${whose} ${limit} ${what} in progress, which is the limit. Wait until one has finished.`,
  importSlotsTaken: (retryAfterS: number) => `All import slots are in use. Try again in ${retryAfterS} s.`,
  idempotencyKeyInUse:
    'A call with this idempotency key is still in progress. Send it again later to get its response.',
  idempotencyKeyReused:
    'This idempotency key was used with a different body in the last 24 hours. Send that body again, or use a new key.',
  tooManyStreams: (limit: number) =>
    `This token already follows ${limit} reports, which is the limit. Close a stream, or poll instead.`,
  tooManyFollowers: 'Too many clients are following reports now. Try again later, or poll instead.',

  // Lists and what they hold.
  cursorInvalid:
    'This cursor does not belong to this list. Pass next_cursor exactly as you received it, or start without one.',
  fromAfterTo: (from: string, to: string) =>
    `from (${from}) is later than to (${to}). Choose a from that is not later than to.`,
  noSuchReport: 'There is no such report. GET /api/v2/reports lists the reports that exist.',
  noSuchFinding: 'There is no such finding. GET /api/v2/findings lists the findings that exist.',
  noSuchFramework: 'There is no such framework. Use one of the values in allowed.',
  noSuchEdition: (framework: string) =>
    `${framework} has no such edition in this release. Use one of the values in allowed.`,

  // Requests for reports.
  frameworkUnknown: (value: string) =>
    `${value} is not a framework, or an edition of one, in this release. Use one of the values in allowed.`,
  frameworkRepeated: (framework: string) => `${framework} is requested twice. Name each framework once.`,
  scopeEmpty: 'The scope is empty. Give at least one of endpoint_ids, from, to and include_severities.',
  templatesOff: 'Templates are turned off on this installation. Leave the template out to get the standard layout.',
  templateNeedsPdf: 'A template lays out a PDF. Request format "pdf", or leave the template out.',
  queueFull: (underWay: number) =>
    `${underWay} of your reports are queued or running, which is the limit for now. Wait until some have finished.`,
  queueQuotaReached: (underWay: number) =>
    `${underWay} of your reports are queued or running, which is your quota. Wait until some have finished.`,
  systemQueueFull: `The queue is full, because further reports could not be finished in time. ${tryAgain}`,

  // Artifacts.
  linkExpired: (validS: number) =>
    `This download link is invalid or older than ${validS} s. Call the path without its parameters to get a new one.`,
  otherArtifact: 'The artifact does not match If-Match. Send its current ETag, or leave the header out.',
  rangeOutside: (sizeBytes: number) => `The artifact has ${sizeBytes} bytes. Request a range within it.`,
  /** `why`: a sentence. */
  artifactLost: (why: string) => `The artifact is missing or damaged. ${why}`,
  artifactMadeAgain: `The artifact is missing or damaged and is being made again from the log. ${tryAgain}`,
  artifactPruned: 'The retention period has ended and the artifact was deleted. Regenerate the report.',
  /** `reason`: a sentence. */
  artifactPrunedFor: (reason: string, path: string) =>
    `${reason} The artifact was deleted. Make the report again with POST ${path}.`,
  reportFailed: 'This report failed, for the reason in its member failure. Request a new report.',
  reportNotReady: 'This report is not ready yet. Poll it until its status is ready.',
  artifactStillThere: 'The artifact is still available. Download it.',
  nothingToRegenerate: 'Only a report whose artifact was deleted or lost can be regenerated. Request a new report.',
  madeWithTemplate:
    'This report was laid out with a template, and templates are turned off on this installation. Request a new report without one.',

  // Room.
  diskNearlyFull: (freeBytes: number, watermarkBytes: number) =>
    `A disk of this service has only ${freeBytes} bytes free, below the reserve of ${watermarkBytes} bytes.`,
  nothingRecorded: 'Nothing was recorded.',
  partlyRecorded: (events: number) => `${events} events of this import were recorded and are kept.`,
  importWhenRoom: 'Your operator must free up space. Then send the same file again.',
  requestWhenRoom: 'Your operator must free up space. Then request the report again.',
  findingsQuotaReached: (more: number, used: number, limit: number) =>
    `The scan has ${more} findings, and ${used} of your quota of ${limit} are used, which leaves room for ${Math.max(0, limit - used)}. Nothing was recorded, and retrying will not help. Import a smaller scan, or ${askOperator}.`,
  artifactQuotaReached: (used: number, limit: number) =>
    `Your reports use ${used} of your quota of ${limit} bytes. Nothing was recorded. Wait until a report expires (see expires_at of your reports), or ${askOperator}.`,

  // Parts that are unavailable.
  partsUnavailable: (parts: readonly string[]) => `Unavailable: ${some(parts)}. Nothing was recorded. ${tryAgain}`,
  notReady: (parts: readonly string[]) => `Reports cannot be made now. Unavailable: ${some(parts)}. ${tryAgain}`,
  eventStoreUnavailable: `The event store cannot accept this now. Nothing was recorded. ${tryAgain}`,
  artifactStoreUnavailable: `The artifact store is unavailable. ${tryAgain}`,
  auditUnavailable: `The audit log is unavailable, so requests are refused for now. ${tryAgain}`,
  /** `what` as in "this report". */
  rebuilding: (view: string, percent: number, what: string) =>
    `The view of ${view} is being rebuilt. It has read ${percent} % of the log and has not found ${what}, which may still exist. ${tryAgain}`,
  tokensRebuilding: (percent: number) =>
    `The view of tokens is being rebuilt and has read ${percent} % of the log, so the token cannot be checked yet. ${tryAgain}`,
  historyUnreadable: (position: bigint) =>
    `The event at position ${position} of the log cannot be read, and the response depends on it. Ask your operator to run: evidence log show ${position}`,
  internal: 'Something went wrong in the service. Your request is not the cause. The details are in the service log.',
} as const;

const partOf = (field: string): string => (field === '' ? 'The body' : field);

const adviceOn = (meant: string | undefined): string =>
  meant === undefined ? 'Leave it out.' : `Did you mean "${meant}"?`;
