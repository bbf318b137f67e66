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

package dev.lumoauth.spring.aauth.agent;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.SigningInterceptor;

/**
 * Requests to LumoAuth's AAuth. Each request is signed last, so that a request that is
 * sent a second time has its own signature.
 */
final class SignedCalls {

	private final LumoAuthHttp http;

	private final RestClient restClient;

	private final Consumer<HttpHeaders> identity;

	/**
	 * Create the calls.
	 * @param http the connection to LumoAuth
	 * @param signer signs the requests
	 * @param identity adds the header that names the signer
	 */
	SignedCalls(LumoAuthHttp http, RequestSigner signer, Consumer<HttpHeaders> identity) {
		this.http = http;
		this.restClient = http.restClient()
			.mutate()
			.requestInterceptor(new SigningInterceptor(signer))
			// Everything that arrives here is an answer, including a 401 with a consent.
			.defaultStatusHandler((status) -> true, (request, response) -> {
			})
			.build();
		this.identity = identity;
	}

	LumoAuthHttp http() {
		return this.http;
	}

	URI endpoint(String path) {
		return endpoint(this.http, path);
	}

	/**
	 * Return an endpoint of LumoAuth's AAuth.
	 * @param http the connection to LumoAuth
	 * @param path what follows {@code aauth/}, such as {@code agent/token}
	 */
	static URI endpoint(LumoAuthHttp http, String path) {
		return http.endpoints().endpoint("aauth/" + path);
	}

	/**
	 * Send a request that may be sent twice.
	 * @param path what follows {@code aauth/}
	 * @param body what to send
	 * @param answers the statuses that are answers
	 */
	Answer ask(String path, Map<String, ?> body, Integer... answers) {
		return send(path, body, true, answers);
	}

	/**
	 * Send a request that must not be sent twice.
	 */
	Answer once(String path, Map<String, ?> body, Integer... answers) {
		return send(path, body, false, answers);
	}

	/**
	 * Return the agent's token, if the header that names the signer is one with a token.
	 */
	private static Set<String> tokens(HttpHeaders identity) {
		return identity.getOrEmpty("Agent-Auth")
			.stream()
			.map((value) -> value.substring(value.indexOf('=') + 1))
			.collect(Collectors.toSet());
	}

	private Answer send(String path, Map<String, ?> body, boolean repeatable, Integer... answers) {
		URI endpoint = endpoint(path);
		HttpHeaders identity = new HttpHeaders();
		this.identity.accept(identity);
		RestClient.RequestBodySpec spec = this.restClient.post()
			.uri(endpoint)
			.accept(MediaType.APPLICATION_JSON)
			.headers((headers) -> headers.addAll(identity))
			.attributes(LumoAuthHttp.signed(tokens(identity)))
			.attributes(LumoAuthHttp.answeredWith(Set.of(answers)))
			.contentType(MediaType.APPLICATION_JSON);
		if (repeatable) {
			spec.attributes(LumoAuthHttp.safe());
		}
		ResponseEntity<byte[]> response = spec.body(LumoAuthJson.write(body)).retrieve().toEntity(byte[].class);
		int status = response.getStatusCode().value();
		byte[] answer = (response.getBody() != null) ? response.getBody() : new byte[0];
		try {
			return new Answer(status, LumoAuthJson.read(answer),
					(what) -> this.http.malformed(endpoint, status, answer, what));
		}
		catch (IllegalArgumentException ex) {
			throw this.http.malformed(endpoint, status, answer, "it is not a JSON object");
		}
	}

}
