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

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.aauth.resource.AgentTokenReader.AgentToken;
import dev.lumoauth.spring.aauth.resource.RequestAuthenticator.PresentedCaller;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * Issues resource tokens to agents before they are challenged for one.
 */
final class ResourceTokenEndpoint {

	private final AAuthResource resource;

	private final ResourceTokens tokens;

	ResourceTokenEndpoint(AAuthResource resource, ResourceTokens tokens) {
		this.resource = resource;
		this.tokens = tokens;
	}

	/**
	 * Answer a request.
	 * @param caller the caller who has signed the request; {@code null} = none
	 * @param body the request's body
	 * @return the answer's body
	 * @throws RefusedRequestException if the request gets no token
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the service's key can't
	 * be read
	 */
	byte[] answer(@Nullable PresentedCaller caller, byte[] body) {
		AgentToken agent = (caller != null) ? caller.agent() : null;
		if (agent == null) {
			throw new RefusedRequestException(Refusal.AGENT_TOKEN, "A request for a resource token has no agent token");
		}
		Set<String> wanted = wanted(body);
		Set<String> granted = this.tokens.grantable(wanted);
		if (granted.isEmpty() && !wanted.isEmpty()) {
			throw new RefusedRequestException(
					new Refusal(400, null, "invalid_scope", "This service does not have these scopes."),
					"None of the scopes is in lumoauth.aauth.resource.scopes");
		}
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("resource_token", this.tokens.issue(agent.agent(), agent.key().thumbprint(), granted));
		answer.put("auth_server", this.resource.issuer());
		answer.put("scope", String.join(" ", granted));
		return LumoAuthJson.write(answer);
	}

	private Set<String> wanted(byte[] body) {
		Object scope;
		try {
			scope = LumoAuthJson.read(body).get("scope");
		}
		catch (RuntimeException ex) {
			throw new RefusedRequestException(Refusal.invalidRequest("The body is not a JSON object."),
					"The body is not a JSON object");
		}
		if (scope == null) {
			return this.resource.scopes();
		}
		if (!(scope instanceof String text)) {
			throw new RefusedRequestException(Refusal.invalidRequest("The scope is not a string."),
					"The scope is not a string");
		}
		return Arrays.stream(text.split(" ")).filter((each) -> !each.isEmpty()).collect(Collectors.toSet());
	}

}
