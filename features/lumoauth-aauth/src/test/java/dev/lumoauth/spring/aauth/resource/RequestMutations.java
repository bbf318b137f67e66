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

package dev.lumoauth.spring.aauth.resource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * All that can be changed of a signed request on its way, one thing at a time.
 */
final class RequestMutations {

	private static final List<String> COVERED = List.of("Signature-Key", "Content-Digest", "Content-Type",
			"Authorization");

	private final Map<String, UnaryOperator<WireRequest>> all = new LinkedHashMap<>();

	private final WireRequest signed;

	private RequestMutations(WireRequest signed) {
		this.signed = signed;
	}

	/**
	 * Return the changes that can be made to a request.
	 */
	static Map<String, UnaryOperator<WireRequest>> of(WireRequest signed) {
		RequestMutations mutations = new RequestMutations(signed);
		mutations.method();
		mutations.path();
		mutations.query();
		mutations.host();
		mutations.body();
		mutations.coveredHeaders();
		mutations.signatureInput();
		mutations.signature();
		mutations.all.values().removeIf((mutation) -> mutation.apply(signed).equals(signed));
		return mutations.all;
	}

	private void add(String name, UnaryOperator<WireRequest> mutation) {
		if (this.all.put(name, mutation) != null) {
			throw new IllegalStateException(name);
		}
	}

