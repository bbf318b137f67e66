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

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.aauth.agent.AAuthAgent.AgentToken;
import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.SigningInterceptor;

/**
 * Requests to LumoAuth's AAuth. Each request is signed last, so that a request that is
 * sent a second time has its own signature.
 *
 * @param http the connection to LumoAuth
 * @param agent the agent that makes them
 */
record SignedCalls(LumoAuthHttp http, AAuthAgent agent) {

	/**
	 * Return the agent's token for LumoAuth, with its key.
	 */
	AgentToken identity() {
		return this.agent.token(this.http.endpoints().issuer());
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
	 * Send a request.
	 * @param by names the agent, and signs
	 * @param path what follows {@code aauth/}
	 * @param body what to send
	 * @param repeatable whether the request may be sent twice
	 * @param answers the statuses that are answers
	 */
	Answer send(AgentToken by, String path, Map<String, ?> body, boolean repeatable, Integer... answers) {
		URI endpoint = endpoint(this.http, path);
		RestClient.RequestBodySpec spec = this.http.restClient()
			.mutate()
			.requestInterceptor(new SigningInterceptor(MessageSigner.forLumoAuth(by::key, this.agent.clock())))
			// Everything that arrives here is an answer, including a 401 with a consent.
			.defaultStatusHandler((status) -> true, (request, response) -> {
			})
			.build()
			.post()
			.uri(endpoint)
			.accept(MediaType.APPLICATION_JSON)
			.header("Agent-Auth", "agent_token=" + by.value())
			.attributes(LumoAuthHttp.signed(Set.of(by.value())))
			.attributes(LumoAuthHttp.answeredWith(Set.of(answers)))
			.contentType(MediaType.APPLICATION_JSON);
		if (repeatable) {
			spec.attributes(LumoAuthHttp.safe());
		}
		ResponseEntity<byte[]> response = spec.body(LumoAuthJson.write(body)).retrieve().toEntity(byte[].class);
		int status = response.getStatusCode().value();
		byte[] answer = (response.getBody() != null) ? response.getBody() : new byte[0];
		try {
			return new Answer(status, LumoAuthJson.read(answer), (what) -> this.http.malformed(endpoint, status, what));
		}
		catch (IllegalArgumentException ex) {
			throw this.http.malformed(endpoint, status, "it is not a JSON object");
		}
	}

}
