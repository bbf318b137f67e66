// Puts a token on each request, because the suite has none for servers. Arguments: the server's port, the token.
import http from "node:http";

const [port, token] = process.argv.slice(2);
const proxy = http.createServer((request, response) => {
	const headers = { ...request.headers, authorization: "Bearer " + token };
	const passedOn = http.request({ host: "127.0.0.1", port, method: request.method, path: request.url, headers,
		setHost: false }, answer => {
		response.writeHead(answer.statusCode, answer.headers);
		response.flushHeaders();
		answer.pipe(response);
	});
	passedOn.on("error", () => response.destroy());
	response.on("close", () => passedOn.destroy());
	request.pipe(passedOn);
});
proxy.listen(0, "127.0.0.1", () => console.log("export PROXY_PORT=" + proxy.address().port));
