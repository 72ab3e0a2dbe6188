// Personal data that the tests plant in events: values of reserved ranges, and
// a check that none of them is in what somebody else has received.

export const planted = {
  email: 'ada.l@example.com',
  card: '4111 1111 1111 1111',
  ssn: '078-05-1120',
  ip: '203.0.113.77',
};

const base64Alignments = (s) => [0, 1, 2].map((pad) => {
  const b = Buffer.concat([Buffer.alloc(pad), Buffer.from(s)]).toString('base64').replace(/=+$/, '');
  return b.slice(Math.ceil((pad * 4) / 3) + (pad ? 1 : 0), b.length - 1); // without the characters that neighbors touch
});

// spellings lists how a value may hide: as it is, percent-encoded once and twice,
// in base64 at any alignment, as JSON escapes.
export function spellings(value) {
  const percent = encodeURIComponent(value);
  return [value, percent, encodeURIComponent(percent), percent.replaceAll('%20', '+'),
    ...base64Alignments(value), value.replaceAll('@', '\\u0040')].map((s) => s.toLowerCase());
}

// findPlanted returns the names of the planted values that text holds in any spelling.
export function findPlanted(text, values = planted) {
  const hay = text.toLowerCase();
  return Object.entries(values).filter(([, v]) => spellings(v).some((s) => hay.includes(s))).map(([name]) => name);
}
