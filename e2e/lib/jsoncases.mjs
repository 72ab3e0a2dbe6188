// JSON texts of the kinds that parsers disagree on, written for this project. The
// names say what a strict parser does: y_ accepts, n_ refuses, i_ may do either.
const deep = (n) => '['.repeat(n) + ']'.repeat(n);
const bytes = (...b) => Buffer.from(b);

const texts = {
  y_object_empty: '{}', y_object_space: ' { } \n', y_object_duplicate: '{"a":1,"a":2}', y_object_escaped_key: '{"\\u0061":1}', y_object_empty_key: '{"":0}',
  y_object_long: `{"x":[{"id":"${'x'.repeat(500)}"}],"y":"end"}`, y_object_nul_escape: '{"a\\u0000b":1}', y_array_empty: '[]', y_array_mixed: '[null,1,"1",{},[],true,false]',
  y_array_nested: deep(60), y_number_minus_zero: '[-0]', y_number_exponent: '[1E+2,1e-2,0e1,1.5e3]', y_number_huge_text: `[${'9'.repeat(100)}]`, y_number_precise: '[9007199254740993,0.1000000000000000055]',
  y_string_escapes: '["\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"]', y_string_utf8: '["größe 日本 😀"]', y_string_del: '["\u007f"]', y_string_slash: '["a/b"]', y_space_all: '[\t1\n,\r2 ]',
  n_empty_after_space: '{"a":1} x', n_two_documents: '{"a":1}{"b":2}', n_lines: '{"a":1}\n{"b":2}', n_trailing_comma_object: '{"a":1,}', n_trailing_comma_array: '[1,]', n_leading_comma: '[,1]',
  n_double_comma: '[1,,2]', n_no_colon: '{"a" 1}', n_double_colon: '{"a"::1}', n_no_value: '{"a":}', n_no_comma: '[1 2]', n_single_quotes: "{'a':1}", n_bare_key: '{a:1}', n_number_key: '{1:1}',
  n_comment: '{"a":1}/**/', n_line_comment: '{"a":1//x\n}', n_hash_comment: '[1]#', n_nan: '[NaN]', n_infinity: '[Infinity]', n_minus_infinity: '[-Infinity]', n_hex: '[0x1]', n_octal: '[01]', n_plus: '[+1]',
  n_point_first: '[.5]', n_point_last: '[1.]', n_exponent_empty: '[1e]', n_exponent_sign: '[1e+]', n_minus: '[-]', n_minus_letter: '[-a]', n_true_case: '[True]', n_word: '[nul]', n_unclosed_object: '{"a":1', n_unclosed_array: '[1',
  n_unclosed_string: '["a', n_wrong_bracket: '[1}', n_close_first: ']', n_string_control: '["a\u0001"]', n_string_tab: '["\t"]', n_string_newline: '["a\nb"]', n_string_escape: '["\\x41"]', n_string_escape_short: '["\\u12"]',
  n_string_escape_end: '["\\', n_string_escape_quote: '["\\"]', n_escaped_outside: '{"a":\\u0031}', n_form_feed: '[\f]', n_nbsp: '[\u00a0]', n_star: '[*]', n_star_end: '[1]*', n_open_arrays: '['.repeat(100000), n_open_objects: '{"a":'.repeat(100000),
  i_lone_surrogate: '["\\ud800"]', i_inverted_surrogates: '["\\udd1e\\ud834"]', i_exponent_huge: '[1e9999]', i_depth_500: deep(500), i_noncharacter: '["\uffff"]',
};

export const own = [
  ...Object.entries(texts).map(([name, text]) => ({ name, body: Buffer.from(text) })),
  { name: 'n_invalid_utf8_outside', body: bytes(0x5b, 0xff, 0x5d) },
  { name: 'i_invalid_utf8_inside', body: bytes(0x5b, 0x22, 0xff, 0x22, 0x5d) },
  { name: 'i_overlong', body: bytes(0x5b, 0x22, 0xc1, 0xa1, 0x22, 0x5d) },
  { name: 'i_bom', body: bytes(0xef, 0xbb, 0xbf, 0x7b, 0x7d) },
  { name: 'i_utf16', body: Buffer.from('\ufeff{"a":1}', 'utf16le') },
];
