/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.devserver.aauth;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.TestKeys;

/**
 * A request that is signed, written down from LumoAuth's contract and without the
 * server's code. What is changed before {@link #sign} is signed that way, what is changed
 * afterwards was tampered with.
 */
final class Signing {

	final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	final List<String> components = new ArrayList<>(List.of("@method", "@authority", "@path", "signature-key",
			"content-digest", "content-type", "authorization"));

	String method = "POST";

	String authority;

	String path;

	String query;

	String body;

	long created;

	String nonce = UUID.randomUUID().toString().substring(0, 22);

	String parameters = "";

	private final Client client;

	private Signing(Client client, String path, String body, long created) {
		this.client = client;
		this.authority = URI.create(client.url()).getAuthority();
		this.path = path;
		this.body = body;
		this.created = created;
		this.headers.put("Content-Type", "application/json");
	}

	static Signing of(Client client, long now, String path, String body) {
		return new Signing(client, path, body, now);
	}

	Signing with(String agentToken) {
		this.headers.put("Agent-Auth", "agent_token=" + agentToken);
		return this;
	}

	/** Says which resource signs, for those that have the same key. */
	Signing named(String resource) {
		this.headers.put("Signature-Key", "sig1=(scheme=jwks id=\"" + resource + "\" kid=\"any\")");
		return this;
	}

	Signing sign(TestKeys keys, String algorithm) {
		if (this.query != null && !this.components.contains("@query")) {
			this.components.add(this.components.indexOf("@path") + 1, "@query");
		}
		this.headers.put("Content-Digest", digest(this.body));
		String params = "(\"" + String.join("\" \"", this.components) + "\");created=" + this.created + ";nonce=\""
				+ this.nonce + "\"" + this.parameters;
		byte[] signature = keys.signMessage(algorithm, base(params).getBytes(StandardCharsets.ISO_8859_1));
		this.headers.put("Signature-Input", "sig1=" + params);
		this.headers.put("Signature",
				"sig1=:" + Base64.getUrlEncoder().withoutPadding().encodeToString(signature) + ":");
		return this;
	}

	private String base(String params) {
		StringBuilder base = new StringBuilder();
		for (String component : this.components) {
			base.append('"').append(component).append("\": ").append(switch (component) {
				case "@method" -> this.method;
				case "@authority" -> this.authority;
				case "@path" -> this.path;
				case "@query" -> "?" + this.query;
				default -> this.headers.getOrDefault(component, "");
			}).append('\n');
		}
		return base.append("\"@signature-params\": ").append(params).toString();
	}

	static String digest(String body) {
		try {
			return "sha-256=:" + Base64.getEncoder()
				.encodeToString(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)))
					+ ":";
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	Answer send() {
		List<String> all = new ArrayList<>();
		this.headers.forEach((name, value) -> all.addAll(List.of(name, value)));
		return this.client.send(this.method, this.path + ((this.query != null) ? "?" + this.query : ""), this.body,
				all.toArray(String[]::new));
	}

}
