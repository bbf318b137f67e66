// Signs and checks requests with http-message-signatures, as its documentation has it. Started by MessageSignaturesIT.
// Arguments: the address of the service that checks, and a folder with a private JWK for each algorithm. Then it checks
// requests itself, until its input ends.
// The profile has base64url in the Signature, without padding, and RFC 8941 has not: its alphabet is changed, and nothing else.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createSigner, createVerifier, httpbis } from "http-message-signatures";

const [service, folder] = process.argv.slice(2);
const algorithms = ["ed25519", "rsa-pss-sha512"];
const privateKey = (algorithm) => crypto.createPrivateKey(
		{ key: JSON.parse(readFileSync(`${folder}/${algorithm}.jwk`, "utf8")), format: "jwk" });
// RFC 9421 section 3.3.1 wants a salt of 64 bytes, and the library's own signer takes the longest.
const pss = (key) => ({ key, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 });
const covered = (url) => ["@method", "@authority", "@path", ...(new URL(url).search ? ["@query"] : []), "signature-key",
	"content-digest", "content-type", "authorization"];
const digest = (body) => "sha-256=:" + crypto.createHash("sha256").update(body).digest("base64") + ":";
const toUrl = (header) => header.replace(/:([^:]*):/, (all, value) => ":" + Buffer.from(value, "base64").toString("base64url") + ":");
const fromUrl = (header) => header.replace(/:([^:]*):/, (all, value) => ":" + Buffer.from(value, "base64url").toString("base64") + ":");

// --- signs -----------------------------------------------------------------------------

function send(method, url, headers, body) {
	return new Promise((resolve, reject) => {
		const request = http.request(url, { method, headers }, (response) => {
			response.resume();
			response.on("end", () => resolve(response.statusCode));
		});
		request.on("error", reject);
		request.end(body);
	});
}

async function sign(algorithm, method, url, body, headers) {
	const key = privateKey(algorithm);
	const signer = createSigner(key, algorithm);
	if (algorithm === "rsa-pss-sha512") {
		signer.sign = async (data) => crypto.sign("sha512", data, pss(key));
	}
	const message = { method, url, headers: { ...headers, "Content-Digest": digest(body) } };
	const signed = await httpbis.signMessage({ key: signer, name: "sig1", fields: covered(url), params: ["created", "nonce"],
		paramValues: { nonce: crypto.randomBytes(16).toString("base64url") } }, message);
	return signed.headers;
}

for (const algorithm of algorithms) {
	const requests = [["GET", "/things", "", {}], ["GET", "/things?limit=10&q=a%2Fb", "", { Authorization: "Bearer eyJ.e30.c2ln" }],
		["POST", "/things?draft", '{"thing":7}', { "Content-Type": "application/json", Authorization: "Bearer eyJ.e30.c2ln" }],
		["POST", "/things", "", {}], ["DELETE", "/things/a%20b", "", {}]];
	for (const [method, path, body, given] of requests) {
		const url = service + "/" + algorithm + path;
		const headers = await sign(algorithm, method, url, body,
				{ "Signature-Key": "", "Content-Type": "", Authorization: "", ...given });
		assert.equal(await send(method, url, { ...headers, Signature: toUrl(headers.Signature) }, body), 200);
		// It was used; another one is good in the library's own alphabet too.
		assert.equal(await send(method, url, headers, body), 401);
		const again = await sign(algorithm, method, url, body,
				{ "Signature-Key": "", "Content-Type": "", Authorization: "", ...given });
		assert.equal(await send(method, url + "x", again, body), 401);
		assert.equal(await send(method, url, again, body), 200);
		console.log("ok signs", algorithm, method, path);
	}
}

// --- checks ----------------------------------------------------------------------------

async function check(request, url, body) {
	const algorithm = url.pathname.split("/")[1];
	const key = crypto.createPublicKey(privateKey(algorithm));
	const verify = createVerifier(key, algorithm);
	const headers = { ...request.headers, signature: fromUrl(request.headers.signature) };
	assert.equal(headers["content-digest"], digest(body));
	const good = await httpbis.verifyMessage({ requiredParams: ["created", "nonce"], requiredFields: covered(url), maxAge: 60,
		keyLookup: async () => ({ algs: [algorithm], verify: async (data, signature, params) =>
			(algorithm === "ed25519" || crypto.verify("sha512", data, pss(key), signature)) && verify(data, signature, params) }) },
	{ method: request.method, url: String(url), headers });
	assert.equal(good, true);
}

const server = http.createServer(async (request, response) => {
	const chunks = [];
	for await (const chunk of request) {
		chunks.push(chunk);
	}
	const body = Buffer.concat(chunks);
	try {
		await check(request, new URL(request.url, "http://" + request.headers.host), body);
		response.writeHead(200).end("checked " + body.length);
	}
	catch (error) {
		response.writeHead(401).end(error.message + " " + JSON.stringify(request.headers));
	}
});
server.listen(0, "127.0.0.1", () => console.log("checks at http://127.0.0.1:" + server.address().port));
process.stdin.resume().on("end", () => process.exit(0));
