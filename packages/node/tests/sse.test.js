// The parser of server-sent events.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { EventParser } from '../dist/sse.js';

const bytes = text => new TextEncoder().encode(text);

/** All events of a text that arrives in pieces of `size` bytes. */
function parse(text, size = bytes(text).length) {
  const parser = new EventParser(1_000);
  const all = bytes(text);
  const events = [];
  for (let at = 0; at < all.length; at += size) events.push(...parser.push(all.subarray(at, at + size)));
  return events;
}

const STREAM = [
  '\uFEFFretry: 1000\n\n',
  ': a comment\n\n',
  'event: snapshot\nid: 1\ndata: {"a":"größe 🙂"}\n\n',
  'data:no space\ndata:  two spaces\n\n',
  ': comment in between\ndata: x\n: and another\ndata\nother: y\n\n',
  'id: 7\n\n',
  'data: unfinished',
].join('');
const EVENTS = ['{"a":"größe 🙂"}', 'no space\n two spaces', 'x'];

describe('events', () => {
  for (const [name, end] of [['LF', '\n'], ['CR', '\r'], ['CRLF', '\r\n']]) {
    test(`with lines that end in ${name}, cut anywhere`, () => {
      const text = STREAM.replaceAll('\n', end);
      const { length } = bytes(text);
      for (let size = 1; size <= length; size += 1) assert.deepEqual(parse(text, size), EVENTS, `size ${size}`);
    });
  }

  test('mixed line ends', () => {
    assert.deepEqual(parse('data: a\r\n\ndata: b\r\rdata: c\n\r\n'), ['a', 'b', 'c']);
  });

  test('empty chunks change nothing', () => {
    const parser = new EventParser(100);
    assert.deepEqual(parser.push(bytes('data: a\r')), []);
    assert.deepEqual(parser.push(bytes('')), []);
    assert.deepEqual(parser.push(bytes('\n\r')), ['a']);
    assert.deepEqual(parser.push(bytes('\ndata: b\n\n')), ['b']);
  });
});

describe('the bound', () => {
  test('holds for one line, for many lines and for one that never ends', () => {
    const long = 'x'.repeat(90);
    assert.throws(() => new EventParser(100).push(bytes(`data: ${long}${long}\n\n`)), RangeError);
    assert.throws(() => new EventParser(100).push(bytes(`data: ${long}\ndata: ${long}\n\n`)), RangeError);
    const parser = new EventParser(100);
    parser.push(bytes(long));
    assert.throws(() => parser.push(bytes(long)), RangeError);
  });

  test('is for one event, not for the stream, and comments do not count', () => {
    const parser = new EventParser(100);
    const long = 'x'.repeat(90);
    for (let n = 0; n < 5; n += 1) assert.deepEqual(parser.push(bytes(`: ${long}\ndata: ${long}\n\n`)), [long]);
  });
});