	private void method() {
		for (String method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND",
				"get", "Post")) {
			if (!method.equals(this.signed.method())) {
				add("method " + method, (request) -> request.withMethod(method));
			}
		}
		add("method override by a header",
				(request) -> request.withMethod("POST")
					.plus("X-HTTP-Method-Override: " + this.signed.method())
					.withMethod(this.signed.method().equals("POST") ? "PUT" : "POST"));
	}

	private void path() {
		each("path", path(this.signed), this::withPath, "letters, case, dots, encodings");
		String path = path(this.signed);
		for (String other : List.of(path + "/", path + "x", path + ";a=b", path + ";", path + ";jsessionid=1",
				path + "%20", path + "%00", path + "/.", path + "/..", path + "/../things", "/" + path, "//" + path,
				path.replace("/api", "/api/"), path.replace("/api", "/api/."), path.replace("/api/", "/api%2F"),
				path.replace("/api/", "/api%2f"), path.replace("/api/", "/api%5c"), path.replace("/api/", "/api\\"),
				path.replace("/api", "/%61pi"), path.replace("/api", "/API"), path.replace("/api", "/x/../api"),
				path.replace("/api", "/api;x=1"), path.toUpperCase(Locale.ROOT), "/", "/public", "/admin/things", "*",
				path.replace("%41", "A"), path.replace("%41", "%61"), path.replace("%c3", "%C3"))) {
			String name = "path " + other;
			if (!other.equals(path) && !this.all.containsKey(name)) {
				add(name, (request) -> withPath(request, other));
			}
		}
	}

	private void query() {
		String query = query(this.signed);
		for (String other : Arrays.asList(null, "", "a", "a=1", "a=1&b=2&c=3", "a=1&b=2&b=3", "b=2&a=1", "a=1&&b=2",
				"&a=1&b=2", "a=1&b=2&", "a=1;b=2", "a=%31&b=2", "A=1&b=2", "a=1&b=2%20", "a=1&b=2+", "a=1&b=2#x",
				"a=1&b=2?", "?a=1&b=2")) {
			if ((other == null) ? query != null : !other.equals(query)) {
				add("query " + other,
						(request) -> request.withTarget(path(request) + ((other != null) ? "?" + other : "")));
			}
		}
	}

	private void host() {
		for (String host : List.of("other.example", "api.example.", "api.example:80", "api.example:8443",
				"x.api.example", "api.example.evil.example", "localhost", "127.0.0.1", "", "api.example@evil.example",
				"api.example,evil.example", "[::1]", "api.example:", "api.example:443:443")) {
			add("Host " + host, (request) -> request.with("Host", host));
		}
		add("no Host", (request) -> request.without("Host"));
		add("Host twice", (request) -> request.plus("Host: " + SignedService.HOST));
		add("another Host behind", (request) -> request.plus("Host: other.example"));
		add("another Host in front", (request) -> request.before("Host: other.example"));
		add("absolute address of another", (request) -> request.withTarget("http://other.example" + request.target()));
		add("absolute address of another, as Host", (request) -> request.with("Host", "other.example")
			.withTarget("http://other.example" + request.target()));
		add("another Host, forwarded",
				(request) -> request.with("Host", "other.example").plus("X-Forwarded-Host: " + SignedService.HOST));
		add("another Host, forwarded by RFC 7239", (request) -> request.with("Host", "other.example")
			.plus("Forwarded: host=" + SignedService.HOST + ";proto=https"));
		add("another path, forwarded",
				(request) -> withPath(request, path(request).replace("/api", "")).plus("X-Forwarded-Prefix: /api"));
		add("the host of an absolute address, by HTTP/1.0",
				(request) -> request.without("Host")
					.withTarget("http://other.example" + request.target())
					.withVersion("HTTP/1.0"));
		add("no Host, by HTTP/1.0", (request) -> request.without("Host").withVersion("HTTP/1.0"));
		add("no Host, by HTTP/1.0, forwarded",
				(request) -> request.without("Host")
					.withVersion("HTTP/1.0")
					.plus("X-Forwarded-Host: " + SignedService.HOST));
		add("another path, rewritten",
				(request) -> withPath(request, "/public").plus("X-Original-URL: " + path(request))
					.plus("X-Rewrite-URL: " + path(request)));
	}

	private void body() {
		byte[] body = this.signed.body();
		for (int i = 0; i < body.length; i++) {
			int at = i;
			add("body, a bit of byte " + at, (request) -> {
				byte[] changed = body.clone();
				changed[at] ^= (byte) (1 << (at % 7));
				return request.withBody(changed);
			});
		}
		add("body, one more", (request) -> request.withBody((text(body) + " ").getBytes(StandardCharsets.UTF_8)));
		add("body, one more in chunks",
				(request) -> request.withBody((text(body) + "x").getBytes(StandardCharsets.UTF_8)).inChunks());
		if (body.length > 0) {
			add("body, one less", (request) -> request.withBody(Arrays.copyOf(body, body.length - 1)));
			add("body, none", (request) -> request.withBody(new byte[0]));
			add("body twice",
					(request) -> request.withBody((text(body) + text(body)).getBytes(StandardCharsets.UTF_8)));
		}
	}

	private void coveredHeaders() {
		for (String name : COVERED) {
			String value = this.signed.values(name).get(0);
			add(name + " twice", (request) -> request.plus(name + ": " + value));
			add(name + " twice, with another behind", (request) -> request.plus(name + ": x"));
			add(name + " twice, with another in front", (request) -> request.before(name + ": x"));
			add(name + " twice, with an empty one", (request) -> request.plus(name + ":"));
			add(name + " with one more", (request) -> request.with(name, value + "x"));
			add(name + " with a list", (request) -> request.with(name, value + ", x"));
			add(name + " with a parameter", (request) -> request.with(name, value + ";x"));
			add(name + " with a blank in front of another", (request) -> request.with(name, "x " + value));
			if (!value.isEmpty()) {
				add(name + " removed", (request) -> request.without(name));
				add(name + " empty", (request) -> request.with(name, ""));
				each(name, value, (request, changed) -> request.with(name, changed), "each character");
			}
		}
		add("Content-Digest by another algorithm",
				(request) -> request.changed("Content-Digest", (value) -> "sha-512=" + value.substring(8)));
		add("Content-Digest with a second", (request) -> request.changed("Content-Digest",
				(value) -> value + ", sha-512=:" + "A".repeat(86) + "==:"));
		add("Content-Digest with an unknown second",
				(request) -> request.changed("Content-Digest", (value) -> value + ", md5=:AAAA:"));
		add("Content-Digest unknown", (request) -> request.with("Content-Digest", "md5=:AAAA:"));
		add("Authorization by another scheme",
				(request) -> request.changed("Authorization", (value) -> value.replace("Bearer", "DPoP")));
		add("Authorization in small letters",
				(request) -> request.changed("Authorization", (value) -> value.replace("Bearer", "bearer")));
		add("Authorization with two blanks",
				(request) -> request.changed("Authorization", (value) -> value.replace("Bearer ", "Bearer  ")));
	}

	private void signatureInput() {
		String value = this.signed.values("Signature-Input").get(0);
		each("Signature-Input", value, (request, changed) -> request.with("Signature-Input", changed), "each");
		for (String component : List.of("@method", "@authority", "@path", "@query", "signature-key", "content-digest",
				"content-type", "authorization")) {
			String quoted = "\"" + component + "\"";
			if (value.contains(quoted)) {
				input("without " + component, (input) -> input.replace(quoted + " ", "").replace(" " + quoted, ""));
				input(component + ";req", (input) -> input.replace(quoted, quoted + ";req"));
				input(component + ";bs", (input) -> input.replace(quoted, quoted + ";bs"));
				input(component + ";sf", (input) -> input.replace(quoted, quoted + ";sf"));
				input(component + ";key", (input) -> input.replace(quoted, quoted + ";key=\"a\""));
				input(component + " twice", (input) -> input.replace(quoted, quoted + " " + quoted));
				input(component + " in capitals", (input) -> input.replace(quoted, quoted.toUpperCase(Locale.ROOT)));
				input(component + " as a token", (input) -> input.replace(quoted, component));
			}
		}
		for (long seconds : List.of(-3600L, -61L, -1L, 1L, 61L, 3600L)) {
			input("created " + seconds, (input) -> {
				String created = input.replaceAll(".*created=(\\d+).*", "$1");
				return input.replace(created, String.valueOf(Long.parseLong(created) + seconds));
			});
		}
		input("created none", (input) -> input.replaceAll(";created=\\d+", ""));
		input("created a text", (input) -> input.replaceAll("created=(\\d+)", "created=\"$1\""));
		input("created a decimal", (input) -> input.replaceAll("created=(\\d+)", "created=$1.0"));
		input("created twice", (input) -> input.replaceAll("(;created=\\d+)", "$1$1"));
		input("nonce none", (input) -> input.replaceAll(";nonce=\"[^\"]*\"", ""));
		input("nonce another", (input) -> input.replaceAll("nonce=\"[^\"]*\"", "nonce=\"AAAAAAAAAAAAAAAAAAAAAA\""));
		input("nonce empty", (input) -> input.replaceAll("nonce=\"[^\"]*\"", "nonce=\"\""));
		input("nonce longer", (input) -> input.replaceAll("nonce=\"", "nonce=\"A"));
		for (String parameter : List.of("expires=1", "expires=99999999999", "alg=\"ed25519\"", "alg=\"rsa-pss-sha512\"",
				"alg=\"hmac-sha256\"", "alg=\"\"", "keyid=\"x\"", "tag=\"x\"", "x")) {
			input("with " + parameter, (input) -> input + ";" + parameter);
		}
		input("order", (input) -> input.replace("\"@method\" \"@authority\"", "\"@authority\" \"@method\""));
		input("another label", (input) -> input.replace("sig1=", "sig2="));
		input("a second label that covers nothing",
				(input) -> input + ", sig1=();created=1;nonce=\"0123456789abcdef\"");
		input("the label twice, the good one last", (input) -> "sig1=();created=1, " + input);
		input("the label twice", (input) -> input + ", " + input);
		input("nonce twice", (input) -> input.replaceAll("(;nonce=)", ";nonce=\"0123456789abcdef\"$1"));
		input("a label in front that covers nothing", (input) -> "sig1=();created=1, " + input.replace("sig1", "sig2"));
		input("with @status", (input) -> input.replace("(\"@method\"", "(\"@status\" \"@method\""));
		input("with @target-uri", (input) -> input.replace("(\"@method\"", "(\"@target-uri\" \"@method\""));
		input("with a header that is not there", (input) -> input.replace("(\"@method\"", "(\"x-no\" \"@method\""));
		input("with itself", (input) -> input.replace("(\"@method\"", "(\"signature-input\" \"@method\""));
	}

	private void input(String name, UnaryOperator<String> change) {
		add("Signature-Input, " + name, (request) -> request.changed("Signature-Input", change));
	}

	private void signature() {
		String value = this.signed.values("Signature").get(0);
		each("Signature", value, (request, changed) -> request.with("Signature", changed), "each");
		for (String name : List.of("Signature", "Signature-Input")) {
			add("no " + name, (request) -> request.without(name));
			add("empty " + name, (request) -> request.with(name, ""));
			add(name + " with none behind", (request) -> request.plus(name + ": sig1=:AAAA:"));
			add(name + " twice", (request) -> request.plus(name + ": " + request.values(name).get(0)));
			add(name + " with another label in front",
					(request) -> request.before(name + ": " + request.values(name).get(0).replace("sig1", "sig2")));
			add(name + " with an empty one", (request) -> request.plus(name + ":"));
		}
		add("Signature, the label twice", (request) -> request.changed("Signature", (it) -> it + ", " + it));
		add("Signature, the label twice, the good one last",
				(request) -> request.changed("Signature", (it) -> "sig1=:AAAA:, " + it));
		add("Signature of another label", (request) -> request.changed("Signature", (it) -> "sig2" + it.substring(4)));
		add("Signature empty", (request) -> request.with("Signature", "sig1=::"));
		add("Signature of zeros", (request) -> request.with("Signature", "sig1=:" + "A".repeat(86) + ":"));
		add("Signature a text", (request) -> request.changed("Signature", (it) -> it.replace(':', '"')));
		add("Signature cut", (request) -> request.changed("Signature", (it) -> it.substring(0, it.length() - 9) + ":"));
		add("Signature longer", (request) -> request.changed("Signature", (it) -> it.replaceAll(":$", "AAAA:")));
	}

	/**
	 * Change each character of a value.
	 */
	private void each(String name, String value, Change change, String why) {
		int step = Math.max(1, value.length() / 60);
		for (int i = 0; i < value.length(); i += step) {
			int at = i;
			char c = value.charAt(at);
			// Of the last character of Base64 not all bits count.
			char other = (c == 'A') ? 'g' : 'A';
			add(name + ", character " + at + " of " + why,
					(request) -> change.apply(request, value.substring(0, at) + other + value.substring(at + 1)));
		}
		for (int at : new int[] { 0, value.length() / 2, value.length() - 1 }) {
			add(name + ", without character " + at,
					(request) -> change.apply(request, value.substring(0, at) + value.substring(at + 1)));
		}
	}

	private static String text(byte[] body) {
		return new String(body, StandardCharsets.UTF_8);
	}

	private static String path(WireRequest request) {
		return request.target().split("\\?", 2)[0];
	}

	private static String query(WireRequest request) {
		String[] parts = request.target().split("\\?", 2);
		return (parts.length == 2) ? parts[1] : null;
	}

	private WireRequest withPath(WireRequest request, String path) {
		String query = query(request);
		return request.withTarget(path + ((query != null) ? "?" + query : ""));
	}

	/**
	 * How a value gets into a request.
	 */
	private interface Change {

		WireRequest apply(WireRequest request, String value);

	}

}
