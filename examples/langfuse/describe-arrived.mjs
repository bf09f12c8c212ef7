const SHOWN_CHARACTERS = 110;

/** What of an observation's attributes is shown, under which name. */
const SHOWN = {
  'langfuse.observation.input': 'input',
  'langfuse.observation.output': 'output',
  'langfuse.observation.model.name': 'model',
  'langfuse.observation.usage_details': 'usage_details',
  'langfuse.observation.cost_details': 'cost_details',
};
const OBSERVATION_METADATA = 'langfuse.observation.metadata.';
const TRACE_METADATA = 'langfuse.trace.metadata.';

/** Traces as trees, oldest first, then the media. */
export function describeArrived(spans, { media, links }) {
  const inOrder = [...spans].sort((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1));
  const roots = inOrder.filter(({ parentSpanId }) => !inOrder.some(({ spanId }) => spanId === parentSpanId));
  return [
    ...roots.flatMap((root) => [describeTrace(root), ...describeTree(root, inOrder, '  '), '']),
    ...media.map(({ mediaId, contentType, contentLength }) => {
      const link = links.find((each) => each.mediaId === mediaId);
      const owner = inOrder.find(({ spanId }) => spanId === link?.observationId);
      return `media ${mediaId}: ${contentType}, ${contentLength} bytes, shown in the ${link?.field} of '${owner?.name}'`;
    }),
  ].join('\n');
}

function describeTrace(root) {
  const attributes = readAttributes(root);
  const metadata = Object.keys(attributes)
    .filter((key) => key.startsWith(TRACE_METADATA))
    .map((key) => `${key.slice(TRACE_METADATA.length)}=${attributes[key]}`);
  const facts = [
    `environment=${attributes['langfuse.environment']}`,
    `session=${attributes['session.id']}`,
    `user=${attributes['user.id']}`,
    ...metadata,
  ];
  return `trace '${attributes['langfuse.trace.name']}'  ${facts.join('  ')}`;
}

function describeTree(span, spans, indent) {
  const attributes = readAttributes(span);
  const lines = Object.keys(attributes).flatMap((key) => {
    const name = key.startsWith(OBSERVATION_METADATA) ? key.slice(OBSERVATION_METADATA.length) : SHOWN[key];
    return name === undefined ? [] : `${indent}    ${name}: ${cut(String(attributes[key]))}`;
  });
  const children = spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
  return [
    `${indent}${span.name} (${attributes['langfuse.observation.type']})`,
    ...lines,
    ...children.flatMap((child) => describeTree(child, spans, `${indent}  `)),
  ];
}

function readAttributes({ attributes }) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

function cut(text) {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)} …`;
}
