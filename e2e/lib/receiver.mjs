// A destination that keeps which events it got, and can be told to misbehave.
import http from 'node:http';

// eventsOf takes the events out of a body as destinations get it: a batch, an array,
// lines or one event.
export function eventsOf(text) {
  try {
    const body = JSON.parse(text);
    return body.batch ?? (Array.isArray(body) ? body : [body]);
  } catch {
    return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }
}

// startReceiver listens until the test t ends. answer says what becomes of a request: a
// status (2xx keeps its events), 'hang' or 'reset'. keep holds whole requests, else
// only the messageId of each event and how often it came.
export async function startReceiver(t, { answer = () => 200, keep = false, port = 0 } = {}) {
  const receiver = { requests: [], ids: new Map(), bodies: 0, answer, port: 0, url: '', stop: null };
  const server = http.createServer((req, res) => {
    const chunks = [];
    req.on('data', (c) => chunks.push(c));
    req.on('error', () => {});
    req.on('end', async () => {
      receiver.bodies++;
      const body = Buffer.concat(chunks).toString();
      const said = await receiver.answer(req, body);
      if (said === 'reset') return req.socket.destroy();
      if (said === 'hang') return undefined;
      if (said < 300) {
        if (keep) receiver.requests.push({ url: req.url, headers: req.headers, body });
        for (const e of eventsOf(body)) receiver.ids.set(e.messageId, (receiver.ids.get(e.messageId) ?? 0) + 1);
      }
      res.writeHead(said, { 'content-type': 'application/json' });
      return res.end('{"success":true}');
    });
  });
  server.keepAliveTimeout = 30000;
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  receiver.port = server.address().port;
  receiver.url = `http://127.0.0.1:${receiver.port}`;
  receiver.stop = () => new Promise((done) => { server.close(done); server.closeAllConnections(); });
  receiver.events = () => receiver.requests.flatMap((r) => eventsOf(r.body));
  // repeated is how many events came more than once.
  receiver.repeated = () => [...receiver.ids.values()].filter((n) => n > 1).length;
  t.after(receiver.stop);
  return receiver;
}
