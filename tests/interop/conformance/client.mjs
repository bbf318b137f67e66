// The client that the suite starts: hands over to the client in the test's process. Arguments: where that is, and the
// server to call.
const [client, server] = process.argv.slice(2);
const answer = await fetch(client, { method: "POST", body: server });
console.log(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
